import pytest

from coordinator.cli.ending import Exit
from coordinator.cli.serve import serve
from coordinator.settings import described


def test_every_setting_is_a_flag():
    flags = {option.name for option in serve.params} - {"config"}
    assert flags == {setting.name for setting in described()}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--port", "http"), "--port is 'http'; a whole number from 0 to 65535 is accepted."),
        (("--lease-seconds", "0"), "--lease-seconds is '0'; a whole number from 1 to 86400 is accepted."),
        (("--allow-anonymous", "admin"), "--allow-anonymous is 'admin'; a list of read, work and submit, or none"),
        (("--seed-machines", "--trusted-proxies", "here"), "trusted_proxies names 'here'; IP addresses or networks"),
    ],
)
def test_a_flag_that_is_not_acceptable_is_refused_by_name(run, words, sentence):
    result = run("serve", *words)
    assert (result.exit_code, result.stderr[: len(sentence)]) == (Exit.USAGE, sentence)

import os
import signal

import pytest

from coordinator.cli.ending import Exit
from coordinator.cli.serve import serve
from coordinator.setup.configuring import described
from tests.real.launcher import launch
from tests.waiting import PATIENCE_SECONDS


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


def test_the_help_shows_every_setting_in_its_group_with_default_and_variable(run):
    shown = run("serve", "--help", env={"COLUMNS": "200"}).stdout
    panels = {panel.partition(" ")[0]: panel for panel in shown.split("╭─ ")}
    assert "Options" not in panels
    for setting in described():
        (panel,) = (text for text in panels.values() if f" --{setting.name.replace('_', '-')} " in text)
        assert panel.startswith(setting.group)
        default = f"{setting.default}; " if setting.default else ""
        assert f"[{default}{setting.variable}]" in " ".join(panel.replace("│", " ").split())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_whoever_is_told_to_end_before_it_serves_is_gone_at_once(tmp_path, number):
    config = tmp_path / "settings.toml"
    os.mkfifo(config)
    with (tmp_path / "said").open("w+") as said:
        process = launch("coordinator.cli", "serve", "--config", config, stdout=said, stderr=said)
        with config.open("w"):  # which it waits to read
            process.send_signal(number)
            assert process.wait(PATIENCE_SECONDS) == -number
        said.seek(0)
        assert said.read() == ""

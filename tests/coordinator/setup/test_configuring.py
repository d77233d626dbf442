from pathlib import Path

import pytest

from coordinator.setup.configuring import described, load
from coordinator.setup.credentials import ADMIN_KEY, secret
from coordinator.setup.settings import Settings
from core.refusals import BadInput


def test_without_any_word_the_defaults_hold():
    settings = load(None, {}, {})
    assert settings == Settings(node_name=settings.node_name)
    assert (settings.host, settings.port, settings.allow_anonymous) == ("127.0.0.1", 8000, None)
    assert settings.node_name


def test_flags_win_over_the_environment_which_wins_over_the_file_which_wins_over_the_defaults(tmp_path):
    config = tmp_path / "tallystick.toml"
    config.write_text('host = "10.0.0.1"\nport = 1\nwork_seconds = 60\nlease_seconds = 30\n')
    environment = {"TALLYSTICK_PORT": "2", "TALLYSTICK_WORK_SECONDS": "70"}
    settings = load(config, environment, {"port": 3, "host": None})
    assert (settings.host, settings.port, settings.work_seconds, settings.lease_seconds) == ("10.0.0.1", 3, 70, 30)


def test_the_environment_may_name_the_file(tmp_path):
    config = tmp_path / "tallystick.toml"
    config.write_text('data_dir = "ledger"\nallow_anonymous = ["read"]\n')
    settings = load(None, {"TALLYSTICK_CONFIG": str(config)}, {})
    assert (settings.data_dir, settings.allow_anonymous) == (Path("ledger"), ("read",))


@pytest.mark.parametrize(
    ("text", "roles"), [("read,work", ("read", "work")), (" read , ", ("read",)), ("none", ()), ("", None)]
)
def test_lists_are_written_with_commas_in_the_environment(text, roles):
    assert load(None, {"TALLYSTICK_ALLOW_ANONYMOUS": text}, {}).allow_anonymous == roles


@pytest.mark.parametrize(
    ("variable", "value", "name", "ours"),
    [
        ("API_HOST", "10.0.0.1", "host", "TALLYSTICK_HOST"),
        ("AGMEM_COORDINATOR_HOST", "10.0.0.1", "host", "TALLYSTICK_HOST"),
        ("API_PORT", "7000", "port", "TALLYSTICK_PORT"),
        ("AGMEM_COORDINATOR_PORT", "7000", "port", "TALLYSTICK_PORT"),
        ("DEFAULT_WORK_TIMEOUT_MINUTES", "90", "drop_in_timeout_minutes", "TALLYSTICK_DROP_IN_TIMEOUT_MINUTES"),
        ("NODE_NAME", "9", "node_name", "TALLYSTICK_NODE_NAME"),
    ],
)
def test_the_names_of_the_systems_replaced_are_understood_and_ours_win(variable, value, name, ours):
    assert str(getattr(load(None, {variable: value}, {}), name)) == value
    assert str(getattr(load(None, {variable: value, ours: "1"}, {}), name)) == "1"


def test_an_unknown_name_in_the_file_is_refused(tmp_path):
    config = tmp_path / "tallystick.toml"
    config.write_text("prot = 8000\n")
    with pytest.raises(
        BadInput, match=r"tallystick.toml sets 'prot', which is not a setting; the settings are data_dir, "
    ):
        load(config, {}, {})


@pytest.mark.parametrize("name", ["TALLYSTICK_PROT", "TALLYSTICK_port"])
def test_an_unknown_name_in_the_environment_is_refused(name):
    with pytest.raises(BadInput, match=f"The environment has {name}, which is not a setting"):
        load(None, {name: "8000"}, {})


def test_variables_with_our_prefix_that_are_no_settings_are_let_pass():
    environment = {"TALLYSTICK_FAILPOINT": "", "TALLYSTICK_ADMIN_KEY": "x", "TALLYSTICK_COORDINATOR": "", "PATH": ""}
    assert load(None, environment, {}).port == 8000


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"TALLYSTICK_PORT": "many"}, "TALLYSTICK_PORT is 'many'; a whole number from 0 to 65535 is accepted."),
        ({"API_PORT": "70000"}, "API_PORT is '70000'; a whole number from 0 to 65535 is accepted."),
        (
            {"TALLYSTICK_ALLOW_ANONYMOUS": "read,admin"},
            "TALLYSTICK_ALLOW_ANONYMOUS is 'read,admin'; a list of read, work and submit, or none is accepted.",
        ),
        (
            {"TALLYSTICK_CORS_ORIGINS": "http://b.example/"},
            "TALLYSTICK_CORS_ORIGINS is 'http://b.example/'; a list of origins such as http://localhost:3000 is accepted.",
        ),
        (
            {"TALLYSTICK_TRUSTED_PROXIES": "proxy"},
            "trusted_proxies names 'proxy'; IP addresses or networks such as 10.0.0.0/8 are accepted.",
        ),
    ],
)
def test_a_value_that_is_not_acceptable_is_refused_with_where_it_stands(environment, sentence):
    with pytest.raises(BadInput) as refusal:
        load(None, environment, {})
    assert refusal.value.sentence == sentence


NOT_ACCEPTABLE = {
    "data_dir": [3, "a\0b"],
    "host": ["", " ", "a b", "a\n", "\0"],
    "port": ["-1", "65536", "x", "0x10", True, 1.5],
    "desks": ["-1", "65"],
    "node_name": [" ", "a\nb", "x" * 254],
    "postgres": ["mysql://x", "postgresql://", "postgresql://a b/c", "postgresql://a/b\n"],
    "nodes": ["one", "one=h:0", "one=h:1,one=h:2", "one=::1:80", "one=[:1", "one=h/x:80", "one=a b:80"],
    "allow_anonymous": ["admin", "none,read", "READ"],
    "trusted_proxies": ["x", "10.0.0.0/99", "*"],
    "webhook_networks": ["x", "*"],
    "cors_origins": [
        "x",
        "ftp://x",
        "http://x/path",
        ["http://x\n"],
        "http://[",
        "http://x:99999",
        "http://x:y",
        "http://x::80",
    ],
    "embed_origins": ["x", "http://x/path", "http://x:0", "http://:80", "https://x:1:*"],
    "requests_per_second": ["0", "1000001"],
    "requests_at_once": ["0", "100000001"],
    "workers": ["-1", "1001"],
    "lease_seconds": ["0", "86401"],
    "minimum_worker_version": ["x", "1.", "v1", "1.0\n", "9" * 5_000],
    "work_seconds": ["0", "86401"],
    "longest_job_hours": ["0", "8761"],
    "drop_in_timeout_minutes": ["0", "525601"],
    "drop_in_strategy": ["Yield", "standard"],
    "drop_in_beside_residues": ["x", "2"],
    "number_ceiling_digits": ["9", "100001"],
    "counting_ceiling": ["1", "x", str(10**31 + 1)],
    "seed_machines": ["maybe"],
    "valkey": [
        "http://x",
        "valkey://",
        "valkey://h\n",
        "valkey://h:99999",
        "valkey://[",
        "valkey://h/x",
        "valkey://h?word=x",
    ],
    "max_waiting_tasks": ["0", "1000001"],
}


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_every_setting_refuses_what_it_can_not_be_with_its_name_the_value_and_what_is_accepted(name):
    for value in NOT_ACCEPTABLE[name]:
        with pytest.raises(BadInput) as refusal:
            load(None, {}, {name: value})
        sentence = refusal.value.sentence
        assert name in sentence.replace("-", "_"), sentence
        assert "accepted" in sentence, sentence
        assert len(sentence) < 500, sentence


def test_a_node_whose_name_can_not_stand_in_nodes_is_refused():
    with pytest.raises(BadInput, match="nodes does not name 'a=b'"):
        load(None, {}, {"node_name": "a=b", "nodes": "a=b=127.0.0.1:1", "postgres": "postgresql://h/d"})


def test_a_value_of_the_wrong_type_in_the_file_is_refused(tmp_path):
    config = tmp_path / "tallystick.toml"
    config.write_text("port = true\n")
    with pytest.raises(BadInput, match=r"port in .*tallystick.toml is True; a whole number from 0 to 65535"):
        load(config, {}, {})


@pytest.mark.parametrize("content", ["port = ", "\xff"])
def test_a_file_that_is_no_toml_is_refused(tmp_path, content):
    config = tmp_path / "tallystick.toml"
    config.write_bytes(content.encode("latin-1"))
    with pytest.raises(BadInput, match=r"The configuration file .* can't be read"):
        load(config, {}, {})


def test_certificates_that_an_address_names_are_read_before_anything_is_opened(tmp_path):
    with pytest.raises(BadInput, match=r"gone.pem behind ssl_ca_certs=, which can't be read: No such file"):
        load(None, {}, {"valkey": f"valkeys://h?ssl_ca_certs={tmp_path}/gone.pem"})


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(BadInput, match="can't be read"):
        load(tmp_path / "nowhere.toml", {}, {})


def test_a_secret_stands_in_a_variable_or_in_the_file_that_another_names(tmp_path):
    file = tmp_path / "admin.key"
    file.write_text("from a file\n")
    assert secret({}, ADMIN_KEY) is None
    assert secret({"ADMIN_API_KEY_FILE": str(file)}, ADMIN_KEY) == "from a file"
    assert secret({"TALLYSTICK_ADMIN_KEY": "ours", "ADMIN_API_KEY": "theirs"}, ADMIN_KEY) == "ours"


@pytest.mark.parametrize("content", [None, "\n"])
def test_a_secret_file_without_a_secret_is_refused(tmp_path, content):
    file = tmp_path / "admin.key"
    if content is not None:
        file.write_text(content)
    with pytest.raises(BadInput, match=r"TALLYSTICK_ADMIN_KEY_FILE names .*admin.key, which"):
        secret({"TALLYSTICK_ADMIN_KEY_FILE": str(file)}, ADMIN_KEY)


def test_every_setting_says_what_it_is_and_what_it_accepts():
    settings = list(described())
    assert [setting.name for setting in settings] == list(Settings.__struct_fields__)
    assert all(setting.what and setting.accepted for setting in settings)
    assert {setting.name: setting.default for setting in settings}["cors_origins"] == "http://localhost:3000"

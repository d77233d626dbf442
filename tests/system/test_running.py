"""What docs/how-to/running.md has people put into their machines: tried as far as one can without being root on one."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from coordinator.cli.main import tallystick as commands
from coordinator.setup.configuring import load
from tests.real.launcher import ROOT
from tests.real.servers import HTTP, tallystick
from tests.waiting import until

PAGE = (ROOT / "docs" / "how-to" / "running.md").read_text()


def blocks(language):
    """Return the blocks of a language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_settings_are_settings(tmp_path):
    (text,) = blocks("toml")
    (tmp_path / "tallystick.toml").write_text(text)
    settings = load(tmp_path / "tallystick.toml", {}, {})
    assert (settings.allow_anonymous, settings.trusted_proxies) == (("read",), ("127.0.0.1",))


@pytest.mark.parametrize("unit", blocks("ini"), ids=["coordinator", "worker"])
def test_a_unit_starts_a_command_with_options_that_it_has(unit):
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str
    parsed.read_string(unit)
    program, command, *words = parsed["Service"]["ExecStart"].split()
    assert program == "/opt/tallystick/bin/tallystick"
    known = commands.get_command(click.Context(commands), command)
    options = {name for option in known.params for name in option.opts}
    assert {word for word in words if word.startswith("--")} <= options


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize(("name", "unit"), list(zip(["tallystick", "tallystick-worker"], blocks("ini"), strict=True)))
def test_systemd_finds_no_fault_with_a_unit(tmp_path, name, unit):
    program = Path(sys.executable).with_name("tallystick")
    path = tmp_path / f"{name}.service"
    path.write_text(unit.replace("/opt/tallystick/bin/tallystick", str(program)))
    done = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_metric_that_an_alert_looks_at_is_measured(coordinator):
    (_, rules) = map(yaml.safe_load, blocks("yaml"))
    HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=["91"])
    asked = {name for rule in rules["groups"][0]["rules"] for name in re.findall(r"tallystick_\w+", rule["expr"])}
    measured = HTTP.get(f"{coordinator.address}/metrics").text
    assert len(asked) == 14
    assert [name for name in asked if not re.search(rf"^(?:# TYPE )?{name}[ {{]", measured, re.MULTILINE)] == []


@pytest.mark.drill
def test_the_nightly_backup_can_be_restored_and_keeps_the_heads_of_the_night_before(coordinator, tmp_path):
    (script,) = (block for block in blocks("sh") if "mktemp" in block)
    kept = tmp_path / "backups"
    kept.mkdir()
    for theirs, ours in (("/var/lib/tallystick", coordinator.directory), ("/var/backups/tallystick", kept)):
        script = script.replace(theirs, str(ours))
    script = script.replace("/opt/tallystick/bin", str(Path(sys.executable).parent))
    script = script.replace("%H%M%S", "%H%M%S%N")
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    for night in (1, 2):
        HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=[f"{90 + night}"])
        HTTP.get(f"{coordinator.address}/api/v1/events/2/proof")
        done = subprocess.run(
            ["sh", "-c", script], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
        )
        assert done.returncode == 0, done.stderr
        assert ("The log agrees with" in done.stdout, "Built anew: all." in done.stdout) == (True, True)
        assert len([path for path in kept.iterdir() if path.name[0] == "2"]) == night
    assert not list(tmp_path.glob("tmp.*"))


@pytest.mark.drill
def test_a_rotated_admin_key_opens_everything_and_the_old_one_nothing(coordinator):
    def status(key):
        return HTTP.get(f"{coordinator.address}/api/v1/admin/keys", headers={"X-Admin-Key": key}).status_code

    file = coordinator.directory / "admin.key"
    old = file.read_text().strip()
    assert status(old) == 200
    coordinator.stop()
    file.unlink()
    coordinator.start()
    assert (status(old), status(file.read_text().strip())) == (401, 200)


@pytest.mark.drill
def test_heads_of_a_rotated_signing_key_go_on_from_those_of_the_old_one(coordinator):
    def newest_key():
        HTTP.post(
            f"{coordinator.address}/machines/", json={"name": "m", "cpu": "x", "memory": 1, "status": "available"}
        )
        end = HTTP.get(f"{coordinator.address}/health").json()["log"]["position"]
        HTTP.get(f"{coordinator.address}/api/v1/events/{end}/proof")
        return HTTP.get(f"{coordinator.address}/api/v1/heads/latest").json()

    before = newest_key()
    coordinator.stop()
    done = tallystick("keys", "replace", "signing", "--data-dir", coordinator.directory)
    assert done.returncode == 0, done.stdout + done.stderr
    coordinator.start()
    after = newest_key()
    assert before["key"] != after["key"]
    consistency = f"{coordinator.address}/api/v1/heads/{after['position']}/consistency?from={before['position']}"
    assert until(lambda: HTTP.get(consistency)).status_code == 200

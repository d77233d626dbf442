import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from coordinator.cli.main import tallystick
from coordinator.setup.configuring import described, load
from coordinator.setup.settings import OTHER_VARIABLES

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_pins_are_versions_without_addresses():
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line[:1] != "#"]
    assert lines
    pin = r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*(; python_version (<|==|>=) \"3\.1[0-9]\")?"
    assert [line for line in lines if not re.fullmatch(pin, line)] == []


def test_everything_that_the_distribution_asks_for_is_pinned():
    def plain(name):
        return re.match(r"[A-Za-z0-9._-]+", name)[0].lower().replace("_", "-")

    pinned = {plain(line) for line in (ROOT / "constraints.txt").read_text().splitlines() if line[:1] != "#"}
    project = (ROOT / "pyproject.toml").read_text()
    wanted = re.findall(r'"([A-Za-z0-9_-]+)(?:\[[a-z]+\])?>=', project)
    assert len(wanted) > 10
    assert {plain(name) for name in wanted} <= pinned


def ours(compose):
    """Return the services that run this program."""
    return {name: service for name, service in compose["services"].items() if service["image"] == "tallystick"}


def test_compose_builds_one_image_for_all_that_run_this_program(compose):
    assert ours(compose).keys() == {"coordinator", "worker", "counter", "calculator"}
    assert [name for name, service in compose["services"].items() if "build" in service] == ["coordinator"]


def test_the_image_is_not_built_when_what_its_commands_import_does_not_load():
    _, tried = (ROOT / "Dockerfile").read_text().split("\nWORKDIR /home/tallystick\n")
    (line,) = re.findall(r"^RUN (.*)$", tried, re.MULTILINE)
    assert "primecountpy" in line
    for command in line.split(" && "):
        words = shlex.split(command)
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        subprocess.run(words, env=environment, capture_output=True, check=True)


def test_compose_has_a_coordinator_that_keeps_its_log_and_workers_that_can_be_many(compose):
    coordinator = compose["services"]["coordinator"]
    directory = coordinator["environment"]["TALLYSTICK_DATA_DIR"]
    assert [volume.split(":")[1] for volume in coordinator["volumes"]] == [directory]
    for name in ("worker", "counter", "calculator"):
        worker = compose["services"][name]
        assert worker["depends_on"]["coordinator"]["condition"] == "service_healthy"
        assert not {"container_name", "ports"} & worker.keys(), "these would keep workers from being scaled"


@pytest.mark.parametrize("file", sorted(ROOT.glob("docker-compose*.yml")), ids=lambda file: file.name)
def test_what_waits_at_a_worker_outlasts_its_container(file):
    services = ours(yaml.safe_load(file.read_text()))
    workers = {name: service for name, service in services.items() if service.get("command", [""])[0] == "work"}
    assert workers
    for name, worker in workers.items():
        kept = {volume.split(":")[1] for volume in worker["volumes"]}
        command = worker["command"]
        assert "--spool-dir" in command, name
        assert command[command.index("--spool-dir") + 1] in kept, name


def test_compose_passes_keys_by_files_only(compose):
    for name, service in ours(compose).items():
        granted = {f"/run/secrets/{secret}" for secret in service["secrets"]}
        keys = {variable: value for variable, value in service["environment"].items() if "_KEY" in variable}
        assert keys, f"{name} is given no key"
        assert all(variable.endswith("_FILE") for variable in keys)
        assert set(keys.values()) <= granted
        assert set(service["secrets"]) <= compose["secrets"].keys()
    assert all(set(secret) == {"file"} for secret in compose["secrets"].values())


def test_compose_sets_only_what_there_is_to_set(compose):
    known = {setting.variable for setting in described()} | OTHER_VARIABLES.keys()
    for service in ours(compose).values():
        assert service["environment"].keys() <= known
    settings = load(None, compose["services"]["coordinator"]["environment"], {})
    assert settings.allow_anonymous is not None, "it would refuse to start on an address that others reach"


def test_compose_runs_commands_that_there_are(compose):
    for service in ours(compose).values():
        result = CliRunner().invoke(tallystick, [*service["command"], "--help"])
        assert result.exit_code == 0, result.output


def test_the_image_copies_what_the_distribution_is_made_of():
    allowed = set((ROOT / ".dockerignore").read_text().split())
    floors = re.search(r"^packages = \[(.*)\]$", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
    assert {f"!{floor}/" for floor in re.findall(r'"(\w+)"', floors)} <= allowed
    assert {"!pyproject.toml", "!constraints.txt", *(f"!{hook.name}" for hook in ROOT.glob("hatch_*.py"))} <= allowed


def test_make_help_names_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    assert {"setup", "demo", "test", "check", "bench"} <= set(targets)
    assert [target for target in targets if not re.search(rf"^{target}:.*## \w", makefile, re.MULTILINE)] == []


def test_what_could_not_be_run_on_debian_is_said_in_a_line_and_fails(tmp_path):
    archive, nothing = "echo http://archive.example/debian", "true"
    for name, does in {"apt-get": archive, "apt-config": nothing, "debootstrap": "echo E: no keys; exit 1"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "TMPDIR": str(tmp_path)}
    ended = subprocess.run([ROOT / ".ci/debian"], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == (
        "E: no keys\nNot run on Debian 13: the demo and a smoke part of the suite, since debootstrap failed.\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["apt-config", "apt-get", "debootstrap"]

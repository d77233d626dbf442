"""docker-compose.cluster.yml, as far as it can be told without Docker."""

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from coordinator.cli.main import tallystick
from coordinator.setup.addresses import peers_in
from coordinator.setup.configuring import described, load
from coordinator.setup.settings import OTHER_VARIABLES

FILE = Path(__file__).parents[2] / "docker-compose.cluster.yml"
NODES = {"one", "two", "three"}


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(FILE.read_text())["services"]


def test_there_are_three_nodes_with_a_database_of_which_there_are_two_and_all_else(services):
    assert services.keys() == NODES | {"postgres", "standby", "prepare", "proxy", "worker", "valkey"}
    assert [name for name, service in services.items() if "build" in service] == ["prepare"]
    assert len({services[name]["volumes"][0] for name in ("postgres", "standby", *NODES)}) == 5


@pytest.mark.parametrize("name", sorted(NODES))
def test_each_node_has_settings_that_are_accepted_and_names_itself(services, name):
    service = services[name]
    assert service["command"] == ["serve", "--node-name", name]
    settings = load(None, service["environment"], {"node_name": name})
    assert peers_in(settings.nodes) == {node: f"{node}:8001" for node in NODES}
    assert {"postgres", "standby"} == set(settings.postgres.partition("@")[2].partition("/")[0].split(","))


def test_what_is_run_and_set_is_there(services):
    known = {setting.variable for setting in described()} | OTHER_VARIABLES.keys()
    for service in services.values():
        if service["image"] == "tallystick":
            assert service["environment"].keys() <= known
            result = CliRunner().invoke(tallystick, [*service["command"], "--help"])
            assert result.exit_code == 0, result.output


def test_workers_know_every_node_and_readers_are_spread_over_all(services):
    addresses = services["worker"]["environment"]["TALLYSTICK_COORDINATOR"].split(",")
    assert set(addresses) == {f"http://{name}:8000" for name in NODES}
    proxied = yaml.safe_load(FILE.read_text())["configs"]["proxy"]["content"]
    assert all(f"server {name}:8000" in proxied for name in NODES)

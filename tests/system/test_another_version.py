"""A coordinator that starts with projections of another version: it serves at once, and builds them meanwhile."""

import os
import sqlite3
from contextlib import closing, suppress

import httpx
import pytest

from coordinator.auditing.verify import verify
from coordinator.projecting import building
from coordinator.projecting.opening import LONG, building_path_of, path_of
from coordinator.time.wallclock import now
from core.events.chain import head_after, stamp
from core.factoring.commands.numbers import SubmitComposite
from tests.ledgers import envelope, key_created
from tests.office import Office
from tests.real.servers import HTTP, CoordinatorProcess
from tests.waiting import until

NUMBER = str((10**15 + 37) * (10**63 + 121))
OTHER = str((10**15 + 91) * (10**63 + 121))
ADMIN = {"X-Admin-Key": "open-sesame"}
REBUILD = "/api/v1/admin/projections/factoring/rebuild"


@pytest.fixture
def coordinator(tmp_path):
    """One that is stopped, with a long log and factoring's projections of an older version."""
    (tmp_path / "data").mkdir()
    office = Office(tmp_path / "data")
    office.perform(SubmitComposite(text=NUMBER, ceiling_digits=1_000), client=None)
    head = start = office.log.head()
    rows = []
    for number in range(1, 2 * LONG):
        rows += stamp([key_created(number)], envelope(f"key-{number}", now()), head, lambda _stream: 0)
        head = head_after(rows[-1])
    office.log.append(rows, start)
    office.committer.catch_up()
    office.committer.close()
    office.log.close()
    process = CoordinatorProcess(tmp_path / "data", TALLYSTICK_ADMIN_KEY="open-sesame")
    age(process)
    yield process
    process.close()


def age(coordinator):
    with closing(sqlite3.connect(path_of(coordinator.directory, "factoring"), isolation_level=None)) as connection:
        connection.execute("UPDATE checkpoint SET version = version - 1")


def gate(coordinator):
    """Where whoever builds waits: at a pipe until it is written to, at a file not at all."""
    return coordinator.directory.with_name("gate")


def start_and_hold(coordinator):
    """Start it, and hold the child that builds before it has begun: building may take less than starting."""
    os.mkfifo(gate(coordinator))
    site = coordinator.directory.with_name("site")
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        f"import sys\nif {building.__name__!r} in sys.orig_argv:\n    open({str(gate(coordinator))!r}).read()\n"
    )
    coordinator.start(wait=False, PYTHONPATH=str(site))
    until(lambda: "Tallystick is ready" in coordinator.output.read_text(), said=coordinator.output.read_text)


def let_go(coordinator):
    pipe = gate(coordinator).rename(gate(coordinator).with_name("pipe"))
    gate(coordinator).touch()
    with suppress(OSError):  # nobody waits there
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))


def ask(coordinator, path, method="GET", body=None, **headers):
    return HTTP.request(method, f"{coordinator.address}{path}", json=body, headers=ADMIN | headers)


def submit(coordinator, number):
    return ask(coordinator, "/api/v1/composites/bulk", "POST", [{"number": number}])


def waiting_of(coordinator):
    return ask(coordinator, "/health").json().get("building", [])


def stands_complete(coordinator):
    """Tell whether everything is served, with what the log says in the tables."""
    until(lambda: not waiting_of(coordinator), said=coordinator.output.read_text)
    listed = ask(coordinator, "/api/v1/composites").json()["composites"]
    assert coordinator.stop() == 0
    return len(listed) == 1 and verify(coordinator.directory).holds


def test_it_serves_at_once_refusing_one_context_only_until_that_is_built(coordinator):
    start_and_hold(coordinator)
    refused = ask(coordinator, "/api/v1/composites"), submit(coordinator, OTHER), ask(coordinator, "/composites")
    for response in refused:
        assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert int(response.headers["Retry-After"]) > 0
        assert "Nothing of factoring is shown or recorded just now" in response.text
    health = ask(coordinator, "/health")
    assert (health.status_code, health.json()["status"]) == (httpx.codes.OK, "healthy")
    assert [one["context"] for one in health.json()["building"]] == ["factoring"]
    assert ask(coordinator, REBUILD).json()["state"] == "running"
    assert ask(coordinator, "/metrics").status_code == httpx.codes.OK
    versions = {
        row["name"]: row["version"] for row in ask(coordinator, "/api/v1/admin/projections").json()["projections"]
    }
    assert versions["factoring"] == 0 < versions["access"]
    audit = ask(coordinator, "/audit", Accept="text/html")
    assert "Under way, the rebuild of factoring" in audit.text
    assert ask(coordinator, "/api/v1/admin/keys", "POST", {"roles": ["read"], "label": "new"}).is_success
    assert ask(coordinator, "/counting", Accept="text/html").is_success
    let_go(coordinator)
    assert stands_complete(coordinator)


def test_killed_while_it_builds_it_begins_anew_at_the_next_start(coordinator):
    start_and_hold(coordinator)
    until(building_path_of(coordinator.directory, "factoring").exists, said=coordinator.output.read_text)
    coordinator.kill()
    let_go(coordinator)  # a child whose coordinator has ended begins nothing
    assert not path_of(coordinator.directory, "factoring").exists()
    coordinator.start()
    assert stands_complete(coordinator)


def test_killed_in_the_swap_it_builds_again_at_the_next_start(coordinator):
    coordinator.start(wait=False, TALLYSTICK_FAILPOINT="during-swap")
    assert coordinator.wait_until_dead(60) < 0
    coordinator.start()
    assert stands_complete(coordinator)


def test_a_build_that_was_cancelled_waits_for_being_asked_for(coordinator):
    building_path = building_path_of(coordinator.directory, "factoring")
    start_and_hold(coordinator)
    assert ask(coordinator, REBUILD, "DELETE").json()["state"] == "cancelled"
    assert not building_path.exists()
    (waiting,) = waiting_of(coordinator)
    assert "it was cancelled" in waiting["reason"]
    assert REBUILD in ask(coordinator, "/api/v1/composites").json()["detail"]
    let_go(coordinator)
    assert ask(coordinator, REBUILD, "POST").status_code == httpx.codes.ACCEPTED
    assert stands_complete(coordinator)

"""A coordinator whose log is shared, behind its door: what is answered while it holds the pen, and while it does not."""

from contextlib import closing

import pytest

from coordinator.log.postgres import PostgresLog
from coordinator.log.session import Session
from core.events.envelope import NewEvent
from core.events.fact import Fact
from tests.ledgers import following
from tests.waiting import until


@pytest.fixture
def database(postgres):
    return postgres.database()


@pytest.fixture
def shared(serving, postgres, database):
    with serving(postgres=postgres.address(database), node_name="north") as client:
        yield client


def submit(client, number):
    return client.post("/api/v1/composites/bulk", json=[{"number": str(number)}])


def cut_off(postgres, database):
    """Have the database take no connections, and end those that there are."""
    postgres.value(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
    postgres.value(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database}'")


def test_what_is_recorded_is_in_the_database_and_health_says_how_that_is(shared, postgres, database):
    def end():
        return postgres.value("SELECT position FROM tallystick.pen", database)

    assert submit(shared, 10**39 + 3).status_code == 200
    before, health, after = end(), shared.get("/health").json(), end()
    assert (health["status"], health["role"]) == ("healthy", "writer")
    assert 2 < before <= health["log"]["position"] <= after
    told = health["shared"]
    assert (told["backend"], told["standby"], told["pen"], told["term"]) == ("postgresql", "none", True, 2)
    assert "fsync = off" in told["warnings"][0]


def test_who_can_not_append_says_so_and_goes_on_to_be_read_until_it_can(shared, postgres, database):
    submit(shared, 10**39 + 3)
    cut_off(postgres, database)
    refused = until(lambda: (answer := submit(shared, 10**40 + 121)).status_code == 503 and answer)
    assert "nothing was recorded" in refused.json()["detail"]
    assert "PostgreSQL" in refused.json()["detail"]
    assert int(refused.headers["Retry-After"]) > 0
    assert shared.get("/api/v1/composites/1").status_code == 200
    health = until(lambda: (answer := shared.get("/health")).status_code == 503 and answer).json()
    assert (health["role"], health["shared"]["pen"]) == ("follower", False)
    assert "PostgreSQL can't be reached" in until(lambda: _about_reaching(shared))
    postgres.value(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
    until(lambda: submit(shared, 10**40 + 121).status_code == 200)
    assert shared.get("/health").json()["shared"]["term"] > 2


def _about_reaching(client):
    reason = client.get("/health").json()["shared"]["reason"]
    return reason if reason and "reached" in reason else None


def test_a_node_of_an_older_version_names_the_event_that_it_can_not_read(shared, postgres, database):
    class Invented(Fact, frozen=True):
        type = "invented.since.v1"

    with closing(Session(postgres.address(database))) as session:
        newer = PostgresLog(session)
        newer.append(following(newer, NewEvent("invented", Invented())), newer.head())
    until(lambda: submit(shared, 10**39 + 3).status_code == 503)
    health = until(lambda: "invented.since.v1" in (answer := shared.get("/health")).text and answer)
    assert health.status_code == 503, health.text
    assert shared.get("/api/v1/composites").status_code == 200

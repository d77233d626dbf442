"""Whole lists in one go: the same rows as its pages, of one moment, in little memory, however slowly they are taken."""

import asyncio
import csv
import io
import re
import sqlite3
import tracemalloc
from contextlib import asynccontextmanager

import httpx
import msgspec
import pytest

from coordinator.http.responses.tables import Whole
from coordinator.http.responses.whole import Listing, _deliver
from coordinator.projecting.readers import Readers
from coordinator.unavailable import Unavailable
from tests.desks import THROUGH_A_DESK

MANY = 200_000


@pytest.fixture(scope="module")
def client(serving_in, tmp_path_factory):
    """A coordinator whose lists have several pages."""
    with serving_in(tmp_path_factory.mktemp("whole")) as client:
        client.post("/api/v1/composites/bulk", json=[f"{n}" for n in range(10**9 + 8, 10**9 + 68)])
        for number in range(3):
            client.post("/api/count-primes", json={"n": 10_000 + number, "chunks": 2})
            client.post("/simulations", json={"name": f"falls {number}"})
            client.post("/task", json={"a": number, "b": 1})
            found, other = [(1_000_003, 1_000_033), (1_000_037, 1_000_117), (1_000_081, 1_000_099)][number]
            client.post("/api/v1/composites/bulk", json=[str(found * other)])
            run = {"type": "factoring.curves_run", "id": f"run-{number}", "client_id": "ada", "b1": 2_000, "param": 1}
            run |= {"curves": 1, "composite": str(found * other), "factors": [{"factor": str(found)}]}
            assert client.post("/api/v1/events", json=[run]).json()["results"][0].get("error") is None
        yield client


def rows_of(answer):
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    assert "filename=" in answer.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize(
    ("address", "turn"),
    [
        ("/api/v1/composites", {"size": 7}),
        ("/api/v1/composites?sort=digits&order=desc&status=factored", {"size": 7}),
        ("/api/v1/composites?search=00", {"size": 7}),
        ("/api/v1/factors", {"limit": 7}),
        ("/api/jobs", {"size": 2}),
        ("/simulations?order_by=name", {"size": 2}),
        ("/composites?sort=priority", {}),
        ("/factors?order=newest", {}),
        ("/factors?order=largest", {}),
        ("/counting", {}),
        ("/convergence?order_by=name", {}),
    ],
)
def test_it_has_the_rows_of_all_pages(client, address, turn):
    url = httpx.URL(address)
    whole = rows_of(client.get(url.copy_merge_params({"format": "csv", "size": "all"})))
    paged, following = [], url.copy_merge_params({"format": "csv"} | {name: str(value) for name, value in turn.items()})
    while following:
        answer = client.get(following)
        paged += list(csv.DictReader(io.StringIO(answer.text)))
        following = answer.links.get("next", {}).get("url")
    assert whole == paged
    assert len(whole) == int(answer.headers["x-total-count"])
    assert len(whole) > 2


def test_the_whole_list_of_tasks_is_linked_on_its_page(client):
    page = client.get("/tasks", headers={"Accept": "text/html"}).text
    (link,) = re.findall(r'href="([^"]+size=all[^"]*)"', page)
    rows = rows_of(client.get(link.replace("&amp;", "&")))
    assert [row["args"] for row in rows] == ["2 1", "1 1", "0 1"]


def test_agents_without_any_push_are_an_empty_list_with_its_columns(client):
    answer = client.get("/api/v1/federation/agents?size=all&format=csv")
    assert answer.text.splitlines() == ["agent_id,pushes,first_push,last_push,current"]


@pytest.mark.parametrize("address", ["/api/v1/composites", "/composites", "/api/v1/factors", "/api/jobs"])
def test_as_json_it_comes_in_pages_only(client, address):
    answer = client.get(address, params={"size": "all", "format": "json"})
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert "with size=all, format=csv is accepted" in answer.json()["detail"]


@pytest.mark.parametrize("address", ["/api/v1/composites", "/api/jobs", "/simulations", "/api/v1/federation/agents"])
@pytest.mark.parametrize("size", ["every", "0", "1001", "-1"])
def test_a_size_that_there_is_not_is_named(client, address, size):
    answer = client.get(address, params={"size": size})
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert size in answer.json()["detail"]
    assert "all" in answer.json()["detail"]


def test_a_table_that_is_no_list_of_pages_says_so(client):
    answer = client.get("/composites/1", params={"format": "csv", "of": "missed", "size": "all"})
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert "missed" in answer.json()["detail"]


def test_it_shows_a_moment_of_the_past(client):
    position = client.get("/api/v1/composites?size=1").json()["as_of"]
    before = client.get("/api/v1/composites", params={"size": "all", "format": "csv"}).text
    client.post("/api/v1/composites/bulk", json=["1000000409"])
    then = client.get("/api/v1/composites", params={"size": "all", "format": "csv", "as_of": position})
    assert then.text == before


class Row(msgspec.Struct):
    number: int
    text: str


@asynccontextmanager
async def reading(path, **options):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY, text TEXT) STRICT")
    connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " INSERT INTO numbers SELECT i, printf('%040d', i) FROM n",
        (MANY,),
    )
    readers = Readers(path, **options)
    await readers.open()
    try:
        yield connection, readers
    finally:
        await readers.close()
        connection.close()


def rows(connection):
    return (Row(*row) for row in connection.execute("SELECT * FROM numbers ORDER BY number"))


def test_neither_memory_nor_a_snapshot_grows_with_a_long_list_and_a_slow_client(tmp_path):
    async def take():
        async with reading(tmp_path / "numbers.db") as (connection, readers):
            begun, going_on = asyncio.Event(), asyncio.Event()
            taken: list[int] = []

            async def deliver(piece):
                taken.append(len(piece))
                begun.set()
                await going_on.wait()

            whole = Whole(Row, readers, rows)
            delivering = asyncio.ensure_future(_deliver(whole, deliver))
            async with asyncio.timeout(60):
                await begun.wait()
                # This waits until all is read, while the client has not taken its second piece.
                async with readers.closed():
                    assert len(taken) == 1
                connection.execute("DELETE FROM numbers WHERE number > 10")
                busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                assert not busy
                going_on.set()
                await delivering
            return sum(taken)

    tracemalloc.start()
    taken = asyncio.run(take())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken > MANY * 40
    assert peak < 4_000_000


def test_reading_ends_when_the_client_goes_away(tmp_path):
    read = 0

    def counted(connection):
        nonlocal read
        for row in rows(connection):
            read += 1
            yield row

    async def leave():
        async with reading(tmp_path / "numbers.db") as (_, readers):
            begun = asyncio.Event()

            async def deliver(_):
                begun.set()
                await asyncio.Event().wait()

            delivering = asyncio.ensure_future(_deliver(Whole(Row, readers, counted), deliver))
            await begun.wait()
            delivering.cancel()
            with pytest.raises(asyncio.CancelledError):
                await delivering

    asyncio.run(leave())
    assert 0 < read < MANY


def test_what_fails_while_it_is_read_fails_the_answer(tmp_path):
    def failing(connection):
        yield Row(1, "one")
        connection.execute("SELECT * FROM nowhere")

    async def take():
        async with reading(tmp_path / "numbers.db") as (_, readers):

            async def deliver(_):
                pass

            await _deliver(Whole(Row, readers, failing), deliver)

    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        asyncio.run(take())


def test_what_is_withheld_is_not_given_away(tmp_path):
    async def take():
        async with reading(tmp_path / "numbers.db", refusal=lambda: Unavailable("It is being built.")) as (_, readers):
            await readers.read_through(rows)

    with pytest.raises(Unavailable, match="being built"):
        asyncio.run(take())


@pytest.mark.skipif(THROUGH_A_DESK, reason="a desk is told by its office what is withheld, and reads it by itself")
def test_of_what_is_withheld_no_answer_is_begun(client, monkeypatch):
    readers = client.app.state.shared.node.readers["factoring"]
    monkeypatch.setattr(readers, "_refusal", lambda: Unavailable("It is being built."))
    answer = client.get("/api/v1/composites?size=all&format=csv")
    assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert "being built" in answer.json()["detail"]


@pytest.mark.parametrize("count", [0, 499, 500, 501, 1000])
def test_a_list_read_by_its_pages_ends_where_it_ends(count):
    def read(_, limit, offset):
        return list(range(count))[offset : offset + limit], count

    assert list(Listing("rows", Row, None, read).whole.rows(None)) == list(range(count))

"""Requests that a desk passes on: what becomes of those that the office does not answer."""

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest

from coordinator.server.application import build_app
from coordinator.server.onward import passing as passings
from coordinator.server.onward.passing import Passing
from coordinator.setup.settings import Settings

IN_DOUBT = "this may have been done or not"
PAGE = {"Accept": "text/html"}


@asynccontextmanager
async def before_an_office(directory, answer):
    """Yield a client of a desk whose office does to every request what it is given."""
    office = await asyncio.start_unix_server(answer, directory / "office")
    app = build_app(Settings(data_dir=directory / "data"))
    async with app.lifespan():
        passing = Passing(app, str(directory / "office"))
        transport = httpx.ASGITransport(passing, client=("127.0.0.1", 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield client
        await passing.close()
    office.close()


async def end(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


@pytest.mark.parametrize(("accepted", "kind"), [("text/html", "text/html"), ("*/*", "application/problem+json")])
def test_a_person_gets_a_page_when_the_office_ends_with_a_form(tmp_path, accepted, kind):
    async def story():
        async with before_an_office(tmp_path, end) as client:
            answer = await client.post("/admin/keys", data={"user": "ann"}, headers={"Accept": accepted})
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (503, kind)
        assert IN_DOUBT in answer.text

    asyncio.run(story())


def test_a_form_that_the_office_ends_with_comes_back_as_it_was_filled_in(tmp_path):
    async def story():
        async with before_an_office(tmp_path, end) as client:
            answer = await client.post("/submit", data={"text": "(10^12+39)*(10^40+121)"}, headers=PAGE)
            assert (answer.status_code, "(10^12+39)*(10^40+121)" in answer.text) == (503, True)
            assert "This may have been recorded or not; send it again from this page as it is" in answer.text
            answer = await client.post("/admin/keys", data={"user": "ann"}, headers=PAGE)
            assert "What you wrote comes back when you have signed in" in answer.text

    asyncio.run(story())


def test_an_office_that_stays_silent_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(passings, "_SILENT_SECONDS", 0.1)
    connections = []

    async def story():
        async with before_an_office(tmp_path, lambda *streams: connections.append(streams)) as client:
            for answer, said in (
                (await client.post("/submit", data={"text": "2^101-1"}, headers=PAGE), "may have been recorded or not"),
                (await client.post("/api/v1/admin/keys", json={"roles": ["read"]}), IN_DOUBT),
                (await client.get("/health"), "nothing was done"),
            ):
                assert (answer.status_code, said in answer.text) == (503, True)
        for _, writer in connections:
            writer.close()

    asyncio.run(story())


def test_an_office_that_takes_long_and_says_that_it_is_there_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(passings, "_SILENT_SECONDS", 1.0)
    asked = asyncio.Event()

    async def work(reader, writer):
        if b"/health/live" in await reader.readuntil(b"\r\n\r\n"):
            asked.set()
        await asked.wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndone")
        writer.close()

    async def story():
        async with before_an_office(tmp_path, work) as client:
            answer = await client.post("/api/v1/admin/keys", json={"roles": ["read"]})
            assert (answer.status_code, answer.text) == (200, "done")

    asyncio.run(story())

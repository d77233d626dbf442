"""Requests that a desk passes on: what becomes of those that the office does not answer."""

import asyncio

import httpx
import pytest

from coordinator.server.application import build_app
from coordinator.server.passing import Passing
from coordinator.settings import Settings

IN_DOUBT = "this may have been done or not"


@pytest.mark.parametrize(("accepted", "kind"), [("text/html", "text/html"), ("*/*", "application/problem+json")])
def test_a_person_gets_a_page_when_the_office_ends_with_a_form(tmp_path, accepted, kind):
    async def end(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async def story():
        office = await asyncio.start_unix_server(end, tmp_path / "office")
        app = build_app(Settings(data_dir=tmp_path / "data"))
        async with app.lifespan():
            passing = Passing(app, str(tmp_path / "office"))
            transport = httpx.ASGITransport(passing, client=("127.0.0.1", 5))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                answer = await client.post("/admin/keys", data={"user": "ann"}, headers={"Accept": accepted})
            await passing.close()
        office.close()
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (503, kind)
        assert IN_DOUBT in answer.text

    asyncio.run(story())

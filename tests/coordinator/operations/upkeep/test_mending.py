"""Where the tables of factoring do not follow the log, that is said, nothing is removed, and what can be mended is."""

import asyncio
import io
import sqlite3
from contextlib import closing

import pytest

from coordinator.auditing.importing import import_log
from coordinator.auditing.verify import verify
from coordinator.opening import opened
from coordinator.operations.upkeep.mending import mend
from coordinator.projecting.opening import path_of
from coordinator.writer import swapping
from core.deciding import Order
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.mathematics.curves.bounds import Bounds
from projections.runtime.checkpoint import stopped
from tests.correcting import withdraw
from tests.golden.golden import HERE
from tests.golden.stuck.stories import STORIES
from tests.ledgers import START

P, Q = 10**15 + 37, 10**63 + 121


async def perform(node, command, key):
    return await node.perform(Order(command=command, now=START, correlation=key, actor="operator", key=key))


async def reported(node, sigma):
    command = ReportCurves(work="", value=str(P * Q), bounds=Bounds(2_000, -1, 1), curves=1, sigmas=(sigma,))
    return await perform(node, command, f"curve {sigma}")


async def sigmas(node):
    def query(connection):
        return {sigma for (sigma,) in connection.execute("SELECT sigma FROM curves")}

    return await node.readers["factoring"].query(query)


@pytest.mark.parametrize("name", STORIES)
def test_a_log_that_a_correction_has_stopped_is_gone_on_with_after_a_start(tmp_path, name):
    import_log(io.BytesIO((HERE / "stuck" / f"{name}.ndjson").read_bytes()), tmp_path)

    async def story():
        async with opened(tmp_path) as node:
            before = await node.readers["factoring"].query(stopped)
            assert await mend(node) is None
            assert await node.readers["factoring"].query(stopped) is None
            command = SubmitComposite(text=str(P * Q), ceiling_digits=1_000)
            assert (await perform(node, command, "later")).position == node.end
            return before

    before = asyncio.run(story())
    found = verify(tmp_path)
    assert found.holds, found.sentence
    if before is not None:
        assert before.position < found.position


def test_a_state_that_a_person_has_to_look_at_is_named_and_left(tmp_path):
    async def story():
        async with opened(tmp_path) as node:
            await perform(node, SubmitComposite(text=str(P * Q), ceiling_digits=1_000), "submitted")
        with closing(sqlite3.connect(path_of(tmp_path, "factoring"), isolation_level=None)) as connection:
            connection.execute("INSERT INTO degraded VALUES ('state', 2, 'it says nonsense')")
        found = verify(tmp_path)
        assert not found.holds
        assert "factoring: The state stopped at event 2" in found.sentence
        async with opened(tmp_path) as node:
            assert await mend(node) is None, "its tables were at fault, not the log"
            await reported(node, "7")

    asyncio.run(story())
    assert verify(tmp_path).holds


def test_a_correction_whose_tables_can_not_take_their_place_is_recorded_and_shown_as_soon_as_they_can(
    tmp_path, monkeypatch
):
    def no_rename(_old, _new):
        raise OSError("the disk is gone")

    async def story():
        async with opened(tmp_path) as node:
            await perform(node, SubmitComposite(text=str(P * Q), ceiling_digits=1_000), "submitted")
            await reported(node, "7")
            spoilt = await reported(node, "8")
            with monkeypatch.context() as patched:
                patched.setattr(swapping, "rename_durably", no_rename)
                corrected = await withdraw(node, spoilt.position)
                assert corrected.position == node.end
                assert "factoring" in node.withheld
            await mend(node)
            assert await sigmas(node) == {"7"}
            await reported(node, "9")
            assert await sigmas(node) == {"7", "9"}

    asyncio.run(story())
    assert verify(tmp_path).holds


def test_a_program_that_reads_the_tables_is_in_nobodys_way(tmp_path):
    async def story():
        async with opened(tmp_path) as node:
            await perform(node, SubmitComposite(text=str(P * Q), ceiling_digits=1_000), "submitted")
            await reported(node, "7")
            spoilt = await reported(node, "8")
            assert await sigmas(node) == {"7", "8"}
            with closing(sqlite3.connect(path_of(tmp_path, "factoring"), isolation_level=None)) as somebody:
                somebody.execute("BEGIN")
                assert somebody.execute("SELECT count(*) FROM curves").fetchone() == (2,)
                await withdraw(node, spoilt.position)
                assert await sigmas(node) == {"7"}
                await reported(node, "9")
                assert await sigmas(node) == {"7", "9"}
                assert somebody.execute("SELECT count(*) FROM curves").fetchone() == (2,)
                somebody.execute("COMMIT")
                assert somebody.execute("SELECT count(*) FROM curves").fetchone() == (2,)

    asyncio.run(story())
    assert verify(tmp_path).holds

"""About which finds earlier curves are asked beside a running coordinator, however much is recorded between two."""

import asyncio
import uuid

import pytest

from coordinator.log import queries
from coordinator.log.queries import Selection, page
from coordinator.opening import opened
from coordinator.operations.checks.secrets import begin
from coordinator.reactors.missed import Finds
from coordinator.time.wallclock import now
from core.deciding import Order
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of
from projections.trust.state import asked_upto

pytest.importorskip("cypari")

SMALL = (10_000_019, 10_000_079)
NUMBER = str(SMALL[0] * SMALL[1] * (10**49 + 9) * (10**50 + 151))
SCANNED_AT_ONCE = 5


async def perform(node, command):
    claim = await node.introductions.claim("alice")
    order = Order(
        command=command, now=now(), correlation=str(uuid.uuid4()), client=claim, key=str(uuid.uuid4()), route="t"
    )
    await node.perform(order)


async def report(node, sigma, found=()):
    """Have somebody report a curve, with what it found."""
    command = ReportCurves(
        work="",
        value=NUMBER,
        bounds=bounds_of(11_000, None, 1),
        curves=1,
        sigmas=(str(sigma),),
        claims=tuple(map(Claim, found)),
    )
    await perform(node, command)


async def positions(node, kind):
    return [row.position for row in (await node.log_readers.query(page, 0, 1_000, Selection(type=kind))).events]


def test_a_find_is_asked_about_however_much_was_recorded_since_the_one_before(tmp_path, monkeypatch):
    async def story():
        async with opened(tmp_path) as node:
            await perform(node, SubmitComposite(text=NUMBER, ceiling_digits=1_000, target_milli=60_000))
            await begin(node)
            finds = Finds(node)
            await report(node, 6, (str(SMALL[0]),))
            monkeypatch.setattr(queries, "_SCANNED_AT_ONCE", SCANNED_AT_ONCE)
            await finds.ask()
            for sigma in range(10, 10 + 4 * SCANNED_AT_ONCE):
                await report(node, sigma)
            await finds.ask()
            assert finds.looked_upto >= node.position - 1, "and what was looked at is looked at no more"
            await report(node, 7, (str(SMALL[1]),))
            await finds.ask()
            again = Finds(node)
            await again.ask()
            assert again.looked_upto == node.position
            monkeypatch.undo()
            found = await positions(node, "factoring.factor_found")
            assert await node.readers["trust"].query(asked_upto) == found[-1]
            assert len(found) == len(await positions(node, "trust.finds_asked"))

    asyncio.run(story())

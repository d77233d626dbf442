"""Draws which curves are run again, and does what follows from checks that failed. What waits stands in log and tables.

Lots are drawn with the secret of the day on which something was reported (`core.trust.chain`), once its event has its
hash. What was drawn is recorded before it is handed out. A secret is opened when all that it drew is handed out.
"""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence

import structlog

from coordinator.log.corrections import Corrections
from coordinator.log.queries import Page, Selection, page
from coordinator.log.reading import LogReader
from coordinator.node import Node
from coordinator.operations.checks import doubting
from coordinator.operations.checks.reports import reported, rows_at
from coordinator.operations.checks.secrets import Secrets, kept_secrets, perform
from coordinator.reactors.missed import Finds
from coordinator.time.repeating import every
from coordinator.time.wallclock import now
from core.events.envelope import Event
from core.events.fact import Fact
from core.factoring.events.reports import CurvesRun, FactorFound
from core.factoring.events.residues import ResidueCurves
from core.refusals import Conflict
from core.trust.budget import Rates, rates
from core.trust.chain import chain_day
from core.trust.commands import CheckEarlier, Lots, OpenSecret, WeighReports
from core.trust.events import CheckAnswered, CheckAssigned, CheckSettled
from core.trust.standing import Standing
from core.trust.weighing import Reported, checkable, earlier, weigh
from projections.trust import state
from projections.trust.budget import spent
from projections.trust.checks import CheckTable, waiting_since
from projections.trust.machines import MachineTable, doubtful, newest_reports

EVERY_SECONDS = 5.0
_WAKING = (CheckAssigned, CheckAnswered, CheckSettled, FactorFound)
_NEEDED = frozenset({"trust", "factoring", "access"})
_REPORTS = ("factoring.curves_run", "factoring.residue_curves")
_AT_ONCE = 200
_LOOKED_BACK = 100
"""Among the curves of so many reports those are drawn that are checked after a mismatch."""
_LATEST_DAYS = 2
"""So long after its day a secret is opened, whether or not all that it drew is handed out."""

_log = structlog.get_logger(__name__)


async def run(node: Node) -> None:
    """Reconcile at once, when something was reported or checked, and every few seconds, until cancelled."""
    happened = asyncio.Event()

    def wake(events: Sequence[Event]) -> None:
        if any(_concerns(event.fact) for event in events):
            happened.set()

    node.on_commit.append(wake)
    finds = Finds(node)

    async def look() -> None:
        if any(name in node.withheld for name in _NEEDED):
            return
        await reconcile(node)
        await finds.ask()

    await every(EVERY_SECONDS, "drawing_failed", look, happened=happened)


def _concerns(fact: Fact) -> bool:
    return any(fact.checksums) if isinstance(fact, CurvesRun | ResidueCurves) else isinstance(fact, _WAKING)


async def reconcile(node: Node) -> None:
    """Draw all that waits, look back after mismatches, heed doubts, and open what need not be secret any more.

    Raises:
        Unavailable: nothing can be read or written just now.
    """
    secrets = await kept_secrets(node)
    if secrets is None:  # nobody has asked for a check yet
        return
    while await _weigh(node, secrets):
        pass
    for check, client in await node.readers["trust"].query(state.not_looked_back):
        await _look_back(node, secrets, check, client)
    for client, positions in (await node.readers["trust"].query(doubtful, "doubted")).items():
        await doubting.heed(node, client, positions)
    await _open(node, secrets)


async def _weigh(node: Node, secrets: Secrets) -> bool:
    """Draw among the next reports; return whether there are more."""
    after = await node.readers["trust"].query(state.weighed_upto)
    found = await node.log_readers.query(_reports, after, node.position)
    reports = await reported(node, found.events)
    clients = {report.fact.client for report in reports}
    standings = await node.readers["trust"].query(_standings, clients)
    if not found.more and not any(checkable(report.fact) for report in reports):
        return False  # those that can't be checked are told of with the next that can
    moments = {event.position: event.recorded_at for event in found.events}
    before = await node.readers["trust"].query(spent)
    lots = await asyncio.to_thread(_lots, reports, standings, secrets, moments, rates(before))
    return await _recorded(node, WeighReports(secrets.chain.chain, after, found.upto, lots, before)) and found.more


async def _recorded(node: Node, command: WeighReports) -> bool:
    """Record what was drawn; when things stand otherwise by now, it is drawn again the next time."""
    try:
        await perform(node, command)
    except Conflict as conflict:
        _log.info("drawn_again", reason=conflict.sentence)
        return False
    return True


def _reports(connection: sqlite3.Connection, after: int, upto: int) -> Page:
    """Return the next reports, and curves of residue files, without those that a correction restates."""
    pages = [page(connection, after, _AT_ONCE, Selection(type=kind), upto) for kind in _REPORTS]
    reached = min(found.upto for found in pages)
    corrections = Corrections(LogReader(connection))
    rows = [row for found in pages for row in found.events if row.position <= reached]
    counting = [row for row in rows if corrections.place_of(row.position) is None]
    return Page(sorted(counting, key=lambda row: row.position), reached, any(found.more for found in pages))


def _standings(connection: sqlite3.Connection, clients: set[int]) -> dict[int, Standing]:
    table = MachineTable(connection)
    return {client: table.standing(client) for client in clients}


def _lots(
    reports: Sequence[Reported],
    standings: dict[int, Standing],
    secrets: Secrets,
    moments: Mapping[int, int],
    allowed: Rates,
) -> tuple[Lots, ...]:
    found = []
    for report in reports:
        client = report.fact.client
        lots, standings[client] = weigh(report, standings[client], secrets.at(moments[report.position]), allowed)
        found.append(lots)
    return tuple(found)


async def _look_back(node: Node, secrets: Secrets, check: int, client: int) -> None:
    """Draw among earlier curves of a machine that was wrong; of one that is doubtful already nothing more need be known."""
    standing = (await node.readers["trust"].query(_standings, {client}))[client]
    many = 0 if standing.doubtful else _LOOKED_BACK
    positions = await node.readers["trust"].query(newest_reports, client, many)
    rows = await node.log_readers.query(rows_at, positions)
    reports = [report for report in await reported(node, rows) if report.value]
    moments = {row.position: row.recorded_at for row in rows}
    checked = await node.readers["trust"].query(
        lambda connection: [CheckTable(connection).offsets(report.position) for report in reports]
    )
    lots = earlier(reports, [secrets.at(moments[report.position]) for report in reports], checked)
    looked_at = tuple(report.position for report in reports)
    await perform(node, CheckEarlier(client=client, check=check, reports=looked_at, lots=lots))


async def _open(node: Node, secrets: Secrets) -> None:
    """Open the secret of the newest day that is over, whose draws are handed out, or that is long over."""
    chain = secrets.chain
    today = chain_day(now(), chain.first_day)
    waiting = await node.readers["trust"].query(waiting_since)
    handed_out = today - 1 if waiting is None else min(today, chain_day(waiting, chain.first_day)) - 1
    day = min(max(handed_out, today - 1 - _LATEST_DAYS), chain.length)
    if day > chain.opened:
        await perform(node, OpenSecret(day=day, secret=secrets.of(day).hex()))

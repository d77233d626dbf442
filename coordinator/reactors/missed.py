"""Asks earlier curves whether they should have found a factor that somebody else has found: their orders say so exactly.

It covers stage 2, which no checksum does, and rests on no model. A sample is asked, curves of machines with little credit
first; orders are counted by PARI (`coordinator.reactors.orders`) in a child process.
"""

import sqlite3
from collections.abc import Sequence
from hashlib import sha256

import structlog
from msgspec import Struct

from coordinator.log.corrections import Corrections
from coordinator.log.queries import Page, Selection, page
from coordinator.log.reading import LogReader
from coordinator.node import Node
from coordinator.operations.checks.reports import reported
from coordinator.operations.checks.secrets import kept_secrets, perform
from coordinator.reactors import orders
from core.events.envelope import StoredEvent
from core.factoring.events.numbers import stream_of
from core.factoring.events.reports import FactorFound
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.group_order import NoCurve, curve_of, must_find
from core.trust.commands import RecordMissed
from core.trust.events import FindMissed, FindsAsked
from core.trust.weighing import Reported, missed_lots
from projections.factoring.lists.catalogue import relatives_of
from projections.trust.machines import MachineTable
from projections.trust.state import asked_upto

LEAST_DIGITS = 9
"""Shorter factors are often found together with others, as one number, which tells nothing."""
_SAMPLE = 100
_FINDS_AT_ONCE = 20
_REPORTS = 300
_CURVES_A_CALL = 10

_log = structlog.get_logger(__name__)


class Asked(Struct, frozen=True):
    """A curve that is asked: its bounds, and its sigma."""

    bounds: Bounds
    sigma: str


class AskCurves(Struct, frozen=True):
    """Which of these curves, run on a number of so many digits, must have found this prime, and not all others with it?"""

    prime: str
    others: tuple[str, ...]
    digits: int
    curves: tuple[Asked, ...]

    def find(self) -> tuple[str, ...]:
        """Count orders; return that of each curve that must have found the prime, and nothing for the others."""
        return tuple(self._order(curve) for curve in self.curves)

    def _order(self, curve: Asked) -> str:
        order = _order_if_found(self.prime, curve, self.digits)
        if order and self.others and all(_order_if_found(other, curve, self.digits) for other in self.others):
            return ""  # it found the number as a whole
        return order


def _order_if_found(prime: str, asked: Asked, digits: int) -> str:
    """Return the order of a curve modulo a prime that it must find; empty when it need not."""
    try:
        curve = curve_of(asked.bounds.param, int(asked.sigma), int(prime))
    except NoCurve:
        return ""
    counted = orders.CountOrder(prime, asked.sigma, asked.bounds).find()
    return counted.order if must_find(curve, counted.factorisation, asked.bounds, digits) else ""


class Finds:
    """The finds of a node, about each of which earlier curves are asked once.

    Args:
        node: whose finds.

    Attributes:
        looked_upto: all finds up to this position were asked about; the last of them may lie far before it.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self.looked_upto = 0

    async def ask(self) -> None:
        """Ask about all that was found since the last time, once somebody checks curves here.

        Raises:
            Unavailable: nothing can be read or written just now.
        """
        node = self._node
        if not orders.available() or await kept_secrets(node) is None:
            return
        more = True
        while more:
            after = max(self.looked_upto, await node.readers["trust"].query(asked_upto))
            found = await node.log_readers.query(_finds, after, node.position)
            for row in found.events:
                await _ask(node, row)
            self.looked_upto, more = found.upto, found.more


def _finds(connection: sqlite3.Connection, after: int, upto: int) -> Page:
    """Return the next finds, without those that a correction restates."""
    found = page(connection, after, _FINDS_AT_ONCE, Selection(type="factoring.factor_found"), upto)
    corrections = Corrections(LogReader(connection))
    counting = [row for row in found.events if corrections.place_of(row.position) is None]
    return Page(counting, found.upto, found.more)


def _not_counting(connection: sqlite3.Connection, positions: Sequence[int]) -> set[int]:
    """Return those of some reports that are withdrawn, or restate others."""
    corrections = Corrections(LogReader(connection))
    return {one for one in positions if one in corrections.named or corrections.place_of(one) is not None}


async def _ask(node: Node, row: StoredEvent) -> None:
    """Ask earlier curves about one find, and record what came of it."""
    fact = node.registry.event(row).fact
    assert isinstance(fact, FactorFound)
    after = await node.readers["trust"].query(asked_upto)
    sample = await _sample(node, fact, row.position) if _is_asked_about(fact) else []
    missed: list[FindMissed] = []
    lots = []
    for report, offset, order in await _asked(node, fact, sample):
        curves = report.fact
        missed.append(
            FindMissed(
                factor=row.position,
                report=report.position,
                offset=offset,
                client=curves.client,
                number=curves.number,
                value=fact.value,
                b1=curves.b1,
                b2=curves.b2,
                param=curves.param,
                sigma=curves.sigmas[offset],
                order=order,
            )
        )
        lots.append(missed_lots(report, [offset]))
    asked = FindsAsked(factor=row.position, value=fact.value, asked=len(sample))
    await perform(node, RecordMissed(after, row.position, asked, tuple(missed), tuple(lots)))
    if missed:
        _log.warning("finds_missed", factor=fact.value, curves=len(missed), asked=len(sample))


def _is_asked_about(fact: FactorFound) -> bool:
    return fact.primality != "composite" and LEAST_DIGITS <= len(fact.value) <= orders.MOST_DIGITS


async def _sample(node: Node, fact: FactorFound, found_at: int) -> list[tuple[Reported, int]]:
    """Return curves on a number, or on what it is a part of, that were reported before a find: some, for certain the same."""
    ancestors, _ = await node.readers["factoring"].query(relatives_of, fact.number)
    rows: list[StoredEvent] = []
    for number in (fact.number, *ancestors):
        wanted = Selection(stream=stream_of(number), type="factoring.curves_run")
        rows += (await node.log_readers.query(page, 0, _REPORTS, wanted, found_at)).events
    left_out = await node.log_readers.query(_not_counting, [row.position for row in rows])
    counting = [row for row in rows if row.position not in left_out]
    reports = [one for one in await reported(node, counting) if fact.value not in one.fact.factors and one.value]
    clients = {report.fact.client for report in reports}

    def credit(connection: sqlite3.Connection) -> dict[int, int]:
        table = MachineTable(connection)
        return {client: table.standing(client).credit for client in clients}

    earned = await node.readers["trust"].query(credit)
    curves = [
        (earned[report.fact.client], sha256(report.hash + offset.to_bytes(4, "big")).digest(), at, offset)
        for at, report in enumerate(reports)
        for offset in set(range(len(report.fact.sigmas))) - set(report.fact.uncredited)
    ]
    return [(reports[at], offset) for _, _, at, offset in sorted(curves)[:_SAMPLE]]


async def _asked(
    node: Node, fact: FactorFound, sample: Sequence[tuple[Reported, int]]
) -> list[tuple[Reported, int, str]]:
    """Return those of a sample that must have found the factor, with their orders."""
    found: list[tuple[Reported, int, str]] = []
    for start in range(0, len(sample), _CURVES_A_CALL):
        some = sample[start : start + _CURVES_A_CALL]
        for value in {report.value for report, _ in some}:
            own = [(report, offset) for report, offset in some if report.value == value]
            curves = tuple(_curve(report, offset) for report, offset in own)
            cofactor = str(int(value) // int(fact.value)) if int(value) % int(fact.value) == 0 else ""
            others = (cofactor,) if 1 < len(cofactor) <= orders.MOST_DIGITS // 2 else ()
            (answers,) = await node.preparation.find([AskCurves(fact.value, others, len(value), curves)])
            if isinstance(answers, Exception):
                raise answers
            found += [(report, offset, order) for (report, offset), order in zip(own, answers, strict=True) if order]
    return found


def _curve(report: Reported, offset: int) -> Asked:
    curves = report.fact
    return Asked(Bounds(curves.b1, curves.b2, curves.param), curves.sigmas[offset])

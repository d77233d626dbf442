"""Decisions about what is drawn: by which secrets, among which reports, and when the secrets are opened."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.events.reports import CurvesRun
from core.factoring.events.residues import ResidueCurves, ResiduesUploaded
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, Bounds
from core.factoring.mathematics.prospects.cost import nominal_microseconds
from core.refusals import BadInput, Conflict
from core.trust.answers import Drawing
from core.trust.budget import USUAL, Rates
from core.trust.chain import day_of, link
from core.trust.commands import CheckEarlier, CommitChain, Curve, Lots, OpenSecret, RecordMissed, WeighReports
from core.trust.drawing import EARLIER, MISSED, Drawn, draw, first_lot, lot
from core.trust.events import ChainCommitted, EarlierDrawn, ReportsWeighed, SecretOpened, Weighed
from core.trust.standing import PROBATION, Standing
from core.trust.state import TrustState

CONTEXT = "trust"
STREAM = "trust"
"""Chains, secrets and what was weighed stand in it."""
_NO_CHECKSUM = 0
"""Of some lines (`-torsion`) that GMP-ECM writes without one; by chance once in 2^32."""


class Reported(Struct, frozen=True, gc=False):
    """A report as the log holds it, or the curves of a residue file, which are one of their stage 1.

    Attributes:
        position: of its event.
        hash: of its event.
        users: whose the machine is.
        value: the number, in decimal; empty when nobody knows it any more.
        fact: what it says.
    """

    position: int
    hash: bytes
    users: tuple[str, ...]
    value: str
    fact: CurvesRun


def stream_of(check: int) -> str:
    """Return the stream in which a check's events stand; leases on it have it as their subject."""
    return f"check-{check}"


def told_by(file: ResiduesUploaded, told: ResidueCurves) -> CurvesRun:
    """Read what a residue file tells of its curves as a report of their stage 1, by whoever handed it in.

    Curves whose report it names were counted with that. Where a parametrisation was missing and put in, nobody has said that
    these are the curves.
    """
    return CurvesRun(
        attempt=file.attempt,
        number=file.number,
        work="",
        client=file.client,
        method="ecm",
        b1=file.b1,
        b2=STAGE_1_ONLY,
        param=file.param,
        curves=0 if file.attempt else len(told.sigmas),
        sigmas=told.sigmas,
        anonymous=0,
        raised=(),
        uncredited=(),
        checksums=() if file.inferred else told.checksums,
        factors=(),
        refused=(),
        cpu_milliseconds=0,
        program="",
        output="",
        doubt="",
    )


def checkable(fact: CurvesRun) -> list[int]:
    """Return the offsets of a report's curves that were credited and whose checksum is known."""
    left_out = set(fact.uncredited)
    return [
        offset
        for offset, checksum in enumerate(fact.checksums)
        if checksum is not None and checksum != _NO_CHECKSUM and offset not in left_out
    ]


def weigh(report: Reported, standing: Standing, secret: bytes, allowed: Rates = USUAL) -> tuple[Lots, Standing]:
    """Draw among the curves of a report; return what was drawn, and how the machine stands after it.

    Args:
        report: the report.
        standing: of the machine before it.
        secret: of the day on which it was recorded.
        allowed: what the budget allows.
    """
    fact = report.fact
    offsets = checkable(fact) if report.value and fact.client else []
    cost = nominal_microseconds(Bounds(fact.b1, fact.b2, fact.param), len(report.value)) if offsets else 0
    lots = [lot(secret, report.hash, offset) for offset in offsets]
    drawn, after = draw(standing, cost, offsets, lots, allowed, first_lot(secret, report.hash))
    return _lots(report, standing, drawn, len(offsets), cost), after


def _lots(report: Reported, standing: Standing, drawn: Sequence[Drawn], count: int, cost: int) -> Lots:
    fact = report.fact
    stage_1 = nominal_microseconds(Bounds(fact.b1, STAGE_1_ONLY, fact.param), len(report.value)) if count else 0
    weighed = Weighed(
        position=report.position,
        client=fact.client,
        number=fact.number,
        users=report.users,
        curves=fact.curves,
        checkable=count,
        cost=cost,
        credit=standing.credit,
    )
    curves = [Curve(one, fact.sigmas[one.offset], fact.checksums[one.offset] or 0) for one in drawn]
    return Lots(weighed, standing, report.value, fact.b1, fact.param, stage_1, tuple(curves))


def earlier(
    reports: Sequence[Reported], secrets: Sequence[bytes], checked: Sequence[frozenset[int]]
) -> tuple[Lots, ...]:
    """Draw among earlier curves of a machine those with the least lots, as many as a mismatch makes be checked.

    Args:
        reports: of the machine.
        secrets: of the days on which they were recorded.
        checked: which curves of each were drawn before.
    """
    lots = sorted(
        (lot(secret, report.hash, offset), report.position, offset)
        for report, secret, known in zip(reports, secrets, checked, strict=True)
        for offset in checkable(report.fact)
        if offset not in known
    )[:PROBATION]
    found = []
    for report in reports:
        drawn = [Drawn(offset, EARLIER) for _, position, offset in sorted(lots) if position == report.position]
        if drawn:
            found.append(_lots(report, Standing(), sorted(drawn, key=lambda one: one.offset), len(drawn), 0))
    return tuple(found)


def commit_chain(command: CommitChain, asking: Asking, state: TrustState) -> Decision:
    """Record a chain; one that is drawn with already stays."""
    chain = state.chain()
    if chain is not None and chain.anchor == command.anchor:
        return Drawing()
    fact = ChainCommitted(
        chain=chain.chain + 1 if chain else 1,
        anchor=command.anchor,
        first_day=day_of(asking.now),
        length=command.length,
        reason=command.reason,
    )
    return [NewEvent(STREAM, fact)]


def open_secret(command: OpenSecret, _: Asking, state: TrustState) -> Decision:
    """Open the secret of a day, which has to be of the chain."""
    chain = state.chain()
    if chain is None:
        raise Conflict("There is no chain of secrets yet.")
    if command.day <= chain.opened:
        return Drawing()
    secret = bytes.fromhex(command.secret)
    for _day in range(command.day):
        secret = link(secret)
    if secret.hex() != chain.anchor:
        raise BadInput(f"This is not the secret of day {command.day} of chain {chain.chain}.")
    return [NewEvent(STREAM, SecretOpened(chain=chain.chain, day=command.day, secret=command.secret))]


def weigh_reports(command: WeighReports, _: Asking, state: TrustState) -> Decision:
    """Record what was drawn, if it was drawn from how things stand.

    Raises:
        Conflict: they stand otherwise by now.
    """
    chain = state.chain()
    same = chain is not None and chain.chain == command.chain and state.weighed_upto() == command.after
    if not same or state.spent() != command.spent:
        raise Conflict("What was drawn rests on another chain, or on other reports; it has to be drawn again.")
    seen: set[int] = set()
    for lots in command.lots:
        client = lots.weighed.client
        if client not in seen and state.standing(client) != lots.before:
            raise Conflict(f"Machine {client} stands otherwise by now; it has to be drawn again.")
        seen.add(client)
    reports = tuple(lots.weighed for lots in command.lots)
    weighed = ReportsWeighed(
        chain=command.chain, after=command.after, upto=command.upto, reports=reports, spent=command.spent, files=True
    )
    return [NewEvent(STREAM, weighed), *_drawn(command.lots, state)]


def check_earlier(command: CheckEarlier, _: Asking, state: TrustState) -> Decision:
    """Record which earlier curves of a machine are checked."""
    check = state.check(command.check)
    if check is None:
        raise BadInput(f"There is no check {command.check}.")
    fact = EarlierDrawn(client=command.client, check=command.check, reports=command.reports)
    return [NewEvent(STREAM, fact, cause=check.position), *_drawn(command.lots, state)]


def record_missed(command: RecordMissed, _: Asking, state: TrustState) -> Decision:
    """Record which curves should have found a factor, and have them checked, unless they are already.

    Raises:
        Conflict: somebody else has asked meanwhile.
    """
    if command.asked is None or state.asked_upto() != command.after:
        raise Conflict("Curves were asked about this find already.")
    events = [NewEvent(STREAM, command.asked, cause=command.asked.factor)]
    events += [NewEvent(f"machine-{fact.client}", fact, within=0) for fact in command.missed]
    known = {lots.weighed.position: state.checked_offsets(lots.weighed.position) for lots in command.lots}
    fresh = [
        replace(
            lots,
            curves=tuple(one for one in lots.curves if one.drawn.offset not in known[lots.weighed.position]),
        )
        for lots in command.lots
    ]
    return events + _drawn(fresh, state)


def missed_lots(report: Reported, offsets: Sequence[int]) -> Lots:
    """Return what is checked of a report some of whose curves should have found a factor: those whose checksum is known."""
    known = set(checkable(report.fact))
    drawn = [Drawn(offset, MISSED) for offset in offsets if offset in known]
    return _lots(report, Standing(), drawn, len(drawn), 0)


def _drawn(found: Sequence[Lots], state: TrustState) -> list[NewEvent]:
    events: list[NewEvent] = []
    for lots in found:
        for curve in lots.curves:
            fact = lots.check(state.next_check() + len(events), curve)
            events.append(NewEvent(stream_of(fact.check), fact, within=0))
    return events

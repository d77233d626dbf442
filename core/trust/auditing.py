"""Drawing again, from the log alone, what was drawn: as far as secrets are opened, and whether it was drawn at all."""

from collections import deque

from msgspec import Struct

from core.events.envelope import Event
from core.factoring.events.reports import CurvesRun
from core.factoring.events.residues import ResidueCurves, ResidueCurvesBefore, ResiduesUploaded
from core.trust.budget import Rates, rates
from core.trust.chain import chain_day, link
from core.trust.drawing import EARLIER, MISSED, draw, first_lot, lot
from core.trust.events import (
    ChainCommitted,
    CheckDrawn,
    CheckSettled,
    EarlierDrawn,
    ReportsWeighed,
    ReportsWeighedBefore,
    ReportsWeighedFreely,
    SecretOpened,
    Weighed,
)
from core.trust.ledger import Ledger
from core.trust.standing import PROBATION, Standing, credited, matched, mistaken
from core.trust.weighing import checkable, told_by

_PROBLEMS_NAMED = 10
_LOOKED_BACK = 100
_REPORTED = (CurvesRun, ResiduesUploaded, ResidueCurvesBefore, ResidueCurves)
_WEIGHED = (ReportsWeighedFreely, ReportsWeighedBefore, ReportsWeighed)
FACTS = (*_REPORTED, *_WEIGHED, ChainCommitted, CheckDrawn, EarlierDrawn, CheckSettled, SecretOpened)
"""The facts that have to be read, in whatever version they were written."""


class Audit(Struct, frozen=True):
    """The findings of an audit.

    Attributes:
        reports: among whose curves it was drawn.
        again: of those, the ones that were drawn again, since the secret of their day is open.
        checks: that were drawn.
        problems: what was not drawn as it should have been, a sentence each; the first ones.
    """

    reports: int = 0
    again: int = 0
    checks: int = 0
    problems: tuple[str, ...] = ()


class _Draw(Struct):
    """A report and what was drawn of it: by chance, with how the machine stood, and later, after a mismatch."""

    event: Event
    fact: CurvesRun
    offsets: list[int]
    chain: int
    before: Standing
    cost: int
    rates: Rates
    drawn: dict[int, str]


class _Back(Struct):
    """Earlier reports, each with its curves that had been drawn before, and what was drawn among them."""

    position: int
    draws: list[tuple[_Draw, frozenset[int]]]
    drawn: set[tuple[int, int]]


class Auditor:
    """Reads the facts of a log in their order; `found` tells what came of it. Reports that corrections restate are left out."""

    def __init__(self) -> None:
        self._chains: dict[int, ChainCommitted] = {}
        self._secrets: dict[int, tuple[int, bytes]] = {}
        self._upto = 0
        self._file: ResiduesUploaded | None = None
        self._reported: dict[int, tuple[Event, CurvesRun]] = {}
        self._standings: dict[int, Standing] = {}
        self._newest: dict[int, deque[_Draw]] = {}
        self._draws: dict[int, _Draw] = {}
        self._backs: list[_Back] = []
        self._who: dict[int, CheckDrawn] = {}
        self._ledger = Ledger()
        self._counts = [0, 0, 0]
        self._problems: list[str] = []

    def read(self, event: Event) -> None:
        """Read the next event."""
        fact = event.fact
        match fact:
            case CurvesRun():
                self._reported[event.position] = (event, fact)
            case ResiduesUploaded():
                self._file = fact
            case ResidueCurves() if self._file is not None:  # they stand right behind the file that they are of
                self._reported[event.position] = (event, told_by(self._file, fact))
            case ChainCommitted():
                self._upto = self._upto or event.position
                self._chains[fact.chain] = fact
            case ReportsWeighed():
                self._weigh(fact, event)
            case CheckDrawn():
                self._check(fact, event.position)
                self._ledger.check(fact, event.recorded_at)
            case EarlierDrawn():
                self._look_back(fact, event.position)
            case CheckSettled():
                self._settle(fact)
            case SecretOpened():
                self._open(fact, event.position)

    def found(self) -> Audit:
        """Return the findings."""
        reports, again, checks = self._counts
        return Audit(reports, again, checks, tuple(self._problems[:_PROBLEMS_NAMED]))

    def _complain(self, sentence: str) -> None:
        self._problems.append(sentence)

    def _weigh(self, fact: ReportsWeighed, event: Event) -> None:
        position = event.position
        if fact.after != self._upto:
            self._complain(
                f"Event {position} draws among reports from {fact.after} on, and those up to {self._upto} were."
            )
        due = sorted(
            place
            for place, (event, _) in self._reported.items()
            if fact.after < place <= fact.upto and (fact.files or isinstance(event.fact, CurvesRun))
        )
        if due != [report.position for report in fact.reports]:
            self._complain(
                f"Event {position} does not draw among just the reports between {fact.after} and {fact.upto}."
            )
        self._upto = fact.upto
        if fact.spent not in {None, self._ledger.spent()}:
            self._complain(f"Event {position} draws by another budget than the log tells of.")
        for report in fact.reports:
            self._counts[0] += 1
            if report.position in self._reported:
                self._add(report, fact, position)
        self._ledger.compute(fact, event.recorded_at)
        for place in [place for place in self._reported if place <= fact.upto]:
            del self._reported[place]

    def _add(self, report: Weighed, drawn: ReportsWeighed, position: int) -> None:
        event, fact = self._reported[report.position]
        before = self._standings.get(report.client, Standing())
        offsets = checkable(fact) if report.checkable else []
        if (report.client, report.curves, report.credit) != (fact.client, fact.curves, before.credit) or (
            report.checkable != len(offsets)
        ):
            self._complain(f"Event {position} does not weigh report {report.position} as the log tells of it.")
        self._standings[report.client] = credited(before, report.cost, report.checkable)
        if offsets:
            one = _Draw(event, fact, offsets, drawn.chain, before, report.cost, rates(drawn.spent), {})
            self._draws[report.position] = one
            self._newest.setdefault(report.client, deque(maxlen=_LOOKED_BACK)).append(one)

    def _known(self, client: int, report: int) -> _Draw | None:
        if report in self._draws:
            return self._draws[report]
        return next((one for one in self._newest.get(client, ()) if one.event.position == report), None)

    def _check(self, fact: CheckDrawn, position: int) -> None:
        self._counts[2] += 1
        self._who[fact.check] = fact
        one = self._known(fact.client, fact.report)
        told = one and (one.fact.b1, one.fact.param, one.fact.sigmas[fact.offset], one.fact.checksums[fact.offset])
        if one is None and fact.why == MISSED:  # it may be of any time
            return
        if one is None or told != (fact.b1, fact.param, fact.sigma, fact.checksum):
            self._complain(f"Event {position} has a curve checked that report {fact.report} does not tell of.")
            return
        one.drawn[fact.offset] = fact.why
        if fact.why == EARLIER and self._backs:
            self._backs[-1].drawn.add((fact.report, fact.offset))

    def _look_back(self, fact: EarlierDrawn, position: int) -> None:
        known = [(one, frozenset(one.drawn)) for report in fact.reports if (one := self._known(fact.client, report))]
        newest = [one.event.position for one in self._newest.get(fact.client, ())]
        if not set(fact.reports) <= set(newest):  # one whose number has gone since is left out
            self._complain(f"Event {position} does not look at the newest reports of client-{fact.client}.")
        self._backs.append(_Back(position, known, set()))

    def _settle(self, fact: CheckSettled) -> None:
        check = self._who.pop(fact.check, None)
        if fact.outcome == "matched" and check is not None:
            before = self._standings.get(check.client, Standing())
            self._standings[check.client] = matched(before, check.report)
        for client in fact.wrong:
            self._standings[client] = mistaken(self._standings.get(client, Standing()))

    def _open(self, fact: SecretOpened, position: int) -> None:
        chain = self._chains.get(fact.chain)
        secret = bytes.fromhex(fact.secret)
        for _ in range(fact.day):
            secret = link(secret)
        if chain is None or secret.hex() != chain.anchor:
            self._complain(f"Event {position} opens a secret that is not of chain {fact.chain}.")
            return
        self._secrets[fact.chain] = (fact.day, bytes.fromhex(fact.secret))
        for one in [one for one in self._draws.values() if self._secret(one) is not None]:
            self._draw_again(one)
            del self._draws[one.event.position]
        for back in [back for back in self._backs if all(self._secret(one) for one, _ in back.draws)]:
            self._look_back_again(back)
            self._backs.remove(back)

    def _secret(self, one: _Draw) -> bytes | None:
        """Return the secret with which it was drawn, None while it is not open."""
        if one.chain not in self._secrets:
            return None
        opened, secret = self._secrets[one.chain]
        chain = self._chains[one.chain]
        day = min(chain_day(one.event.recorded_at, chain.first_day), chain.length)
        if day > opened:
            return None
        for _ in range(opened - day):
            secret = link(secret)
        return secret

    def _lots(self, one: _Draw) -> list[int]:
        secret = self._secret(one)
        assert secret is not None, "it is open"
        return [lot(secret, one.event.stored.hash, offset) for offset in one.offsets]

    def _draw_again(self, one: _Draw) -> None:
        self._counts[1] += 1
        secret = self._secret(one)
        assert secret is not None, "it is open"
        first = first_lot(secret, one.event.stored.hash)
        due, _ = draw(one.before, one.cost, one.offsets, self._lots(one), one.rates, first)
        drawn = {offset: why for offset, why in one.drawn.items() if why not in {EARLIER, MISSED}}
        if {each.offset: each.why for each in due} != drawn:
            self._complain(
                f"Of report {one.event.position} the curves {sorted(drawn)} were drawn, and"
                f" {[each.offset for each in due]} should have been."
            )

    def _look_back_again(self, back: _Back) -> None:
        lots = sorted(
            (own, one.event.position, offset)
            for one, known in back.draws
            for own, offset in zip(self._lots(one), one.offsets, strict=True)
            if offset not in known
        )[:PROBATION]
        if {(report, offset) for _, report, offset in lots} != back.drawn:
            self._complain(
                f"After event {back.position} other earlier curves were drawn than those with the least lots."
            )

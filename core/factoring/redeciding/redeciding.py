"""Deciding commands again, in their order, against the state of a fold in which something before them is another.

What was said is read off the events that a command led to first, and decided again by the same functions that decide
commands. A number that is not on record stands for the one of which it came as a part. Leases are left alone: work was
handed out, whatever is believed of it now; and what a curve is worth is mathematics.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from core.deciding import Asking
from core.events.envelope import Event, NewEvent
from core.events.fact import Fact
from core.factoring.events.assignment import WorkAssigned, WorkReserved
from core.factoring.events.evidence import Wish, WishNoted
from core.factoring.events.imports import AttemptImported, CompositeImported, FactorImported
from core.factoring.events.numbers import CompositeSubmitted, NumberSplit, stream_of
from core.factoring.events.projects import ProjectCreated
from core.factoring.events.proofs import GroupOrderComputed, PrimalitySettled
from core.factoring.events.reports import AttemptMade, CurveMeasured, CurvesRun
from core.factoring.events.residues import (
    CurvesAssumed,
    CurvesIdentified,
    ResidueCompleted,
    ResiduesUploaded,
    StageOneNamed,
)
from core.factoring.factors.finding import accepted, dissect, found_events
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.redeciding.families import Families, numbers_in
from core.factoring.redeciding.kinds import DECIDED, amounts_to, is_vain
from core.factoring.redeciding.names import Names
from core.factoring.redeciding.renaming import Ids, given_out, renamed, values_in
from core.factoring.redeciding.residues import completed_again, identified_again, uploaded_again
from core.factoring.redeciding.said import Gone, Said
from core.factoring.redeciding.saying import claims_of, first, row_taken_over, wish_in
from core.factoring.redeciding.wishing import decide_row, decide_wish
from core.factoring.reporting.curves import known_already, novelty
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.leases.events import LeaseGranted


class IdsTaken(Exception):  # noqa: N818 - names what is the case
    """Somebody was given an id meanwhile that was given out here too; it has to be begun again."""


class Redecider:
    """Decides commands again as a fold comes to them.

    Args:
        names: every id of a number that the log ever gave out.
        ids: where new ids come from.
        gone: what does not count, by the position of each command's first event.
        changed: the commands of which something counts less, or more, than before.
        versions: all facts that a command led to after corrections, by the position of its first event.
        report: the fact of a report that counts, by the position of its event and its id.
        findings: finds out whatever a decision wants to know.
    """

    def __init__(
        self,
        names: Names,
        ids: Ids,
        gone: Mapping[int, Gone],
        changed: frozenset[int],
        versions: Callable[[int], Sequence[Fact]],
        report: Callable[[int, int], CurvesRun | AttemptMade | None],
        findings: Mapping[Any, Any],
    ) -> None:
        self._names = names
        self._ids = ids
        self._gone = gone
        self._changed = changed
        self._versions = versions
        self._read_report = report
        self._findings = findings
        self._families = Families(names)
        self._positions: dict[int, int] = {}
        self._reports: dict[int, CurvesRun | AttemptMade | None] = {}
        self._dropped_factors: set[int] = set()

    def decide(self, command: Said, state: FactoringState) -> list[NewEvent] | None:
        """Decide a command again, when what it amounts to may be another; None leaves what counts as it is.

        Raises:
            IdsTaken: it gives out an id that was given out here.
        """
        said, before = command.said, command.before
        self._check(said)
        self._names.learn(said)
        self._names.descend(said)
        self._place_reports(command)
        decided = self._decide(command, said, before, state)
        self._families.join([*said, *before, *(event.fact for event in decided or ())])
        return decided

    def note(self, command: Said) -> None:
        """Take note of a command that amounts to what it did."""
        self._names.descend(command.said)
        self._place_reports(command)
        self._families.join([*command.said, *command.before])

    def _place_reports(self, command: Said) -> None:
        for event in command.counting:
            if isinstance(event.fact, CurvesRun | AttemptMade):
                self._positions[event.fact.attempt] = event.position

    def _check(self, said: Sequence[Fact]) -> None:
        """Look whether ids that were given out here came to mean something else."""
        fresh = self._ids.fresh
        if not fresh:
            return
        if not fresh.isdisjoint(given_out(said)):
            raise IdsTaken
        for number, value in values_in(said):
            known = self._names.id_of(value)
            if known not in {None, number} and ("number", known) in fresh:
                raise IdsTaken

    def _decide(
        self, command: Said, said: Sequence[Fact], before: Sequence[Fact], state: FactoringState
    ) -> list[NewEvent] | None:
        if command.place not in self._changed and not self._families.any_touched:
            return None
        concerned = [*numbers_in(said, self._names, state), *numbers_in(before, self._names, state)]
        if command.place not in self._changed and not self._families.touched(concerned):
            return None
        again = self._again(command, said, state)
        fresh = [event.fact for event in again]
        self._note(said, before, fresh)
        if amounts_to(before) == amounts_to(fresh):
            return None
        self._families.touch(concerned)
        self._names.learn(fresh)
        self._families.touch(numbers_in(fresh, self._names, state))
        return again

    def _note(self, said: Sequence[Fact], before: Sequence[Fact], fresh: Sequence[Fact]) -> None:
        """Remember what became of reports and factors: later events speak of them by their ids."""
        known = set(given_out([*said, *before]))
        given = set(given_out(fresh))
        self._reports.update((one, None) for kind, one in known - given if kind == "attempt")
        self._reports.update((fact.attempt, fact) for fact in fresh if isinstance(fact, CurvesRun | AttemptMade))
        self._dropped_factors.update(one for kind, one in known - given if kind == "factor")

    def _again(self, command: Said, said: Sequence[Fact], state: FactoringState) -> list[NewEvent]:
        """Return all that a command amounts to now: what it decides, and what is left as it was."""
        asking = Asking(command.recorded[0].recorded_at, 0, self._findings)
        gone = self._gone.get(command.place, Gone())
        if gone.all:
            return []
        conclusions = self._conclusions(command.recorded, said, gone, asking, state)
        known = [*said, *self._versions(command.place)]
        decided = renamed(conclusions, known, self._names, self._ids, state)
        given = {one for kind, one in given_out([event.fact for event in decided]) if kind == "factor"}
        # What a curve is worth comes before anything that counts it.
        found = [
            self._left(event, decided, state) for event in command.recorded if isinstance(event.fact, CurveMeasured)
        ]
        placed = False
        for event in command.recorded:
            if isinstance(event.fact, CurveMeasured):
                continue
            if not isinstance(event.fact, DECIDED):
                found.append(self._left(event, decided, state))
                continue
            found += [] if placed else decided
            placed = True
            if isinstance(event.fact, FactorImported) and event.fact.factor in given:
                found.append(NewEvent(event.stored.stream, event.fact))
        found += [] if placed else decided
        if not decided:
            found = [event for event in found if not is_vain(event.fact, state)]
        return [replace(event, cause=command.place, within=None, opens=False) for event in found]

    def _left(self, event: Event, decided: Sequence[NewEvent], state: FactoringState) -> NewEvent:
        """Return what is not decided again; work on a number that is not on record is work on what stands for it."""
        fact = event.fact
        match fact:
            case WishNoted():
                fact = replace(fact, number=self._now(fact.number, decided, state))
            case WorkAssigned() | WorkReserved() | CurvesAssumed():
                there = self._names.present(fact.number, state)
                fact = replace(fact, number=there.id) if there else fact
            case LeaseGranted(subject=subject) if subject.startswith("composite-"):
                there = self._names.present(int(subject.removeprefix("composite-")), state)
                fact = replace(fact, subject=stream_of(there.id)) if there else fact
        return NewEvent(event.stored.stream, fact)

    def _now(self, number: int, decided: Sequence[NewEvent], state: FactoringState) -> int:
        """Return the id that a number has now, or gets by what is decided; its own when it is not on record."""
        value = self._names.value_of(number)
        known = state.number_of_value(value)
        submitted = (new.fact for new in decided if isinstance(new.fact, CompositeSubmitted))
        return known.id if known else next((fact.number for fact in submitted if fact.value == value), number)

    def _conclusions(
        self, recorded: Sequence[Event], said: Sequence[Fact], gone: Gone, asking: Asking, state: FactoringState
    ) -> list[NewEvent]:
        """Return what a command comes to, with ids that the state would give next."""
        for event in recorded:
            told = self._told_of(event, said, asking, state)
            if told is not None:
                return told
        wish = wish_in(said, prior=not gone.prior)
        report = first(CurvesRun, said) or first(AttemptMade, said)
        if report is not None and (wish is None or wish[1].wish != "describe"):
            return [] if gone.report else self._reported(report, said, gone, asking, state)
        imported = first(CompositeImported, said)
        if imported is not None:
            return decide_row(row_taken_over(imported, said, self._names.value_of(imported.number)), asking, state)
        return self._wished(wish, said, gone, asking, state)

    def _told_of(
        self, event: Event, said: Sequence[Fact], asking: Asking, state: FactoringState
    ) -> list[NewEvent] | None:
        """Decide again what tells of something that was there before; None when the event is of another kind."""
        match event.fact:
            case ResiduesUploaded():
                return uploaded_again(event, said, self._names, self._report, asking, state)
            case CurvesIdentified() | StageOneNamed():
                return identified_again(event, self._report, asking, state)
            case ResidueCompleted() as done:
                return completed_again(done, self._report, state)
            case GroupOrderComputed() as order:
                there = self._names.present(order.number, state)
                counts = there is not None and order.factor not in self._dropped_factors
                return [NewEvent(stream_of(there.id), replace(order, number=there.id))] if there and counts else []
            case PrimalitySettled() as settled:
                number = state.number(settled.number)
                counts = number is not None and number.primality == "probable"
                return [NewEvent(stream_of(settled.number), settled)] if counts else []
        return None

    def _wished(
        self,
        wish: tuple[int, Wish] | None,
        said: Sequence[Fact],
        gone: Gone,
        asking: Asking,
        state: FactoringState,
    ) -> list[NewEvent]:
        divided = first(NumberSplit, said)
        if wish is None and divided is not None:
            wish = divided.number, Wish(wish="divide")
        if wish is None:
            return [NewEvent(f"project-{fact.project}", fact) for fact in said if isinstance(fact, ProjectCreated)]
        number, wanted = wish
        if gone.report or gone.values:
            wanted = replace(wanted, left="")
        return decide_wish(wanted, number, self._names.value_of(number), said, asking, state)

    def _report(self, attempt: int) -> CurvesRun | AttemptMade | None:
        """Return a report as it counts now; None when it does not."""
        if attempt in self._reports:
            return self._reports[attempt]
        return self._read_report(self._positions.get(attempt, 0), attempt)

    def _reported(
        self,
        report: CurvesRun | AttemptMade,
        said: Sequence[Fact],
        gone: Gone,
        asking: Asking,
        state: FactoringState,
    ) -> list[NewEvent]:
        number = self._names.present(report.number, state)
        if number is None or number.primality != "composite":
            return []
        claims = claims_of(report, said, gone.values)
        dissected = dissect(claims, number, asking, state)
        if isinstance(report, AttemptMade) and report.method == "declared" and not dissected.splits:
            return []
        again: CurvesRun | AttemptMade = replace(report, number=number.id, factors=accepted(dissected))
        imported = first(AttemptImported, said)
        if isinstance(again, CurvesRun):
            again = _credited(again, number, state, nothing=bool(imported and imported.superseded_by))
        made = NewEvent(stream_of(number.id), again)
        found = found_events(claims, dissected, number, state, attempt=report.attempt, client=report.client, within=0)
        taken = [NewEvent(stream_of(number.id), imported)] if imported else []
        return [made, *found, *taken]


def _credited(fact: CurvesRun, number: Number, state: FactoringState, *, nothing: bool) -> CurvesRun:
    """Find out anew what of a report is new."""
    if nothing:
        return replace(fact, anonymous=0, raised=(), uncredited=tuple(range(len(fact.sigmas))))
    bounds = Bounds(fact.b1, fact.b2, fact.param)
    known = known_already(number, bounds, fact.sigmas, state)
    new = novelty(fact.sigmas, fact.curves - len(fact.sigmas), bounds, known)
    return replace(fact, anonymous=new.anonymous, raised=new.raised, uncredited=new.uncredited)

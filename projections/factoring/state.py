"""The state that decisions about factoring read, folded from events."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from core.deciding import Command
from core.events.envelope import Event
from core.events.fact import Fact
from core.factoring.commands import ReportCurves
from core.factoring.curation.events import ProjectDeleted
from core.factoring.events import (
    AttemptMade,
    CompositeSubmitted,
    CurveMeasured,
    CurvesRun,
    FactorFound,
    NumberSplit,
    ProjectJoined,
    WorkAcknowledged,
    WorkAssigned,
    WorkProgressed,
    WorkReserved,
)
from core.factoring.evidence import WishNoted
from core.factoring.formats.forms import Form
from core.factoring.prior_events import PriorWorkDeclared
from core.factoring.proofs.events import PrimalitySettled
from core.factoring.residues.events import CurvesIdentified, residue_of_subject
from core.factoring.splitting import number_of_stream, stream_of
from core.factoring.state import Number
from core.leases.decide import Lease
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed
from projections.factoring import (
    assignments,
    credit,
    curation,
    expectations,
    family,
    forms,
    ids,
    imports,
    numbers,
    prior,
    projects,
    remaining,
    residue_files,
    shares,
    tallies,
    turns,
    wishes,
)
from projections.factoring.assignments import AssignmentTable
from projections.factoring.credit import CreditTable
from projections.factoring.curation import Curation
from projections.factoring.division import Division
from projections.factoring.expectations import ExpectationTable
from projections.factoring.family import Family
from projections.factoring.forms import FormTable
from projections.factoring.ids import Ids
from projections.factoring.numbers import NumberTable
from projections.factoring.prior import PriorTable
from projections.factoring.projects import ProjectTable
from projections.factoring.residue_files import ResidueTable
from projections.factoring.shares import ShareTable
from projections.factoring.turns import ShareBook
from projections.leases import table as leases
from projections.leases.table import LeaseTable
from projections.runtime.answers import Answers

_OF_NUMBERS = (ids, numbers, curation, projects, turns, tallies, remaining, family, forms)
_OF_WORK = (credit, shares, prior, assignments, expectations, residue_files, imports, wishes, leases)
SCHEMA = "".join(tables.SCHEMA for tables in (*_OF_NUMBERS, *_OF_WORK))
_CONTEXT = "factoring"


class FactoringState(Answers):
    """Implements `core.factoring.state.FactoringState`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._family = Family(connection)
        self._numbers = NumberTable(connection)
        self._credit = CreditTable(connection, self._family)
        self._shares = ShareTable(connection)
        self._prior = PriorTable(connection)
        self._assignments = AssignmentTable(connection)
        self._expectations = ExpectationTable(connection)
        self._leases = LeaseTable(connection, _CONTEXT, counted="composite-")
        self.residues = ResidueTable(connection, self._numbers)
        self._projects = ProjectTable(connection)
        self._forms = FormTable(connection)
        self._division = Division(self._numbers, self._family, self._credit, self._shares, self._projects, self._forms)
        self._book = ShareBook(connection)
        self._curation = Curation(connection, self._numbers, self._projects)
        self._ids = Ids(connection)
        self._folds = self._by_fact()

        # What one table answers by itself.
        self.number = self._numbers.get
        self.number_of_value = self._numbers.with_value
        self.free_number = self._numbers.free
        self.leftover = self._numbers.leftover
        self.numbers_with_residues = self._numbers.free_with_residues
        self.held_numbers = self._numbers.held
        self.next_attempt = partial(self._ids.next, "attempt")
        self.next_factor = partial(self._ids.next, "factor")
        self.next_assignment = partial(self._ids.next, "assignment")
        self.next_project = partial(self._ids.next, "project")
        self.project = self._projects.id_of
        self.project_name = self._projects.name_of
        self.project_pause = self._projects.paused
        self.paused_projects = self._projects.all_paused
        self.rests = self._projects.rests
        self.share_of = self._book.share_of
        self.shares = self._book.shares
        self.deadline_of = self._book.deadline_of
        self.due = self._book.due
        self.snfs_difficulty = partial(curation.snfs_difficulty, connection)
        self.numbers_of = self._forms.numbers_of
        self.worth = self._credit.worth
        self.known_curves = self._credit.known
        self.declared = self._prior.of
        self.last_wish = partial(wishes.last_wish, connection)
        self.imported = partial(imports.imported, connection)
        self.assignment = self._assignments.get
        self.speed_milli = self._assignments.speed_milli
        self.given_by_promise = self._assignments.given_by_promise
        self.lease = self._leases.lease
        self.held_by = self._leases.held_by

    def _by_fact(self) -> Mapping[type[Fact], Callable[[Any, Event], None]]:
        """Return what folds each kind of fact; others are asked about one after the other."""
        return {
            CompositeSubmitted: self._division.submit,
            NumberSplit: self._division.split,
            PrimalitySettled: self._division.settle,
            CurvesRun: self._apply_curves,
            LeaseGranted: self._apply_lease,
            LeaseRenewed: self._apply_lease,
            LeaseEnded: self._apply_lease,
            WorkAssigned: self._apply_assigned,
            WorkAcknowledged: self._assignments.acknowledge,
            WorkProgressed: self._assignments.progress,
            WorkReserved: self._assignments.reserve,
            CurveMeasured: self._credit.measure,
            AttemptMade: self._apply_attempt,
            FactorFound: self._expectations.find,
            CurvesIdentified: self._apply_identified,
            PriorWorkDeclared: self._apply_prior,
            WishNoted: self._apply_wish,
        }

    def next_number(self) -> int:
        """Return the id that the next number gets."""
        return max(self._numbers.next(), self._ids.next("number"))

    def leaves(self, number: int) -> list[Number]:
        """Return what is left of a number: itself, or its parts that are not split, primes included, by id."""
        family = [self._numbers.get(one) for one in sorted({number, *self._family.descendants(number)})]
        return [one for one in family if one is not None and one.status not in {"split", "factored"}]

    def parts_of(self, number: int) -> list[Number]:
        """Return the parts of a number, however far, by id."""
        parts = map(self._numbers.get, self._family.descendants(number))
        return [part for part in parts if part is not None]

    def has_relatives(self, number: int) -> bool:
        """Tell whether a number has parts, or is one."""
        return bool(self._family.descendants(number) or self._family.ancestors(number))

    def is_part(self, part: int, whole: int) -> bool:
        """Tell whether a number is a part of another, however far."""
        return whole in self._family.ancestors(part)

    def parts_only_of(self, number: int) -> list[Number]:
        """Return the parts of a number, however far, that are parts of nothing else, by id."""
        parts = map(self._numbers.get, sorted(self._family.parts_only_of(number)))
        return [part for part in parts if part is not None]

    def in_project(self, number: int, project: str) -> bool:
        """Tell whether a number belongs to a project."""
        return self._projects.holds(project, number)

    def forms(self, number: int) -> list[Form]:
        """Return the algebraic forms of a number and of those that it is a part of."""
        return self._forms.of((number, *self._family.ancestors(number)))

    def live_on(self, number: int) -> list[Lease]:
        """Return the live leases on a number, oldest first."""
        return self._leases.live_on(stream_of(number))

    def planned(self, number: int) -> int:
        """Return the effort of what is handed out on a number, or on one that it divides, and has not come back."""
        self._leases.flush()
        return sum(
            curves * self._credit.sure_worth(bounds)
            for one in (number, *self._family.ancestors(number))
            for bounds, curves in self._assignments.outstanding(stream_of(one))
        )

    def expect(self, commands: Sequence[Command]) -> None:
        """Look up together what a batch's reports are about: numbers, their relatives, and which curves are known."""
        reports = [command for command in commands if isinstance(command, ReportCurves)]
        self._numbers.expect(report.value for report in reports if report.value)
        reported: list[tuple[int, int, Sequence[str]]] = []
        for report in reports:
            held = self._assignments.kept(report.work)
            number = self._numbers.kept(report.value) or (self._numbers.get(held.number) if held else None)
            bounds = report.bounds or (held.bounds if held else None)
            if number is not None and bounds is not None:
                reported.append((number.id, bounds.param, report.sigmas))
        self._family.expect([number for number, _, _ in reported])
        self._expect_curves(reported)

    def foresee(self, events: Iterable[Event]) -> None:
        """Look up together what folding a batch is going to ask: which curves count already for a number's parts."""
        facts = [event.fact for event in events if isinstance(event.fact, CurvesRun)]
        self._family.expect(list({fact.number for fact in facts}))
        self._expect_curves(
            (fact.number, fact.param, fact.sigmas) for fact in facts if self._family.descendants(fact.number)
        )

    def _expect_curves(self, reported: Iterable[tuple[int, int, Sequence[str]]]) -> None:
        """Look up which curves, by number, param and sigmas, count already wherever they would count."""
        self._credit.expect(
            (one, param, sigmas) for number, param, sigmas in reported for one in self._division.counting(number)
        )

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.fact
        self._ids.count(fact)
        fold = self._folds.get(type(fact))
        if fold is None:
            self._apply_other(event)
        else:
            fold(fact, event)

    def _apply_other(self, event: Event) -> None:
        self._numbers.write_added()
        if isinstance(event.fact, ProjectJoined | ProjectDeleted):
            self._expectations.regroup()
        if not (
            self._curation.apply(event)
            or self._book.apply(event)
            or self.residues.apply(event)
            or imports.apply(event, self.connection)
        ):
            self._leases.apply(event)
        if isinstance(event.fact, ProjectDeleted):
            self._book.look_again()

    def _sharing(self, number: int) -> set[int]:
        """Return the numbers that share a composite with this one: what is said of one of them may concern another."""
        counting = set(self._division.counting(number))
        return counting.union(*map(self._family.ancestors, counting))

    def flush(self) -> None:
        """Write what was held back."""
        self._numbers.flush()
        self._credit.flush()
        self._shares.flush()
        self._expectations.flush()
        self._assignments.flush()
        self._leases.flush()
        self._ids.flush()

    def _apply_assigned(self, fact: WorkAssigned, event: Event) -> None:
        self._assignments.assign(fact, event)
        if self._book.kept:
            number = self._numbers.get(fact.number)
            if number is not None:
                reckoned = self._assignments.reckoned(fact.work, fact.curves, number.digits)
                self._book.charge(number.id, reckoned, event.recorded_at)

    def _apply_curves(self, fact: CurvesRun, event: Event) -> None:
        gains = {one: self._credit.gain(one, fact) for one in self._division.counting(fact.number)}
        self._credit.record(fact)
        stretches = self._division.add_all(gains, event.position)
        if fact.work:
            self._expectations.report(fact, stretches)
        number = self._numbers.change(fact.number)
        if self._book.kept:
            reckoned = self._assignments.reckoned(fact.work, fact.curves, number.digits)
            self._book.charge(fact.number, fact.cpu_milliseconds * 1000 - reckoned, event.recorded_at)
        numbers.spend(number, fact.cpu_milliseconds)
        self._assignments.report(fact, number.digits)

    def _apply_attempt(self, fact: AttemptMade, event: Event) -> None:
        """Fold what was tried by other means than curves."""
        numbers.spend(self._numbers.change(fact.number), fact.cpu_milliseconds)
        self._book.charge(fact.number, fact.cpu_milliseconds * 1000, event.recorded_at)
        self._division.reach(fact)

    def _apply_identified(self, fact: CurvesIdentified, event: Event) -> None:
        """Fold which curves had been run that were reported without a sigma."""
        gains = {one: self._credit.gain_by_identity(one, fact) for one in self._division.counting(fact.number)}
        self._credit.identify(fact)
        self.residues.apply(event)
        self._division.add_all(gains, event.position)

    def _apply_prior(self, fact: PriorWorkDeclared, event: Event) -> None:
        """Fold what is said to have been run elsewhere."""
        gain = self._prior.fold(fact)
        self._credit.declare(fact.number, gain)
        numbers.charge(self._numbers.change(fact.number), gain)
        self._division.add_all(dict.fromkeys(self._division.counting(fact.number), gain), event.position)

    def _apply_wish(self, fact: WishNoted, _event: Event) -> None:
        wishes.keep(self.connection, fact, self._sharing(fact.number))

    def _apply_lease(self, fact: LeaseGranted | LeaseRenewed | LeaseEnded, event: Event) -> None:
        lease = self._leases.apply(event)
        if lease is None or isinstance(fact, LeaseRenewed):
            return
        number = number_of_stream(lease.subject)
        if number is None:
            residue = residue_of_subject(lease.subject)
            assert residue is not None, "leases are on numbers and on residue files"
            self.residues.hold(residue, lease)
            return
        change = 1 if isinstance(fact, LeaseGranted) else -1
        changed = self._numbers.change(number)
        changed.leases += change
        if self._assignments.is_exclusive(fact.lease):
            changed.exclusive += change

"""The state that decisions about factoring read, folded from events."""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial

from core.deciding import Command
from core.events.envelope import Event
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
from core.factoring.splitting import stream_of
from core.factoring.state import Number
from core.leases.decide import Lease
from core.leases.events import LeaseEnded, LeaseGranted
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

SCHEMA = (
    ids.SCHEMA
    + numbers.SCHEMA
    + curation.SCHEMA
    + projects.SCHEMA
    + turns.SCHEMA
    + tallies.SCHEMA
    + remaining.SCHEMA
    + family.SCHEMA
    + forms.SCHEMA
    + credit.SCHEMA
    + shares.SCHEMA
    + prior.SCHEMA
    + assignments.SCHEMA
    + expectations.SCHEMA
    + residue_files.SCHEMA
    + imports.SCHEMA
    + wishes.SCHEMA
    + leases.SCHEMA
)
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
        self.exponents_of = self._forms.exponents_of
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

    def foresee(self, events: Sequence[Event]) -> None:
        """Look up together what folding a batch is going to ask: which curves count already for a number's parts."""
        facts = [event.fact for event in events if isinstance(event.fact, CurvesRun)]
        self._family.expect(list({fact.number for fact in facts}))
        self._expect_curves(
            (fact.number, fact.param, fact.sigmas) for fact in facts if self._family.descendants(fact.number)
        )

    def _expect_curves(self, reported: Iterable[tuple[int, int, Sequence[str]]]) -> None:
        """Look up which curves, by number, param and sigmas, count already wherever they would count."""
        self._credit.expect(
            [
                (one, param, sigma)
                for number, param, sigmas in reported
                for one in self._division.counting(number)
                for sigma in sigmas
            ]
        )

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.fact
        self._ids.count(fact)
        match fact:
            case CompositeSubmitted() | NumberSplit() | PrimalitySettled():
                self._division.apply(event)
            case CurvesRun():
                self._apply_curves(fact, event)
            case LeaseGranted() | LeaseEnded():
                self._apply_lease(event, fact)
            case WorkAssigned() | WorkAcknowledged() | WorkProgressed() | WorkReserved():
                self._apply_work(event, fact)
            case CurveMeasured():
                self._credit.measure(fact)
            case AttemptMade() | FactorFound():
                self._apply_attempt(fact, event)
            case CurvesIdentified() | PriorWorkDeclared():
                self._apply_told(fact, event)
            case WishNoted():
                wishes.keep(self.connection, fact, self._sharing(fact.number))
            case _:
                self._apply_other(event)

    def _apply_other(self, event: Event) -> None:
        if isinstance(event.fact, ProjectJoined | ProjectDeleted):
            self._expectations.regroup()
        if not (
            self._curation.apply(event)
            or self._book.apply(event)
            or self.residues.apply(event)
            or imports.apply(event, self.connection)
        ):
            self._leases.apply(event)

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

    def _apply_work(self, event: Event, fact: WorkAssigned | WorkAcknowledged | WorkProgressed | WorkReserved) -> None:
        self._assignments.apply(event)
        number = self._numbers.get(fact.number) if isinstance(fact, WorkAssigned) else None
        if number is not None and isinstance(fact, WorkAssigned):
            reckoned = self._assignments.reckoned(fact.work, fact.curves, number.digits)
            self._book.charge(number.id, reckoned, event.recorded_at)

    def _apply_curves(self, fact: CurvesRun, event: Event) -> None:
        gains = {one: self._credit.gain(one, fact) for one in self._division.counting(fact.number)}
        self._credit.record(fact)
        if fact.work:
            self._expectations.report(fact, self._division.stretches(gains))
        self._division.add_all(gains, event.position)
        number = self._numbers.change(fact.number)
        took = fact.cpu_milliseconds * 1000
        reckoned = self._assignments.reckoned(fact.work, fact.curves, number.digits)
        self._book.charge(fact.number, took - reckoned, event.recorded_at)
        numbers.spend(number, fact.cpu_milliseconds)
        self._assignments.report(fact, number.digits)

    def _apply_attempt(self, fact: AttemptMade | FactorFound, event: Event) -> None:
        """Fold what was tried by other means than curves, or what somebody found."""
        if isinstance(fact, FactorFound):
            self._expectations.find(fact)
        else:
            numbers.spend(self._numbers.change(fact.number), fact.cpu_milliseconds)
            self._book.charge(fact.number, fact.cpu_milliseconds * 1000, event.recorded_at)
            self._division.reach(fact)

    def _apply_told(self, fact: CurvesIdentified | PriorWorkDeclared, event: Event) -> None:
        """Fold what is told of curves otherwise than by a report of them."""
        if isinstance(fact, PriorWorkDeclared):
            gain = self._prior.fold(fact)
            self._credit.declare(fact.number, gain)
            numbers.charge(self._numbers.change(fact.number), gain)
            gains = dict.fromkeys(self._division.counting(fact.number), gain)
        else:
            gains = {one: self._credit.gain_by_identity(one, fact) for one in self._division.counting(fact.number)}
            self._credit.identify(fact)
            self.residues.apply(event)
        self._division.add_all(gains, event.position)

    def _apply_lease(self, event: Event, fact: LeaseGranted | LeaseEnded) -> None:
        lease = self._leases.apply(event)
        if lease is None:
            return
        residue = residue_of_subject(lease.subject)
        if residue is not None:
            self.residues.hold(residue, lease)
            return
        number = self._numbers.change(int(lease.subject.removeprefix("composite-")))
        change = 1 if isinstance(fact, LeaseGranted) else -1
        number.leases += change
        if self._assignments.is_exclusive(fact.lease):
            number.exclusive += change

"""Folding the facts of factoring into the tables that decisions read."""

from collections.abc import Callable, Mapping
from typing import Any

from core.events.envelope import Event
from core.events.fact import Fact
from core.factoring.events.assignment import WorkAcknowledged, WorkAssigned, WorkProgressed, WorkReserved
from core.factoring.events.evidence import WishNoted
from core.factoring.events.numbers import CompositeSubmitted, NumberSplit, ProjectJoined, number_of_stream
from core.factoring.events.prior_work import PriorWorkDeclared
from core.factoring.events.projects import ProjectDeleted
from core.factoring.events.proofs import PrimalitySettled
from core.factoring.events.reports import AttemptMade, CurveMeasured, CurvesRun, FactorFound
from core.factoring.events.residues import (
    CurvesIdentified,
    ResidueCompleted,
    ResidueRemoved,
    ResiduesUploaded,
    residue_of_subject,
)
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed
from projections.factoring import imports
from projections.factoring.assignment import wishes
from projections.factoring.numbers import progress
from projections.factoring.numbers.curation import Curation
from projections.factoring.tables import Tables


class Folding:
    """Folds one event after the other.

    Args:
        tables: into which.
    """

    def __init__(self, tables: Tables) -> None:
        self._connection = tables.connection
        self._ids = tables.ids
        self._numbers = tables.numbers
        self._family = tables.family
        self._book = tables.book
        self._curves = tables.curves
        self._prior = tables.prior
        self._assignments = tables.assignments
        self._outstanding = tables.outstanding
        self._expectations = tables.expectations
        self._residues = tables.residues
        self._leases = tables.leases
        self._division = tables.division
        self._curation = Curation(tables.connection, tables.numbers, tables.projects)
        self._folds = self._by_fact()

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
            CurveMeasured: self._curves.measure,
            AttemptMade: self._apply_attempt,
            FactorFound: self._expectations.find,
            CurvesIdentified: self._apply_identified,
            PriorWorkDeclared: self._apply_prior,
            WishNoted: self._apply_wish,
        }

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
            or self._residues.apply(event)
            or imports.apply(event, self._connection)
        ):
            self._leases.apply(event)
        if isinstance(event.fact, ResiduesUploaded | ResidueCompleted | ResidueRemoved):
            file = self._residues.get(event.fact.residue)
            if file is not None:
                self._plan_anew(file.number)
        if isinstance(event.fact, ProjectDeleted):
            self._book.look_again()

    def _sharing(self, number: int) -> set[int]:
        """Return the numbers that share a composite with this one: what is said of one of them may concern another."""
        counting = set(self._division.counting(number))
        return counting.union(*map(self._family.ancestors, counting))

    def _apply_assigned(self, fact: WorkAssigned, event: Event) -> None:
        self._assignments.assign(fact, event)
        if self._book.kept:
            number = self._numbers.get(fact.number)
            if number is not None:
                reckoned = self._assignments.reckoned(fact.work, fact.curves, number.digits)
                self._book.charge(number.id, reckoned, event.recorded_at)

    def _apply_curves(self, fact: CurvesRun, event: Event) -> None:
        gains = {one: self._curves.gain(one, fact) for one in self._division.counting(fact.number)}
        self._curves.record(fact)
        stretches = self._division.add_all(gains, event.position)
        if fact.work:
            self._expectations.report(fact, stretches)
        number = self._numbers.change(fact.number)
        if self._book.kept:
            reckoned = self._assignments.reckoned(fact.work, fact.curves, number.digits)
            self._book.charge(fact.number, fact.cpu_milliseconds * 1000 - reckoned, event.recorded_at)
        progress.spend(number, fact.cpu_milliseconds)
        if fact.work:
            self._outstanding.report(fact.work, fact.curves)
        self._assignments.report(fact, number.digits)
        assignment = self._assignments.get(fact.work) if fact.work else None
        if assignment is not None:
            self._plan_anew(assignment.number)

    def _apply_attempt(self, fact: AttemptMade, event: Event) -> None:
        """Fold what was tried by other means than curves."""
        progress.spend(self._numbers.change(fact.number), fact.cpu_milliseconds)
        self._book.charge(fact.number, fact.cpu_milliseconds * 1000, event.recorded_at)
        self._division.reach(fact)

    def _apply_identified(self, fact: CurvesIdentified, event: Event) -> None:
        """Fold which curves had been run that were reported without a sigma."""
        gains = {one: self._curves.gain_by_identity(one, fact) for one in self._division.counting(fact.number)}
        self._curves.identify(fact)
        self._residues.apply(event)
        self._division.add_all(gains, event.position)

    def _apply_prior(self, fact: PriorWorkDeclared, event: Event) -> None:
        """Fold what is said to have been run elsewhere."""
        gain = self._prior.fold(fact)
        self._curves.declare(fact.number, gain)
        progress.charge(self._numbers.change(fact.number), gain)
        self._division.add_all(dict.fromkeys(self._division.counting(fact.number), gain), event.position)

    def _apply_wish(self, fact: WishNoted, _event: Event) -> None:
        wishes.keep(self._connection, fact, self._sharing(fact.number))

    def _apply_lease(self, fact: LeaseGranted | LeaseRenewed | LeaseEnded, event: Event) -> None:
        lease = self._leases.apply(event)
        if lease is None or isinstance(fact, LeaseRenewed):
            return
        number = number_of_stream(lease.subject)
        if number is None:
            residue = residue_of_subject(lease.subject)
            assert residue is not None, "leases are on numbers and on residue files"
            self._residues.hold(residue, lease)
            return
        granted = isinstance(fact, LeaseGranted)
        change = 1 if granted else -1
        changed = self._numbers.change(number)
        changed.leases += change
        if self._assignments.is_exclusive(fact.lease):
            changed.exclusive += change
        (self._outstanding.hold if granted else self._outstanding.let_go)(fact.lease)
        self._plan_anew(number)

    def _plan_anew(self, number: int) -> None:
        """Have what is handed out on a number be looked at anew, where it counts: on the number, and on its parts."""
        for one in self._division.counting(number):
            self._numbers.plan_anew(one)

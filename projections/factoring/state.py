"""The state that decisions about factoring read, folded from events."""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial

from core.deciding import Command
from core.events.envelope import Event
from core.factoring.commands.reports import ReportCurves
from core.factoring.events.numbers import stream_of
from core.factoring.events.reports import CurvesRun
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.notation.forms import Form
from core.factoring.state.numbers import Number
from core.leases.decide import Lease
from projections.factoring import imports, tables
from projections.factoring.assignment import wishes
from projections.factoring.folding import Folding
from projections.factoring.numbers import curation
from projections.runtime.answers import Answers

SCHEMA = tables.SCHEMA


class FactoringState(Answers):
    """Implements `core.factoring.state.FactoringState`: the questions are here, `folding` keeps up what answers them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        own = tables.Tables(connection)
        self._numbers = own.numbers
        self._family = own.family
        self._projects = own.projects
        self._forms = own.forms
        self._curves = own.curves
        self._assignments = own.assignments
        self._outstanding = own.outstanding
        self._leases = own.leases
        self._ids = own.ids
        self._division = own.division
        self.residues = own.residues
        self.apply = Folding(own).apply
        self.flush = own.flush

        # What one table answers by itself, without a step between.
        self.number = own.numbers.get
        self.number_of_value = own.numbers.with_value
        self.free_number = own.numbers.free
        self.leftover = own.numbers.leftover
        self.plans_with_residues = own.numbers.plans_with_residues
        self.plans_on_held = own.numbers.plans_on_held
        self.next_attempt = partial(own.ids.next, "attempt")
        self.next_factor = partial(own.ids.next, "factor")
        self.next_assignment = partial(own.ids.next, "assignment")
        self.next_project = partial(own.ids.next, "project")
        self.project = own.projects.id_of
        self.project_name = own.projects.name_of
        self.project_pause = own.projects.paused
        self.paused_projects = own.projects.all_paused
        self.rests = own.projects.rests
        self.share_of = own.book.share_of
        self.shares = own.book.shares
        self.deadline_of = own.book.deadline_of
        self.due = own.book.due
        self.snfs_difficulty = partial(curation.snfs_difficulty, connection)
        self.numbers_of = own.forms.numbers_of
        self.worth = own.curves.worth
        self.known_curves = own.curves.known
        self.declared = own.prior.of
        self.last_wish = partial(wishes.last_wish, connection)
        self.imported = partial(imports.imported, connection)
        self.assignment = own.assignments.get
        self.speed_milli = own.assignments.speed_milli
        self.given_by_promise = own.assignments.given_by_promise
        self.lease = own.leases.lease
        self.held_by = own.leases.held_by

    def next_number(self) -> int:
        """Return the id that the next number gets."""
        return max(self._numbers.next(), self._ids.next("number"))

    def leaves(self, number: int) -> list[Number]:
        """Return what is left of a number: itself, or its parts that are not split, primes included, by id."""
        family = [self._numbers.get(one) for one in sorted({number, *self._family.descendants(number)})]
        return [one for one in family if one is not None and one.status not in {"split", "factored"}]

    def known_of_what_is_left(self, number: int, param: int, sigmas: Sequence[str]) -> dict[str, Bounds]:
        """Return the curves already credited to every composite that is left of a number, with the bounds that all of them had."""
        left = [leaf.id for leaf in self.leaves(number) if leaf.primality == "composite"]
        return self._curves.known_to_all(left or [number], param, sigmas)

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
        return sum(
            curves * self._curves.sure_worth(bounds)
            for one in (number, *self._family.ancestors(number))
            for bounds, curves in self._outstanding.of(one).items()
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
        self._curves.expect(
            (one, param, sigmas) for number, param, sigmas in reported for one in self._division.counting(number)
        )

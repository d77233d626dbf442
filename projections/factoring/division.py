"""Numbers and their parts: how they come, are taken apart and turn out to be prime, and what then counts for each."""

from collections import Counter
from collections.abc import Iterator, Mapping

from core.events.envelope import Event
from core.factoring.events.numbers import CompositeSubmitted, NumberSplit
from core.factoring.events.proofs import PrimalitySettled
from core.factoring.events.reports import AttemptMade
from core.factoring.mathematics.levels.beside import b1_covered
from core.factoring.state.numbers import Number
from projections.factoring.credit.curves import CurveTable
from projections.factoring.credit.expectations import Stretch
from projections.factoring.numbers import progress
from projections.factoring.numbers.family import Family
from projections.factoring.numbers.forms import FormTable
from projections.factoring.numbers.projects import ProjectTable
from projections.factoring.numbers.shares import Gain, ShareTable
from projections.factoring.numbers.table import NumberTable

_BESIDE = ("pm1", "pp1")
_WORKABLE = frozenset({"open", "finished"})


class Division:
    """Folds what makes numbers, and makes parts of them.

    Args:
        table: the numbers.
        family: which is a part of which.
        curves: those that count for them, and what they are worth.
        shares: which events made what counts.
        projects: to which they belong.
        forms: of those that were handed in.
    """

    def __init__(
        self,
        table: NumberTable,
        family: Family,
        curves: CurveTable,
        shares: ShareTable,
        projects: ProjectTable,
        forms: FormTable,
    ) -> None:
        self._numbers = table
        self._family = family
        self._curves = curves
        self._shares = shares
        self._projects = projects
        self._forms = forms

    def counting(self, number: int) -> Iterator[int]:
        """Return the numbers for which a curve on this one counts: itself, and its composite parts."""
        yield number
        for part in self._family.descendants(number):
            known = self._numbers.get(part)
            if known is not None and known.primality == "composite":
                yield part

    def add_all(self, gains: Mapping[int, Gain], position: int) -> list[Stretch]:
        """Add to what counts for numbers what each gains by one event.

        Returns:
            What composites gained that are not taken apart.
        """
        stretches: list[Stretch] = []
        for one, gain in gains.items():
            number = self._numbers.change(one)
            before, t_milli = number.effort, number.t_milli
            progress.credit(number, self._curves.effort(gain))
            self._shares.add(one, position, gain)
            self._shares.rise(one, position, t_milli, number.t_milli)
            if number.status in _WORKABLE:
                stretches.append(Stretch(one, number.digits, before, number.effort))
        return stretches

    def reach(self, fact: AttemptMade) -> None:
        """Count runs of P-1 or P+1 for a number and its parts; of another method, of stage 1 only, or not finished, they are none."""
        if fact.method in _BESIDE and fact.runs and (b1 := b1_covered(fact.b1, fact.b2)):
            for one in self.counting(fact.number):
                progress.reach(self._numbers.change(one), *(b1 if fact.method == method else 0 for method in _BESIDE))

    def submit(self, fact: CompositeSubmitted, event: Event) -> None:
        """Add a number that was handed in."""
        self._numbers.add(
            Number(
                id=fact.number,
                value=fact.value,
                expression=fact.expression,
                digits=fact.digits,
                primality=fact.primality,
                status=progress.unsplit(fact.primality),
                target_milli=fact.target_milli,
                priority=fact.priority,
                t_milli=0,
                effort=0,
                cpu_milliseconds=0,
                leases=0,
                submitted=event.position,
            )
        )
        self._forms.add(fact)
        if fact.project:
            self._numbers.write_added()
            self._projects.join(fact.project, fact.number, event.recorded_at)

    def split(self, fact: NumberSplit, event: Event) -> None:
        """Add the parts of a number; what was run on it counts for each of them."""
        position = event.position
        parent = self._numbers.change(fact.number)
        parent.status = "split"
        inherited = self._shares.of(parent.id)
        for part in fact.parts:
            known = self._numbers.get(part.number)
            self._family.add(parent.id, part.number, part.times)
            if known is None:
                self._numbers.add(progress.part_of(parent, part, position))
                self._shares.add(part.number, position, inherited)
                self._shares.rise(part.number, position, 0, parent.t_milli)
            elif known.primality == "composite":
                self._recount(part.number, parent.priority, position)
                self._numbers.residues_changed()  # those of the whole wait on it as well
        if self._projects.any_of(parent.id):
            self._numbers.write_added()
            for part in fact.parts:
                self._projects.inherit(parent.id, part.number)
        self._see_whether_factored(parent.id)

    def settle(self, fact: PrimalitySettled, event: Event) -> None:
        """Note that a prime is proven; one that is none after all is worked on, and what it divides is not factored."""
        number = self._numbers.change(fact.number)
        number.primality = fact.primality
        number.promise = None
        if fact.primality == "composite":
            number.status = progress.unsplit(fact.primality)
            self._recount(fact.number, number.priority, event.position)
            for ancestor in self._family.ancestors(fact.number):
                self._numbers.change(ancestor).status = "split"

    def _recount(self, number: int, priority: int, position: int) -> None:
        """Count anew for a number that was known before it became a part, and for its own parts."""
        for one in self.counting(number):
            changed = self._numbers.change(one)
            changed.priority = max(changed.priority, priority)
            for whole in map(self._numbers.get, self._family.ancestors(one)):
                if whole is not None:
                    progress.reach(changed, whole.minus_one_b1, whole.plus_one_b1)
            gain = Counter(self._curves.visible(one))
            gain.subtract(self._shares.of(one))
            self.add_all({one: gain}, position)

    def _see_whether_factored(self, number: int) -> None:
        """Mark a number whose parts are all prime or factored, and then look at what it is a part of."""
        pending = [number]
        while pending:
            one = pending.pop()
            parts = map(self._numbers.get, self._family.parts(one))
            if all(part is not None and part.status in {"prime", "factored"} for part in parts):
                self._numbers.change(one).status = "factored"
                pending += self._family.parents(one)

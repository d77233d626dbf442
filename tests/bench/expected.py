"""What should be there after reports of curves: a plain model that shares nothing with the coordinator but what a curve is worth."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import gmpy2

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.worth import CurveWorth

_SMALL_PRIMES = [prime for prime in range(2, 10_000) if gmpy2.is_prime(prime)]


def root_of(value: int) -> tuple[int, int]:
    """Return the smallest root of a number, and the power to which it is the number."""
    if not gmpy2.is_power(value):
        return value, 1
    for power in range(value.bit_length(), 1, -1):
        root, exact = gmpy2.iroot(value, power)
        if exact and root > 1:
            return int(root), power
    return value, 1


def roots_of(*parts: int) -> dict[int, int]:
    """Return what a product is made of, a power by its root, and how often."""
    made = Counter[int]()
    for part in parts:
        root, power = root_of(part)
        made[root] += power
    return made


class Run(NamedTuple):
    """A report: on which number (by value) who ran what, and the factors that they found."""

    value: int
    client: str
    bounds: Bounds
    sigmas: tuple[str, ...]
    more: int
    claims: tuple[int, ...]


class Expected:
    """Numbers by value, what was run on each, and what each is the product of.

    Args:
        splits: what came to be a part of what, where more was told than is told here: after how many reports, the part,
            the whole.
    """

    def __init__(self, splits: Sequence[tuple[int, int, int]] = ()) -> None:
        self.parts: dict[int, dict[int, int]] = {}
        self.wholes: dict[int, set[int]] = {}
        self.sigmas: dict[int, dict[tuple[int, str], Bounds]] = {}
        self.anonymous: dict[int, Counter[Bounds]] = {}
        self.prime: dict[int, bool] = {}
        self.found: list[tuple[int, int, str]] = []
        self.splits: list[tuple[int, int, int]] = []
        self._told = 0
        self._known_splits = splits
        self._worth: dict[Bounds, int] = {}

    def submit(self, value: int) -> None:
        """Put a number on record, without its small factors."""
        if value in self.prime:
            return
        self._add(value)
        small, left = Counter[int](), value
        for prime in _SMALL_PRIMES if not self.prime[value] else ():
            while left % prime == 0:
                left //= prime
                small[prime] += 1
        root, power = root_of(left)
        if small or power > 1:
            alone = {root} if power > 1 else set()
            self.found += [(value, part, "") for part in {*small, *alone}]
            self._split(value, {**small, **({root: power} if left > 1 else {})})

    def report(self, run: Run, place: int = 0) -> None:
        """Take over a report, the one after so many; on a number that is not there, as one on what that was last a part of."""
        self._told = place
        value = run.value
        while value not in self.prime:
            value = next(whole for at, part, whole in reversed(self._known_splits) if part == value and at < place)
        self._count(value, run)
        for claim in run.claims:
            if self._take_apart(value, claim):
                self.found.append((value, claim, run.client))

    def _count(self, value: int, run: Run) -> None:
        known = [self._known(value, run.bounds.param, sigma) for sigma in run.sigmas]
        fresh = [
            sigma
            for sigma, before in zip(run.sigmas, known, strict=True)
            if before is None or before.reach < run.bounds.reach
        ]
        for sigma in fresh:
            self.sigmas[value][run.bounds.param, sigma] = run.bounds
        if fresh or not run.sigmas:
            self.anonymous[value][run.bounds] += run.more

    def _known(self, value: int, param: int, sigma: str) -> Bounds | None:
        """Return how far a curve is known on all that is left of a number; where nothing is left, on the number."""
        known = [self._known_on(leaf, param, sigma) for leaf in list(self.leaves(value)) or [value]]
        return min((one for one in known if one is not None), key=lambda b: b.reach) if all(known) else None

    def _known_on(self, value: int, param: int, sigma: str) -> Bounds | None:
        ran = [self.sigmas[one].get((param, sigma)) for one in self.lineage(value)]
        return max((bounds for bounds in ran if bounds is not None), key=lambda b: b.reach, default=None)

    def _take_apart(self, value: int, claim: int) -> bool:
        apart, divisors = False, [claim]
        while divisors:
            divisor = divisors.pop()
            for leaf in list(self.leaves(value)):
                shared = int(gmpy2.gcd(leaf, divisor))
                if 1 < shared < leaf:
                    rest = leaf // shared
                    self._split(leaf, roots_of(shared, rest))
                    divisors += [shared, rest]
                    apart = True
        return apart

    def _split(self, value: int, parts: dict[int, int]) -> None:
        self.parts[value] = parts
        for part in parts:
            if part not in self.prime:
                self._add(part)
            self.splits.append((self._told, part, value))
            self.wholes[part].add(value)

    def _add(self, value: int) -> None:
        self.prime[value] = bool(gmpy2.is_prime(value))
        self.wholes[value], self.sigmas[value], self.anonymous[value] = set(), {}, Counter()

    def lineage(self, value: int) -> set[int]:
        """Return a number and all that it is a part of, however far."""
        return {value}.union(*(self.lineage(whole) for whole in self.wholes[value]))

    def leaves(self, value: int) -> Iterator[int]:
        """Yield the composites that are left of a number."""
        if value in self.parts:
            for part in self.parts[value]:
                yield from self.leaves(part)
        elif not self.prime[value]:
            yield value

    def effort(self, value: int) -> int:
        """Return what all curves that count for a number are worth."""
        ran: Counter[Bounds] = Counter()
        best: dict[tuple[int, str], Bounds] = {}
        for one in self.lineage(value):
            ran += self.anonymous[one]
            for curve, bounds in self.sigmas[one].items():
                if curve not in best or best[curve].reach < bounds.reach:
                    best[curve] = bounds
        ran.update(best.values())
        return sum(curves * self._worth_of(bounds) for bounds, curves in ran.items())

    def _worth_of(self, bounds: Bounds) -> int:
        if bounds not in self._worth:
            self._worth[bounds] = CurveWorth(bounds).find()
        return self._worth[bounds]

    def status(self, value: int) -> str:
        """Return how a number stands; `unsplit` for one below its target as for one at it."""
        if value not in self.parts:
            return "prime" if self.prime[value] else "unsplit"
        return "split" if any(True for _ in self.leaves(value)) else "factored"


def told(submitted: Iterable[int], runs: Mapping[int, Run], splits: Sequence[tuple[int, int, int]] = ()) -> Expected:
    """Return what should be there after numbers were submitted and then curves reported, by their places in the log."""
    expected = Expected(splits)
    for value in submitted:
        expected.submit(value)
    for place in sorted(runs):
        expected.report(runs[place], place)
    return expected

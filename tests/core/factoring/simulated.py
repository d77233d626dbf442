"""A simulated list of numbers with factors that nobody knows, and who works on it by which order.

What primes a number has is drawn by Buchstab's function, which says how many numbers have no prime below a bound, one after the
other from the smallest on; what the choice believes is a sum over sizes, also once some were found. Whether a curve finds a prime is drawn by the formulas of probability at its real size. Each
prime has a threshold, drawn once: it is found when the work towards its size comes up to that; and for P-1 and P+1 each a lot, by which
it is found from some row of the ladder on. So every order finds the same primes by the same work, and what differs is when.
"""

import math
import random
from collections.abc import Callable
from functools import cache
from heapq import heappop, heappush
from typing import NamedTuple

from msgspec import Struct

from core.deciding import Asking
from core.factoring.assignment.planning import LEAST_OF_SEVERAL_SECONDS, Plan, Portion, most_promising
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.levels.effort import DIGITS, t_level_milli
from core.factoring.mathematics.levels.ladder import STANDARD, curves_to_reach, is_reached, next_row
from core.factoring.mathematics.levels.row_odds import P_MINUS_1
from core.factoring.mathematics.levels.targets import usual_target_milli
from core.factoring.mathematics.probability.exponentials import ONE
from core.factoring.mathematics.probability.success import CurveOdds
from core.factoring.mathematics.prospects.cost import curves_within, nominal_microseconds
from core.factoring.state.numbers import Number
from core.factoring.worth import CurveWorth
from projections.factoring.numbers.ahead import promise_of
from projections.factoring.numbers.progress import reach

TRIED_DIGITS = 7
_STEPS = 200
_PARAM = 1


def _buchstab() -> list[float]:
    """Return omega(u) for u = 1, 1 + 1/200, ... 12: u omega(u) is 1 up to 2, and its derivative omega(u - 1) from there on."""
    found = [1 / (1 + i / _STEPS) for i in range(_STEPS + 1)]
    whole = 1.0
    for i in range(_STEPS + 1, 11 * _STEPS + 1):
        whole += (found[i - _STEPS - 1] + found[i - _STEPS]) / 2 / _STEPS
        found.append(whole / (1 + i / _STEPS))
    return found


_OMEGA = _buchstab()


def omega(u: float) -> float:
    """Return Buchstab's function for u >= 1; it is constant to many digits from 12 on."""
    at = min((u - 1) * _STEPS, len(_OMEGA) - 1.000001)
    i = int(at)
    return _OMEGA[i] + (_OMEGA[i + 1] - _OMEGA[i]) * (at - i)


def primes_of(length: float, chance: random.Random, least: float = TRIED_DIGITS) -> list[float]:
    """Draw the primes of a number of so many decimal digits that has none of fewer than `least`; by their logarithms to 10."""
    drawn: list[float] = []
    while True:
        # Of the numbers near x, omega(ln x / ln y) / ln y have no prime below y.
        without = omega(length / least) / least * chance.random()
        if without <= 1 / length:
            return [*drawn, length]
        low, high = least, length / 2
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if omega(length / middle) / middle > without else (low, middle)
        drawn.append(low)
        length, least = length - low, low


@cache
def worth_of(bounds: Bounds) -> int:
    """Return the effort of one curve."""
    return CurveWorth(bounds).find()


@cache
def _odds(b1: int) -> CurveOdds:
    return CurveOdds(b1, None, _PARAM)


@cache
def _worth_at(b1: int, tenths: int) -> float:
    """Return -ln(1 - P) of a curve for a prime 10^(tenths / 10)."""
    return -math.log1p(-min(_odds(b1).success_probability(tenths / 10 + 0.5), 1 - 1e-9))  # type: ignore[arg-type]


class Prime(Struct):
    """A prime of a number: its logarithm, the work that finds it, that towards its size so far, and lots of P-1 and P+1."""

    log: float
    threshold: float
    done: float = 0.0
    lots: tuple[float, float] = (1.0, 1.0)

    def is_found_beside(self, method: str, b1: int) -> bool:
        """Tell whether a run of P-1, or of P+1, which has a chance of a half, finds it."""
        row = next(i for i, row in enumerate(STANDARD) if row.b1 == b1)
        size = min(max(math.ceil(self.log) - DIGITS[0], 0), len(DIGITS) - 1)
        lot = self.lots[0] if method == "pm1" else 2 * self.lots[1]
        return lot < P_MINUS_1[row][size] / ONE


class Secret(Struct):
    """A number as it stands, and its primes; `first` is when one was found, in CPU-seconds spent on the list."""

    number: Number
    primes: list[Prime]
    first: float | None = None

    def run(self, bounds: Bounds, curves: int) -> tuple[int, bool]:
        """Run curves until one finds something; return how many, and whether it did. What is found is divided out."""
        steps = [_worth_at(bounds.b1, round(prime.log * 10)) for prime in self.primes]
        found = curves + 1, None
        for prime, step in zip(self.primes, steps, strict=True):
            at = math.ceil((prime.threshold - prime.done) / step) if step else curves + 1
            found = min(found, (max(at, 1), prime), key=lambda one: one[0])
        ran = min(found[0], curves)
        for prime, step in zip(self.primes, steps, strict=True):
            prime.done += ran * step
        self.number.effort += ran * worth_of(bounds)
        self._settle(found[1] if found[0] <= curves else None)
        return ran, found[0] <= curves

    def run_beside(self, method: str, b1: int) -> bool:
        """Run P-1 or P+1; return whether it found something, which is divided out."""
        reach(self.number, *(b1 if method == one else 0 for one in ("pm1", "pp1")))
        found = next((prime for prime in self.primes if prime.is_found_beside(method, b1)), None)
        self._settle(found)
        return found is not None

    def _settle(self, found: Prime | None) -> None:
        number = self.number
        if found is not None:
            self.primes.remove(found)
            number.digits = max(math.ceil(sum(prime.log for prime in self.primes)), 1)
            number.target_milli = usual_target_milli(number.digits)
        number.promise = None
        number.t_milli = t_level_milli(number.effort)
        done = len(self.primes) == 1 or is_reached(number.t_milli, number.target_milli)
        number.status = "finished" if done else "open"


def a_number(identity: int, digits: int, chance: random.Random, prior_milli: int = 0) -> Secret:
    """Draw a composite of so many digits on which work to a t-level was done, and found nothing."""
    b1, curves = _prior(prior_milli)
    while True:
        logs = primes_of(digits - 1 + chance.random(), chance)
        if len(logs) < 2:
            continue
        primes = [Prime(log, chance.expovariate(1)) for log in logs]
        luck = random.Random(f"{identity} {logs}")  # apart, so that lists are what they were before there were lots
        for prime in primes:
            prime.lots = luck.random(), luck.random()
        for prime in primes:
            prime.done = curves * _worth_at(b1, round(prime.log * 10))
        if all(prime.done < prime.threshold for prime in primes):
            break
    effort = curves * worth_of(Bounds(b1, -1, _PARAM))
    number = Number(
        *(identity, str(10 ** (digits - 1) + 7), "", digits, "composite", "open", usual_target_milli(digits), 0),
        *(t_level_milli(effort), effort, 0, 0, identity),
    )
    return Secret(number, primes)


@cache
def _prior(t_milli: int) -> tuple[int, int]:
    """Return the B1, and how many curves with it, that were run to come to a t-level."""
    row = next(step for step in STANDARD if step.t_milli >= t_milli)
    return row.b1, curves_to_reach(0, t_milli, worth_of(Bounds(row.b1, -1, _PARAM))) if t_milli else 0


def short_list(many: int, seed: int) -> list[Secret]:
    """Draw fresh numbers of 60 to 125 digits, whose targets are reached soon."""
    chance = random.Random(f"short {seed}")
    return [a_number(identity, chance.randint(60, 125), chance) for identity in range(1, many + 1)]


def listed(kind: str, many: int, seed: int) -> list[Secret]:
    """Draw a list: `fresh`, `mixed` (a third with work done elsewhere) or `worked` (all, and from 90 digits on)."""
    chance = random.Random(f"{kind} {seed}")
    found = []
    for identity in range(1, many + 1):
        digits = chance.randint(90 if kind == "worked" else 60, 220)
        share = {"fresh": 0.0, "mixed": 0.3, "worked": 1.0}[kind]
        target = usual_target_milli(digits)
        worked = chance.random() < share
        level = round(chance.uniform(15_000, target * 0.95), -3) if worked else 0
        found.append(a_number(identity, digits, chance, int(level)))
    return found


class World:
    """All of `FactoringState` that planning asks for, when one worker works."""

    class residues:  # noqa: N801 - an attribute of the state
        """There are none."""

        @staticmethod
        def waiting(_number: int) -> dict[Bounds, int]:
            """Return none."""
            return {}

    @staticmethod
    def worth(bounds: Bounds) -> int:
        """Return the effort of a curve."""
        return worth_of(bounds)


WORLD, NOBODY = World(), Asking(0, 1)


class Order(NamedTuple):
    """An order of work: by what the first number is found, what is run on it, and whether a tenth goes elsewhere."""

    rank: Callable[[Number, float], float]
    plan: Callable[[Number], Plan | None]
    fair: bool = False


def by_yield(
    least: float = LEAST_OF_SEVERAL_SECONDS, most: float = 600, *, fair: bool = True, beside: bool = False
) -> Order:
    """The product's own order, for a worker that takes several short assignments at once, and P-1 and P+1 `beside`."""
    portion = Portion(least, most, 1_000)
    return Order(
        lambda number, _: -promise_of(number),
        lambda number: most_promising(number, portion, NOBODY, WORLD, beside=beside),
        fair,
    )


def ladder(number: Number, seconds: int) -> Plan | None:
    """Plan as commit 917be75 did: the next step, or as much of it as fills so many seconds."""
    row = next_row(number.t_milli, number.target_milli)
    if row is None:
        return None
    bounds = Bounds(row.b1, -1, _PARAM)
    worth = worth_of(bounds)
    reaching = curves_to_reach(number.effort, row.t_milli, worth)
    curves = min(reaching, curves_within(seconds, bounds, number.digits, 1_000))
    return Plan(number, bounds, worth, curves, row.t_milli, fresh=False)


def by_ladder(seconds: int = 600) -> Order:
    """The order of commit 917be75: nearest to its target first."""
    return Order(lambda number, _: number.target_milli - number.t_milli, lambda number: ladder(number, seconds))


def by_progress(seconds: int = 600) -> Order:
    """That of the least CPU time, which is not charged for work done elsewhere."""
    return Order(lambda _, spent: spent, lambda number: ladder(number, seconds))


class Outcome(NamedTuple):
    """What came of a run: finds, CPU-seconds spent, and when each number had its first factor."""

    finds: int
    spent: float
    firsts: list[float]
    untouched: int


class _Waiting:
    """The numbers of a list that wait for work, the first by an order, and that on which least was spent.

    What a heap holds of a number counts as long as it is the newest of it.
    """

    def __init__(self, secrets: list[Secret], order: Order) -> None:
        self._secrets, self._order = secrets, order
        self._spent, self._newest = [0.0] * len(secrets), [0] * len(secrets)
        self._first: list[tuple[float, int, int]] = []
        self._least: list[tuple[float, int, int]] = []
        for i in range(len(secrets)):
            self._put(i)

    @property
    def untouched(self) -> int:
        """On how many nothing was spent."""
        return sum(not spent for spent in self._spent)

    def next(self, *, fairly: bool) -> int | None:
        """Return the place of the number that comes first, or on which least was spent; None when all is done."""
        heap = self._least if fairly else self._first
        while heap and heap[0][2] != self._newest[heap[0][1]]:
            heappop(heap)
        return heap[0][1] if heap else None

    def worked(self, i: int, seconds: float) -> None:
        """Take note that so many CPU-seconds were spent on a number."""
        self._spent[i] += seconds
        self._newest[i] += 1
        if self._secrets[i].number.status == "open":
            self._put(i)

    def _put(self, i: int) -> None:
        heappush(self._first, (self._order.rank(self._secrets[i].number, self._spent[i]), i, self._newest[i]))
        if self._order.fair:
            heappush(self._least, (self._spent[i], i, self._newest[i]))


def worked_on(
    secrets: list[Secret], order: Order, budget: float, believed: Callable[[Bounds, int], float] = lambda _, __: 1.0
) -> Outcome:
    """Work on a list until so many CPU-seconds are spent, or all is done.

    Args:
        secrets: the list; it is changed.
        order: which number comes first, and what is run on it.
        budget: CPU-seconds.
        believed: how many times longer a curve really takes than is believed, by bounds and digits.
    """
    waiting = _Waiting(secrets, order)
    spent = finds = 0
    given, fair_given = 0.0, 0.0
    while spent < budget:
        fairly = order.fair and fair_given * 10 < given
        i = waiting.next(fairly=fairly)
        if i is None:
            break
        plan = order.plan(secrets[i].number)
        assert plan is not None
        found, seconds = _run(secrets[i], plan, believed)
        planned = plan.microseconds / 1e6
        given += planned
        fair_given += planned if fairly else 0
        spent += seconds
        finds += found
        if found and secrets[i].first is None:
            secrets[i].first = spent
        waiting.worked(i, seconds)
    firsts = [secret.first for secret in secrets if secret.first is not None]
    return Outcome(finds, spent, firsts, waiting.untouched)


def _run(secret: Secret, plan: Plan, believed: Callable[[Bounds, int], float]) -> tuple[bool, float]:
    """Run what is planned for a number; return whether it found something, and the CPU-seconds that it took."""
    bounds, digits = plan.bounds, secret.number.digits
    if plan.method != "ecm":
        return secret.run_beside(plan.method, bounds.b1), plan.microseconds / 1e6
    ran, found = secret.run(bounds, plan.curves)
    return found, ran * nominal_microseconds(bounds, digits) / 1e6 * believed(bounds, digits)

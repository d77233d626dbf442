"""The choice of what to run next on a number: the curves that promise the most finds for a CPU-second, and how many of them.

All in whole numbers, so that every machine chooses the same. What a curve promises is the sum over all sizes of how many
primes are still to be expected (`posterior`) times the chance to find one (`row_odds`), divided by what it costs (`cost`), and by
the chance that there is a prime at all: for a composite has one.
"""

from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter, mul

from msgspec import Struct

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.levels.ladder import STANDARD
from core.factoring.mathematics.levels.row_odds import ECM, P_MINUS_1
from core.factoring.mathematics.probability.exponentials import one_minus_exp_minus
from core.factoring.mathematics.prospects.cost import beside_microseconds, nominal_microseconds
from core.factoring.mathematics.prospects.posterior import beyond, left
from core.timestamps import SECOND

_SUM_BITS = 72
_SUM_BYTES = _SUM_BITS // 8
_SHARE = 10
"""So many curves are run before the choice is made again that they promise about a tenth less at the end."""


class Arm(Struct, frozen=True, gc=False):
    """A kind of curve that might be run next on a number, or a run of P-1 or P+1.

    Attributes:
        bounds: how far each is run; P-1 and P+1 know no parametrisation.
        microseconds: what each takes, nominally.
        finds: what each promises, in 2^-64 finds.
        promise: finds for a CPU-second, in 2^-48; a composite with no prime left to be expected has none.
    """

    bounds: Bounds
    microseconds: int
    finds: int
    promise: int
    method: str = "ecm"


def _packed(rows: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    """Return the chances of all rows for each size in one number, so that one product serves them all."""
    return tuple(
        sum(chance << row * _SUM_BITS for row, chance in enumerate(chances)) for chances in zip(*rows, strict=True)
    )


_PACKED = tuple(map(_packed, ECM))
_PACKED_BESIDE = _packed(P_MINUS_1)
_SQUARES = [[tuple(chance * chance for chance in chances) for chances in rows] for rows in ECM]
_BOUNDS = [[Bounds(row.b1, DEFAULT_B2, param) for row in STANDARD] for param in range(len(ECM))]
_ROWS = {row.b1: i for i, row in enumerate(STANDARD)}
_PROMISE = 3


@lru_cache(maxsize=1024)  # what a number is put in order by is asked for again when its turn has come
def best(effort: int, digits: int, param: int) -> Arm:
    """Return what promises the most finds for a CPU-second on a number, less than 2^63; of equals that with the smallest B1."""
    return Arm(*max(_weighed(effort, digits, param), key=itemgetter(_PROMISE)))


def arms(effort: int, digits: int, param: int) -> list[Arm]:
    """Return all that might be run next on a number, in the order of B1."""
    return [Arm(*one) for one in _weighed(effort, digits, param)]


def _weighed(effort: int, digits: int, param: int) -> Iterator[tuple[Bounds, int, int, int]]:
    """Return what makes an arm, for each row: the bounds, microseconds, finds and promise."""
    expected = left(effort, digits)
    divisor = one_minus_exp_minus(sum(expected) + beyond(digits))
    takes, finds = costs(digits, param), _finds(expected, _PACKED[param])
    promises = [
        (more * SECOND << 16) // (cost * divisor) if divisor else 0 for more, cost in zip(finds, takes, strict=True)
    ]
    return zip(_BOUNDS[param], takes, finds, promises, strict=True)


def _finds(expected: tuple[int, ...], packed: tuple[int, ...]) -> list[int]:
    """Return what a curve, or a run, of each row promises, in 2^-64 finds."""
    sums = sum(map(mul, expected, packed)).to_bytes(len(STANDARD) * _SUM_BYTES, "little")
    return [int.from_bytes(sums[i : i + _SUM_BYTES], "little") for i in range(0, len(sums), _SUM_BYTES)]


@lru_cache(maxsize=4096)
def costs(digits: int, param: int) -> tuple[int, ...]:
    """Return what a curve of each row takes, in microseconds."""
    return tuple(nominal_microseconds(Bounds(row.b1, DEFAULT_B2, param), digits) for row in STANDARD)


def arms_beside(tried: int, digits: int, minus_one_b1: int, plus_one_b1: int) -> list[Arm]:
    """Return the runs of P-1 and P+1 that go further than those before; P+1 finds a factor in every second run.

    Args:
        tried: the effort of all that was done, them included.
        digits: of the number.
        minus_one_b1: to which P-1 was run.
        plus_one_b1: to which P+1 was run.
    """
    expected = left(tried, digits)
    divisor = one_minus_exp_minus(sum(expected) + beyond(digits))
    finds = _finds(expected, _PACKED_BESIDE)
    found: list[Arm] = []
    for method, reached, every in (("pm1", minus_one_b1, 1), ("pp1", plus_one_b1, 2)):
        before = sum(row.b1 <= reached for row in STANDARD)
        for row, whole in list(zip(STANDARD, finds, strict=True))[before:]:
            more = max(whole - (finds[before - 1] if before else 0), 0) // every
            cost = beside_microseconds(method, row.b1, digits)
            promised = (more * SECOND << 16) // (cost * divisor) if divisor else 0
            found.append(Arm(Bounds(row.b1, DEFAULT_B2, 1), cost, more, promised, method))
    return found


def curves_at_once(effort: int, digits: int, arm: Arm) -> int:
    """Return how many curves of an arm to run before choosing anew: until they promise about a tenth less; at least 1."""
    row = _ROWS[arm.bounds.b1]
    squares: int = sum(map(mul, left(effort, digits), _SQUARES[arm.bounds.param][row]))
    return max(arm.finds // max(_SHARE * squares >> 32, 1), 1)

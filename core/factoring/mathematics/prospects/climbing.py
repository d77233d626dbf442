"""How long it takes nominally to climb from one t-level to another, up the standard ladder: for very many numbers at once.

The plan for a single number is exact (`ladder.curves_to_reach`); this is within some per cent of it, at a millionth of
the work.
"""

from functools import lru_cache
from itertools import accumulate

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.levels.ladder import STANDARD, Row, next_row
from core.factoring.mathematics.prospects.cost import nominal_microseconds

_PARAM = 1
_CURVES = (
    *(1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 3, 6, 10, 20),
    *(7, 9, 15, 27, 46),
    *(17, 24, 39, 62, 107),
    *(36, 52, 79, 121, 192),
    *(77, 110, 165, 245, 383),
    *(197, 284, 416, 631, 941),
    *(396, 550, 804, 1_158, 1_709),
    *(688, 938, 1_332, 1_881, 2_735),
    *(1_581, 2_177, 3_085, 4_359, 6_255),
    *(3_712, 5_087, 7_222, 10_082, 14_242),
    *(6_376, 8_600, 11_908, 16_196, 22_893),
    *(9_530, 12_620, 17_199, 23_356, 31_867),
    *(17_413, 23_248, 30_798, 42_045, 57_162),
    *(24_971, 32_612, 43_554, 58_207, 76_742),
)
"""So many curves lead from each whole t-level to the next, those before them done: to t1, t2, ... t80, a line for each step
of the ladder. `curves_to_reach` gives them, in 13 seconds."""


_FEWER = (0.87, 1.0)
"""Of parametrisation 0 so many curves take the place of one of 1: 0.85 to 0.88, from t15 to t65."""


def climb_milliseconds(t_milli: int, target_milli: int, digits: int, param: int = _PARAM) -> float:
    """Return how long the curves take on one core that lead from one t-level to another, milliseconds.

    Args:
        t_milli: where they begin, thousandths of a digit.
        target_milli: where they end; nothing is known beyond t80.
        digits: of the number.
        param: parametrisation of the curves, 0 or 1.
    """
    return max(_climbed(target_milli, digits) - _climbed(t_milli, digits), 0.0) * _FEWER[param]


def step_to(t_milli: int, target_milli: int) -> Row | None:
    """Return the step of the ladder that comes next on the way to a target, by its end in the table; None at the target."""
    row = next_row(t_milli, target_milli)
    return row and next((one for one in STANDARD if one.b1 == row.b1), row)


def _climbed(t_milli: int, digits: int) -> float:
    """Return the time from the beginning to a t-level; within a digit it rises evenly."""
    ends = _ends(digits)
    whole, rest = divmod(min(max(t_milli, 0), (len(ends) - 1) * 1000), 1000)
    return ends[whole] + (ends[whole + 1] - ends[whole]) * rest / 1000 if rest else ends[whole]


@lru_cache(maxsize=1024)
def _ends(digits: int) -> tuple[float, ...]:
    """Return the time from the beginning to t0, t1, ... t80."""
    b1s = [next(row.b1 for row in STANDARD if row.t_milli >= t * 1000) for t in range(1, len(_CURVES) + 1)]
    nominal = {b1: nominal_microseconds(Bounds(b1, DEFAULT_B2, _PARAM), digits) / 1000 for b1 in dict.fromkeys(b1s)}
    return tuple(accumulate((curves * nominal[b1] for curves, b1 in zip(_CURVES, b1s, strict=True)), initial=0.0))

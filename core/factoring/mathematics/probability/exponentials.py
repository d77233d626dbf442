"""exp(-x) in whole numbers, which are the same on every machine: what `math.exp` gives is not certain to be."""

from decimal import Context, Decimal

ONE = 2**32
"""As what a probability of 1 is written."""
STEPS = 1_024
"""How many steps of the table there are from x to x + 1."""
END = 23
"""exp(-x) is 0 from here on: it is less than half of 2^-32."""


_GUARD = 64
"""So many bits more than a step of the table has are carried from one to the next."""


def _steps() -> tuple[int, ...]:
    exact = Context(prec=40)
    step = int(exact.multiply(exact.exp(Decimal(-1) / STEPS), ONE << _GUARD))
    x, found = ONE << _GUARD, []
    for _ in range(END * STEPS):
        found.append(x + (1 << _GUARD - 1) >> _GUARD)
        x = x * step >> 32 + _GUARD
    return tuple(found)


TABLE = _steps()
"""exp(-i / 1024) in units of 2^-32."""

UNIT_BITS = 40
STEP_BITS = UNIT_BITS - 10
WITHIN = (1 << STEP_BITS) - 1
END_UNITS = END << UNIT_BITS


def exp_minus(x: int) -> int:
    """Return exp(-x) in units of 2^-32, for x >= 0 in units of 2^-40: from the table, with two terms between its steps."""
    if x >= END_UNITS:
        return 0
    at, beyond = TABLE[x >> STEP_BITS], x & WITHIN
    return at - (at * beyond >> UNIT_BITS) + (at * beyond * beyond >> 81)


def one_minus_exp_minus(x: int) -> int:
    """Return 1 - exp(-x) in units of 2^-32, for x >= 0 in the same units; by its series where it is small."""
    if x >= ONE >> 10:
        return ONE - exp_minus(x << UNIT_BITS - 32)
    return x - (x * x >> 33) + x * x * x // (6 << 64)

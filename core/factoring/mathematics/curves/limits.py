"""Which bounds and counts a piece of ECM work may carry; what lies outside is refused with a sentence."""

from core.refusals import BadInput

DEFAULT_B2 = -1
"""How `ecm` spells "choose B2 for me"; None means the same."""

LEAST_B1, LARGEST_B1 = 100, 10**13
LARGEST_B2 = 10**18
MOST_CURVES = 10**9
MOST_CPU_MILLISECONDS = 10**12
"""Of one report: thirty years. Millions of these add up to less than 64 bits hold, which tables keep."""
PARAMS = range(4)


def require_b1(b1: int) -> None:
    """Refuse a B1 that no stage 1 is run to.

    Raises:
        BadInput: B1 is out of bounds.
    """
    if not LEAST_B1 <= b1 <= LARGEST_B1:
        raise BadInput(f"B1 = {b1} is out of bounds: a whole number from {LEAST_B1} to {LARGEST_B1} is accepted.")


def require_b2(b2: int | None) -> None:
    """Refuse a B2 that no stage 2 is run to; None and -1 ask for the default, anything below B1 for stage 1 only.

    Raises:
        BadInput: B2 is out of bounds.
    """
    if b2 is not None and b2 != DEFAULT_B2 and not 0 <= b2 <= LARGEST_B2:
        raise BadInput(
            f"B2 = {b2} is out of bounds: a whole number from 0 (stage 1 only) to {LARGEST_B2} is accepted, "
            f"or {DEFAULT_B2} for the default of GMP-ECM."
        )


def require_param(param: int, field: str = "param") -> None:
    """Refuse a family of curves that GMP-ECM doesn't have; `field` is what its sender calls it.

    Raises:
        BadInput: param is none of 0, 1, 2 and 3.
    """
    if param not in PARAMS:
        raise BadInput(f"{field} = {param} is unknown: 0, 1, 2 or 3 is accepted.")


def require_curves(curves: int, field: str = "curves") -> None:
    """Refuse a count of curves that is empty or beyond belief; `field` is as above.

    Raises:
        BadInput: the count is out of bounds.
    """
    if not 1 <= curves <= MOST_CURVES:
        raise BadInput(f"{field} = {curves} is out of bounds: a whole number from 1 to {MOST_CURVES} is accepted.")


def require_cpu(milliseconds: int) -> None:
    """Refuse a CPU time that no report can tell of.

    Raises:
        BadInput: it is out of bounds.
    """
    if not 0 <= milliseconds <= MOST_CPU_MILLISECONDS:
        raise BadInput(
            f"{milliseconds} ms of CPU time are out of bounds: a whole number from 0 to {MOST_CPU_MILLISECONDS} is accepted."
        )

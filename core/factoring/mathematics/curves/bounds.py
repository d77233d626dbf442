"""Bounds of curves in their one spelling, and which of two runs of one curve went further."""

from functools import lru_cache

from msgspec import Struct

from core.factoring.mathematics.curves.limits import DEFAULT_B2, require_b1, require_b2, require_param
from core.factoring.mathematics.curves.stage2 import stage2_of

STAGE_1_ONLY = 0


class Bounds(Struct, frozen=True, gc=False, order=False):
    """How far a curve was run. `b2` is -1 for GMP-ECM's default, 0 for stage 1 only."""

    b1: int
    b2: int
    param: int

    @property
    def reach(self) -> tuple[int, int]:
        """The order in which a curve reported twice is compared: B1 first, then the B2 that was really reached."""
        return self.b1, _reached(self.b1, self.b2)


@lru_cache(maxsize=4096)
def _reached(b1: int, b2: int) -> int:
    return stage2_of(b1, b2).b2


def bounds_of(b1: int, b2: int | None, param: int) -> Bounds:
    """Bounds in their one spelling: a B2 below B1 is stage 1 only, one equal to the default is the default.

    Raises:
        BadInput: B1, B2 or param is out of bounds.
    """
    require_b1(b1)
    require_b2(b2)
    require_param(param)
    if b2 is None or b2 in (DEFAULT_B2, _reached(b1, DEFAULT_B2)):
        return Bounds(b1, DEFAULT_B2, param)
    return Bounds(b1, STAGE_1_ONLY if b2 < b1 else b2, param)

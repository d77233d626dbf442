"""Which t-level a number is to reach when nobody says so, and its parts. All in thousandths of a digit."""

LEAST_USUAL_MILLI, _MOST = 15_000, 80_000


def usual_target_milli(digits: int) -> int:
    """Return the t-level that a number gets when nobody says another: 4/13 of its digits.

    That is where ECM pretesting usually stops and the number field sieve takes over.
    """
    return max(LEAST_USUAL_MILLI, min(digits * 4_000 // 13, _MOST))


def part_target_milli(digits: int, whole_target_milli: int) -> int:
    """Return the t-level that a part gets from the number it comes of: what was said of that, as far as its own size pays.

    A target that was set for more digits would have curves run beyond the point where a sieve takes the part over.
    """
    return min(whole_target_milli, usual_target_milli(digits))

"""Which t-level a number is to reach when nobody says so, and its parts when somebody does. All in thousandths of a digit."""

_LEAST, _MOST = 15_000, 80_000


def usual_target_milli(digits: int) -> int:
    """Return the t-level that a number gets when nobody says another: 4/13 of its digits.

    That is where ECM pretesting usually stops and the number field sieve takes over.
    """
    return max(_LEAST, min(digits * 4_000 // 13, _MOST))


def part_target_milli(digits: int, whole_digits: int, whole_target_milli: int) -> int:
    """Return the t-level that a part gets from the number it comes of.

    Where that has the usual target, so has the part, by its own size. What its owner said instead holds for the part too,
    up to half of the part's digits: the smallest factor of a number is never longer.
    """
    if whole_target_milli == usual_target_milli(whole_digits):
        return usual_target_milli(digits)
    return min(whole_target_milli, max(_LEAST, digits * 500))

"""What a submission costs after many others: numbers with small factors, which they share with half of all the rest.

CPU time of deciding and recording, without HTTP; those at the end stand beside those at the beginning of one run.
"""

import random
import statistics
import tempfile
import time
from pathlib import Path

from month import Deed, Month
from stage import figure

from core.factoring.commands.numbers import SubmitComposite

BATCHES = 24
AT_ONCE = 250
DIGITS = 60
_LOOKED_AT = 4


def batch(picked: random.Random) -> list[Deed]:
    """Return submissions of random numbers."""
    values = [str(picked.randrange(10 ** (DIGITS - 1), 10**DIGITS)) for _ in range(AT_ONCE)]
    return [("submitter", SubmitComposite(text=value, ceiling_digits=10_000)) for value in values]


def main() -> None:
    """Submit, and compare the last batches with the first; the very first of all opens statements and caches."""
    picked = random.Random(7)
    costs: list[float] = []
    with tempfile.TemporaryDirectory() as scratch:
        month = Month(Path(scratch) / "data")
        for _ in range(BATCHES):
            deeds = batch(picked)
            began = time.process_time()
            month.perform(deeds)
            costs.append((time.process_time() - began) / AT_ONCE * 1e6)
        month.close()
    first, last = (statistics.median(some) for some in (costs[1 : 1 + _LOOKED_AT], costs[-_LOOKED_AT:]))
    ratio, beside = last / first, f"{first:,.0f} us at first"
    figure(f"cost of a submission after {BATCHES * AT_ONCE:,} / at first", ratio, "", goal="<= 1.2", beside=beside)


if __name__ == "__main__":
    main()

"""One assignment among 100,000 numbers, beside the coordinator of before work was given by what it promises."""

import os
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

from stage import HERE, ROOT, figure

BEFORE = "917be75"
NUMBERS, ROUNDS = 100_000, 300
GOALS = {"no filter": 20, "a filter that fits 1 %": 5, "a filter that fits none": 1}


def measured(tree: Path, strategy: str) -> list[tuple[float, float]]:
    """Return what a decision and an assignment take with the coordinator in a tree, for each kind of filter."""
    command = [sys.executable, "-P", str(HERE / "choosing.py"), str(NUMBERS), str(ROUNDS), strategy]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    lines = [line.split() for line in printed.splitlines()]
    return [(float(decision), float(whole)) for decision, whole in lines]


def main() -> None:
    """Measure both, one after the other."""
    print(
        f"  workload: {NUMBERS:,} numbers of 60 to 220 digits, {ROUNDS} assignments one after the other, each reported"
    )
    with tempfile.TemporaryDirectory() as directory:
        packed = subprocess.run(["git", "archive", BEFORE], cwd=ROOT, capture_output=True, check=True).stdout
        with tarfile.open(fileobj=BytesIO(packed)) as archive:
            archive.extractall(directory, filter="data")
        before = measured(Path(directory), "ladder")
    after = measured(ROOT, "yield")
    for (name, goal), (chosen, given), (chosen_before, given_before) in zip(GOALS.items(), after, before, strict=True):
        beside = (
            f"{chosen:.0f} us beside {given_before:.0f} us for all of an assignment ({chosen_before:.0f} us to choose)"
        )
        figure(
            f"choosing with {name}, of an assignment of {BEFORE}",
            chosen / given_before,
            "x",
            goal=f"<= {1 / goal:.2f}",
            beside=beside,
        )
        figure(
            "  a whole assignment, of one of then", given / given_before, "x", goal="<= 0.33", beside=f"{given:.0f} us"
        )


if __name__ == "__main__":
    main()

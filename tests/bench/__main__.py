"""Measure: `make bench`, or `make bench BENCH="results rebuild"` for some.

Every figure is the median of several runs, printed beside a reference that was run in the same call: this is a ratio
that means something on a shared machine; the absolute figure does not.
"""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run the benches that were named, or all."""
    here = Path(__file__).parent
    benches = {path.stem.removeprefix("bench_"): path for path in sorted(here.glob("bench_*.py"))}
    wanted = sys.argv[1:] or list(benches)
    unknown = [name for name in wanted if name not in benches]
    if unknown:
        print(f"There is no bench {', '.join(unknown)}; there are {', '.join(benches)}.", file=sys.stderr)
        return 2
    failed = 0
    for name in wanted:
        print(f"\n{name}", flush=True)
        failed |= subprocess.run([sys.executable, str(benches[name])], check=False).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())

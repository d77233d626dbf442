"""Runs properties and drills with one random seed after the other and keeps what became of each, for `make seeds`.

    python -m tests.seeds          until it is stopped
    python -m tests.seeds 0-20     with these seeds

Results are kept in results/seeds.ndjson, one line for each seed, with the figures that tests tell. Without seeds it goes on
where it stopped: with the seeds that failed when they were last tried, then with the first that was never tried. Of the
seeds that are named, those that have passed for the commit are not tried again. The exit code is 1 when any failed.
"""

import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "results"
RECORD = RESULTS / "seeds.ndjson"
TESTED = "hypothesis or drill"


def main(named=""):
    """Go through seeds; return the exit code."""
    RESULTS.mkdir(exist_ok=True)
    known = [json.loads(line) for line in RECORD.read_text().splitlines()] if RECORD.exists() else []
    failed = 0
    for seed in pending(known, commit(), named):
        result = tried_with(seed)
        with RECORD.open("a") as file:
            file.write(json.dumps(result) + "\n")
        failed += result["code"] != 0
    return min(failed, 1)


def pending(known, commit, named=""):
    """Yield the seeds to try; `named` is one, FIRST-LAST, or empty for all from where the known results end."""
    last = {result["seed"]: result for result in known}
    if named:
        first, _, end = named.partition("-")
        passed = {result["seed"] for result in known if (result["commit"], result["code"]) == (commit, 0)}
        yield from (seed for seed in range(int(first), int(end or first) + 1) if seed not in passed)
    else:
        yield from sorted(seed for seed, result in last.items() if result["code"])
        yield from itertools.count(max(last, default=-1) + 1)


def tried_with(seed):
    """Run the tests with a seed, tell how that went, and return it for the record."""
    command = [sys.executable, "-m", "pytest", "-m", TESTED, "--hypothesis-profile=random"]
    command += [f"--hypothesis-seed={seed}", "--numprocesses=3", "--dist=worksteal"]
    said = RESULTS / f"seed-{seed}.txt"
    sys.stdout.write(f"seed {seed}: ")
    sys.stdout.flush()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as cache, said.open("w") as output:
        command += [f"--junit-xml={cache}/report.xml", "-o", "junit_family=xunit1", "-o", f"cache_dir={cache}"]
        code = subprocess.call(command, stdout=output, stderr=output, cwd=ROOT)
        figures = figures_in(Path(cache, "report.xml"))
        failures = Path(cache, "v", "cache", "lastfailed")
        failed = sorted(json.loads(failures.read_text())) if failures.exists() else []
    seconds = round(time.monotonic() - started)
    if code:
        again = f"pytest --hypothesis-profile=random --hypothesis-seed={seed} -m ''"
        sys.stdout.write(f"failed after {seconds} s, as {said.relative_to(ROOT)} shows\n")
        sys.stdout.writelines(f"  {again} '{test}'\n" for test in failed)
    else:
        sys.stdout.write(f"passed in {seconds} s\n")
        said.unlink()
    return {"seed": seed, "commit": commit(), "code": code, "seconds": seconds, "failed": failed, "figures": figures}


def figures_in(report):
    """Return what tests have told of themselves with `record_property`, in words, by their names."""
    if not report.exists():
        return {}
    return {
        case.get("name"): {told.get("name"): told.get("value") for told in case.iter("property")}
        for case in ET.parse(report).iter("testcase")
        if case.find("properties") is not None
    }


def commit():
    """Return what is tested: the commit, with a plus when files of it were changed."""
    described = ["git", "describe", "--always", "--abbrev=12", "--exclude=*", "--dirty=+"]
    return subprocess.run(described, capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip()


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nStopped; the seed under way does not count.")

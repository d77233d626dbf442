"""The GMP-ECMs that tests are run with: Debian's, and the one of the wheel.

Debian's is 7.0.5, a release with faults that credit has to know of; `.ci/run` installs it. Where it isn't there, the tests
that need it are left out, as those of the browser are.
"""

import shutil
import signal
import subprocess
from importlib import metadata
from pathlib import Path

import pytest

DEBIAN, WHEEL = "7.0.5", "7.0.7"


def _of_the_wheel():
    files = metadata.files("passagemath-libecm") or []
    return next(
        (str(Path(str(file.locate()))) for file in files if file.name == "ecm" and file.parent.name == "bin"), None
    )


def _with_version(path, version):
    if path is None:
        return None
    said = subprocess.run([path, "100", "0"], input="10403\n", capture_output=True, text=True, check=False).stdout
    return path if said.startswith(f"GMP-ECM {version} ") else None


PROGRAMS = {DEBIAN: _with_version(shutil.which("ecm"), DEBIAN), WHEEL: _with_version(_of_the_wheel(), WHEEL)}


def build(version):
    """A parameter of a test: the program of this version, left out where it is not installed."""
    path = PROGRAMS[version]
    missing = pytest.mark.skipif(path is None, reason=f"GMP-ECM {version} is not installed")
    return pytest.param(path, id=version, marks=missing)


both_builds = pytest.mark.parametrize("ecm", [build(DEBIAN), build(WHEEL)])


def run(program, *options, numbers="", expect=None):
    """Run a GMP-ECM over numbers, one a line; return what it printed."""
    done = subprocess.run(
        [program, *map(str, options)],
        input="".join(f"{number}\n" for number in (numbers if isinstance(numbers, list) else [numbers])),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    assert expect is None or done.returncode == expect, done.stdout
    return done.stdout


def interrupted(program, *options, number):
    """Run a GMP-ECM over a number; return what it printed when it was told to stop as soon as a curve had begun."""
    # What is run in the background ignores Ctrl-C, and so would GMP-ECM, for hours.
    command = ["env", "--default-signal=INT", program, *map(str, options)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdin.write(f"{number}\n")
    process.stdin.close()
    with process:
        said = ""
        while "Using" not in said:
            said += process.stdout.readline()
        process.send_signal(signal.SIGINT)
        return said + process.stdout.read()

"""The real GMP-ECM, asked for its tables of expected curves."""

import os
import pty
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, files
from typing import NamedTuple

import pytest

_HEADER = re.compile(r"B2=(\d+), polynomial (\S+),.*\s+dF=(\d+), k=(\d+), d=(\d+), d2=(\d+), i0=(-?\d+)")
_TABLE = re.compile(r"35\t40[^\n]*\n([^\n]+)\n")


class PrintedTable(NamedTuple):
    """What `ecm -v` says before it starts to compute."""

    b2: int
    polynomial: str
    df: int
    k: int
    d: int
    d2: int
    i0: int
    expected_curves: list[str]


def _find_ecm():
    if on_path := shutil.which("ecm"):
        return on_path
    try:
        shipped = files("passagemath-libecm") or []
    except PackageNotFoundError:
        shipped = []
    return next((str(file.locate()) for file in shipped if file.name == "ecm"), None)


@pytest.fixture(scope="session")
def printed_table():
    """A function (number, b1, b2, param) -> PrintedTable that starts `ecm -v` and stops it before stage 1."""
    ecm = _find_ecm()
    if ecm is None:
        pytest.skip("GMP-ECM is not installed: neither `ecm` on PATH nor the passagemath-libecm distribution")

    def ask(number, b1, b2, param):
        bounds = [str(b1)] if b2 is None else [str(b1), str(b2)]
        text = _read_until_table([ecm, "-v", "-param", str(param), *bounds], f"{number}\n")
        *stage2, table = (*_HEADER.search(text).groups(), _TABLE.search(text)[1])
        b2_used, polynomial, *rest = stage2
        return PrintedTable(int(b2_used), polynomial, *map(int, rest), table.split())

    return ask


def _read_until_table(command, number):
    """Run the command on a terminal of its own: into a pipe it would print only when its buffer is full."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=theirs, stderr=theirs, text=True) as process:
        os.close(theirs)
        try:
            process.stdin.write(number)
            process.stdin.close()
            text = ""
            while not _TABLE.search(text):
                text += os.read(ours, 4096).decode()
            return text
        finally:
            process.kill()
            os.close(ours)

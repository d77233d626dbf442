"""Texts that GMP-ECM did not print, though they are handed in as its output: what a shell or a loader says in its place.

Whatever it runs, GMP-ECM begins with its name and release, and with `-q` it still prints each number, or the factors and
what is left: `193707721 (2^67-1)/193707721`. A text without a line of either kind shows that no curve was run, be it
`ecm: command not found`, `Killed`, or the same in another language.
"""

import re

_GMP_ECM = re.compile(r"(?:gmp.?)?ecm(?![a-z])", re.IGNORECASE)
_QUIET = re.compile(r"^(?=.*[0-9])(?:[-+*/^!#%.,()\[\]{}0-9\s]|Phi|primU|U)+$", re.MULTILINE)
_IN_ITS_PLACE = re.compile(r"Stage 2 from residue [0-9]")
"""What clients of the ECM Coordination Middleware write where they keep no output of a stage 2."""


def is_gmp_ecm(program: str) -> bool:
    """Tell whether a program that is named is GMP-ECM: `gmp-ecm-ecm`, `GMP-ECM 7.0.5`, `ecm`."""
    return _GMP_ECM.match(program.strip()) is not None


def has_no_line_of_gmp_ecm(text: str) -> bool:
    """Tell of a text without a sentence of GMP-ECM whether it has none of its quiet lines either; an empty one says nothing."""
    return bool(text.strip()) and not _QUIET.search(text) and not _IN_ITS_PLACE.search(text)

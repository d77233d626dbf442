"""Lines that were torn apart by programs that wrote into one text at once: put together again.

GMP-ECM writes the line that announces a curve in six goes, `Using `, `B1=2000, `, `B2=147396`, `, polynomial x^1`,
`, sigma=1:7` and the line's end, and every other line in one, but for a table that `-v` shows, cell by cell. What another program wrote between two of these stands in the
middle of the line.
"""

import re
from collections import Counter

_BEGINNINGS = ("Using ", "B1=", "B2=", ", polynomial ", ", sigma=")
_TORN = re.compile(
    r"(?:^|\t|ms)(?:B1=[0-9]|B2=[0-9]|, polynomial |, sigma=)|^Using .*(?:Using |Step |Run |GMP-ECM )", re.MULTILINE
)
_GO = re.compile(
    r"Using |B1=[-0-9]+, |B2=[-0-9]+|, polynomial (?:x\^[0-9]+|Dickson\([0-9]+\))|, sigma=[0-3]:-?[0-9]+"
    r"|(?:(?!Using |B1=[0-9]|B2=[0-9]|, polynomial |, sigma=)[^\n])*\n?"
)
_REST_OF_A_CELL = re.compile(r"(?:\.[0-9]+)?(?:e\+[0-9]+)?[a-z]?\t|(?:\.[0-9]+|e\+)")
"""Behind a number it means that the last digits of that are of a table which another program wrote there."""


def mended(text: str) -> str:
    """Return a text with its torn lines whole, up to where it can't be told what belongs together."""
    if not _TORN.search(text):
        return text
    begun: list[Counter[str]] = [Counter() for _ in _BEGINNINGS]
    whole: list[str] = []
    for found in _GO.finditer(text):
        go = found[0]
        place = next((i for i, beginning in enumerate(_BEGINNINGS) if go.startswith(beginning)), None)
        if place is None:
            whole.append(go)
            continue
        if go[-1].isdigit() and _REST_OF_A_CELL.match(text, found.end()):
            return "".join(whole) + text[found.start() :]
        before = ""
        if place:
            if len(begun[place - 1]) != 1:
                return "".join(whole) + text[found.start() :]
            (before,) = begun[place - 1]
            begun[place - 1] -= Counter([before])
        if place == len(_BEGINNINGS) - 1:
            whole.append(f"{before}{go}\n")
        else:
            begun[place][before + go] += 1
    return "".join(whole)

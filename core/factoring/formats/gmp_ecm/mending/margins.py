"""Margins, that is whatever stands before the lines of an output: time and lines' numbers, which pass, and names, which stay."""

import re
from collections.abc import Sequence
from itertools import pairwise

_YEAR = "(?:19|20)[0-9]{2}"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_DAY_OF_MONTH = (
    rf"\b{_MONTH}[. ]{{1,2}} ?[0-9]{{1,2}}\b(?:,? {_YEAR}\b)?"
    rf"|\b[0-9]{{1,2}}[-/. ]{{1,2}}{_MONTH}(?:[-/. ]{{1,2}}{_YEAR}\b)?"
)
_ZONE = r"(?: ?[-+][0-9]{2}:?[0-9]{2}\b| [A-Z]{1,3}[TC]\b)"
_OF_DAY = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]+)?(?: ?[AaPp]\.?[Mm]\b\.?)?"
_TIME = re.compile(
    r"[0-9]{2,4}[-/.][0-9]{2}[-/.][0-9]{2,4}"
    rf"|{_DAY_OF_MONTH}"
    r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\b[.,]?"
    rf"|{_OF_DAY}{_ZONE}?(?: {_YEAR}\b)?"
    r"|(?<![0-9.])1[0-9]{9}(?:[0-9]{3}|[0-9]{6}|[0-9]{9}|[.,][0-9]+)?(?![0-9.])"
    r"|(?<![0-9.])[0-9]+\.[0-9]{3,9}(?![0-9.])"
    r"|@4[0-9a-f]{23}"
    r"|[TZ\s]"
)
"""A date, a day, a time of day, seconds since 1970 or since something began, TAI64N: as logs, `ts`, `date`, mails, kernels and `multilog` have them."""
_OF_GMP_ECM = re.compile(r"(?:(?:[0-9.]+(?:e\+[0-9]+)?[a-z]?|Inf)\t|[A-Z][A-Za-z ]{0,80} took [0-9]+ms)+")
"""What GMP-ECM writes without a line's end with `-v`, cell by cell: behind it a program may stand that writes at the same time."""
_LAST_NUMBER = re.compile(r"[0-9]{1,12}(?=[^0-9]*\Z)")


def names_in(margins: Sequence[str]) -> list[str]:
    """Return what stays of the margins of lines, in their order: the same for all lines of one program.

    A number that grows with every line counts lines; one that comes again tells programs apart, as `parallel --tag` does.
    """
    known = {margin: _TIME.sub("", margin) for margin in dict.fromkeys(margins)}
    if "" in known:
        known |= {margin: "" for margin in known if _OF_GMP_ECM.fullmatch(margin)}
    names = [known[margin] for margin in margins]
    counts: dict[str, list[int]] = {}
    for name in names:
        if found := _LAST_NUMBER.search(name):
            counts.setdefault(_without(found), []).append(int(found[0]))
    numbered = {rest for rest, count in counts.items() if all(a < b for a, b in pairwise(count))}
    return [_named(name, numbered) for name in names] if numbered else names


def _named(name: str, numbered: set[str]) -> str:
    found = _LAST_NUMBER.search(name)
    return _without(found) if found and _without(found) in numbered else name


def _without(number: re.Match[str]) -> str:
    return f"{number.string[: number.start()]}#{number.string[number.end() :]}"

"""Lines that a terminal, a pager or a mail broke: put together again.

A narrow terminal breaks whatever is as long as it is wide: a sentence that doesn't end in the longest line of a text does so in
the lines below it. Within a long number lines are broken at other places too. GMP-ECM prints no line of digits alone behind one
that ends with a sigma or a factor, so that these are the rest of it. Of a number it says how many digits it has, which is held
against what was put together.
"""

import re
from collections.abc import Sequence

from core.factoring.formats.gmp_ecm.sentences import Announced, InputNumber, Torn, sentence_of

_FOLDED = re.compile(
    r"(?P<begin>Input number is |sigma=(?:[0-3]:)?-?|Factor found in step [12]: )"
    r"(?P<digits>[0-9]+(?:\r?\n[0-9]+)*)(?P<behind>(?:\r?\n)? ?\((?P<count>[0-9]{1,9}) digits?\))?(?=\r?\n|\Z)"
)
_BREAK = re.compile(r"\r?\n")


_NARROWEST, _MOST_LINES = 20, 64


def unfolded(text: str) -> str:
    """Return a text with its sentences and long numbers in one piece, on as many lines as before."""
    return _FOLDED.sub(_whole, _widened(text))


def _widened(text: str) -> str:
    lines = text.splitlines()
    width = max(map(len, lines), default=0)
    if width < _NARROWEST:
        return text
    at = 0
    while at < len(lines):
        more = _broken_over(lines, at, width) if len(lines[at]) == width else 0
        if more:
            lines[at : at + more + 1] = ["".join(lines[at : at + more + 1]), *[""] * more]
        at += more + 1
    return "\n".join(lines) + ("\n" if text.endswith(("\n", "\r")) else "")


def _broken_over(lines: Sequence[str], at: int, width: int) -> int:
    """Return over how many further lines a sentence goes that is broken at the width of a terminal; 0 where it isn't."""
    whole, further = lines[at], 0
    if sentence_of(whole) is None:
        return 0
    for more, line in enumerate(lines[at + 1 : at + 1 + _MOST_LINES], 1):
        if sentence_of(line) is not None:
            break
        whole += line
        if not _is_torn(whole):
            further = more
        if len(line) < width:
            break
    return further


def _is_torn(line: str) -> bool:
    """Tell whether a line is a sentence without its end; one that lacks a sigma may be."""
    match sentence_of(line):
        case (_, Torn() | InputNumber(text="") | Announced(sigma=None, is_other=False)):
            return True
    return False


def _whole(found: re.Match[str]) -> str:
    breaks = _BREAK.findall(found[0])
    if not breaks:
        return found[0]
    digits, is_number = _BREAK.sub("", found["digits"]), found["begin"].startswith("Input")
    if is_number != (found["count"] is not None) or (is_number and len(digits) != int(found["count"])):
        return found[0]
    return f"{found['begin']}{digits}{_BREAK.sub('', found['behind'] or '')}{''.join(breaks)}"

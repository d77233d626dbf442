"""Lines that a terminal, a pager or a mail broke within a long number: put together again.

GMP-ECM prints no line of digits alone behind one that ends with a sigma or a factor, so that these are the rest of it. Of a
number it says how many digits it has, which is held against what was put together.
"""

import re

_FOLDED = re.compile(
    r"(?P<begin>Input number is |sigma=(?:[0-3]:)?-?|Factor found in step [12]: )"
    r"(?P<digits>[0-9]+(?:\r?\n[0-9]+)*)(?P<behind>(?:\r?\n)? ?\((?P<count>[0-9]{1,9}) digits?\))?(?=\r?\n|\Z)"
)
_BREAK = re.compile(r"\r?\n")


def unfolded(text: str) -> str:
    """Return a text with its long numbers in one piece, on as many lines as before."""
    return _FOLDED.sub(_whole, text)


def _whole(found: re.Match[str]) -> str:
    breaks = _BREAK.findall(found[0])
    if not breaks:
        return found[0]
    digits, is_number = _BREAK.sub("", found["digits"]), found["begin"].startswith("Input")
    if is_number != (found["count"] is not None) or (is_number and len(digits) != int(found["count"])):
        return found[0]
    return f"{found['begin']}{digits}{_BREAK.sub('', found['behind'] or '')}{''.join(breaks)}"

"""Lists of numbers as people keep them: one number or expression a line, empty lines and comments between.

A comment begins with a `#` that stands at the beginning of a line or behind a blank. So `97#+1 # next to a primorial`
is the number 97#+1: there the first `#` belongs to the expression. It does in `97 # + 1` too, and in `97 #`: what could be
a part of the number is never taken for a comment. A line that ends in a backslash, or in FriCAS's underscore, goes on in the next
one. GMP-ECM's lists have lines of comment that begin with `//`.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

_COMMENT = re.compile(r"(?:^|\s)#(?!\s*(?:$|\)|[-+*/^!]\s*[0-9(])).*")
_GOES_ON = ("\\", "_")


class Entry(Struct, frozen=True, gc=False):
    """A line that gives a number.

    Attributes:
        line: which one, from 1; the first of several that belong together.
        text: digits or an expression, not looked at yet.
    """

    line: int
    text: str


def unmarked(lines: Iterable[str]) -> Iterator[str]:
    """The lines of a file, without the mark that some programs put before its first one."""
    for number, line in enumerate(lines):
        yield line if number else line.removeprefix("\ufeff")


def entries(lines: Iterable[str]) -> Iterator[Entry]:
    """The lines of a list that give a number, in order."""
    begun: list[str] = []
    first, text = 0, ""
    for number, line in enumerate(unmarked(lines), 1):
        text = line.rstrip()
        if not begun and text.lstrip().startswith(("#", "//")):
            continue
        first = first or number
        if text.endswith(_GOES_ON):
            begun.append(text[:-1].strip())
            continue
        if whole := _COMMENT.sub("", "".join(begun) + (text.lstrip() if begun else text), count=1).strip():
            yield Entry(first, whole)
        begun, first = [], 0
    if begun:
        yield Entry(first, "".join(begun) + text[-1])

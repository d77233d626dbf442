"""Lists of numbers as people keep them: one number or expression a line, empty lines and comments between.

A comment begins with a `#` that stands at the beginning of a line or behind a blank. So `97#+1 # next to a primorial`
is the number 97#+1: there the first `#` belongs to the expression.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

_COMMENT = re.compile(r"(?:^|\s)#.*")


class Entry(Struct, frozen=True, gc=False):
    """A line that gives a number.

    Attributes:
        line: which one, from 1.
        text: digits or an expression, not looked at yet.
    """

    line: int
    text: str


def entries(lines: Iterable[str]) -> Iterator[Entry]:
    """The lines of a list that give a number, in order."""
    for number, line in enumerate(lines, 1):
        if text := _COMMENT.sub("", line, count=1).strip():
            yield Entry(number, text)

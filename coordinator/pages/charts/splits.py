"""Splits of a number: a line for each, as wide as the number, with its known factors by their digits."""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

ROW, HEIGHT = 24, 21
"""From line to line, and how high one is; pixels."""
_LINES = 8
_NAMED = 4.0
"""Per cent: a narrower piece has no room for its name."""
_NARROWEST = 0.8

Look = Literal["prime", "known", "split", "open"]


class Member(Struct, frozen=True):
    """A number on its way to its primes, with its parts by id and how often each divides."""

    digits: int
    prime: bool
    parts: Mapping[int, int]
    order: int


class Piece(Struct, frozen=True):
    """A factor in a line; place and width in per cent. `look`: a prime new in this line, known before, split later, or open."""

    at: float
    width: float
    top: int
    name: str
    look: Look


class Splits(Struct, frozen=True):
    """All lines, and how high they are together."""

    pieces: list[Piece]
    height: int
    omitted: int


def splits(root: int, members: Mapping[int, Member]) -> Splits | None:
    """Lay out the splits of a number, the last eight of them; None when there was none."""
    states: list[tuple[list[int], set[int]]] = []
    line = [root]
    pending = sorted((one for one, member in members.items() if member.parts), key=lambda one: members[one].order)
    for number in pending:
        if number not in line:
            continue
        parts = [part for part, times in members[number].parts.items() for _ in range(times)]
        at = line.index(number)
        ordered = sorted(parts, key=lambda part: (not members[part].prime, members[part].digits))
        line = [*line[:at], *ordered, *line[at + 1 :]]
        line = [*(one for one in line if members[one].prime), *(one for one in line if not members[one].prime)]
        states.append((line, set(parts)))
    if not states:
        return None
    shown = states[-_LINES:]
    pieces = [
        piece
        for row, (line, new) in enumerate(shown)
        for piece in _line(line, new, members, row * ROW, last=row == len(shown) - 1)
    ]
    return Splits(pieces, len(shown) * ROW, len(states) - len(shown))


def _line(line: Sequence[int], new: set[int], members: Mapping[int, Member], top: int, *, last: bool) -> list[Piece]:
    total = sum(members[one].digits for one in line)
    floors = [max(members[one].digits / total * 100, _NARROWEST) for one in line]
    scale = 100 / sum(floors)
    at, pieces = 0.0, []
    for one, share in zip(line, floors, strict=True):
        member, width = members[one], share * scale
        look: Look = ("prime" if one in new else "known") if member.prime else "open" if last else "split"
        name = f"{'p' if member.prime else 'c'}{member.digits}" if look != "known" and width >= _NAMED else ""
        pieces.append(Piece(round(at, 2), round(width, 2), top, name, look))
        at += width
    return pieces

"""How far something long has come."""

from collections.abc import Callable

import msgspec


class Progress(msgspec.Struct, frozen=True, gc=False):
    """How far something long has come.

    Attributes:
        stage: what is being done, in a word or two.
        done: how many events it has been done to.
        total: how many there are, as far as is known now.
    """

    stage: str
    done: int
    total: int


Report = Callable[[Progress], None]
"""Told from time to time; what it raises ends the work."""


def unreported(_progress: Progress) -> None:
    """Tell nobody."""

"""What can be told to a coordinator, in terms that mean the same to any other: numbers by value, things by who told of them.

A history is a list of steps. Each says how it becomes a command where it is told (`command`), and what it meant there, for
somebody who was not told everything that was told there (`meant`): an assignment is a value, bounds and a client.
"""

import uuid
from typing import Any, ClassVar

from msgspec import Struct

from core.deciding import Command
from core.factoring.answers.shapes import NoWork
from core.factoring.mathematics.curves.bounds import bounds_of
from tests.twins.telling import Telling

BOUNDS = (bounds_of(100, 0, 1), bounds_of(100, None, 1), bounds_of(200, 0, 1), bounds_of(200, None, 0))
ADMINISTRATOR = ""
CEILING = 1_000
LEASE_SECONDS = 600
_NAMES = uuid.UUID("6e0f2b9e-53a5-4c7c-8a34-0d5a8b8f7d11")


def name_of(step: int) -> str:
    """Return the UUID that a step brings along."""
    return str(uuid.uuid5(_NAMES, str(step)))


class Step(Struct, frozen=True, tag=True, omit_defaults=True, kw_only=True):
    """Something that somebody tells a coordinator.

    Attributes:
        client: who; empty for an administrator.
    """

    handed_out: ClassVar[bool] = False
    client: str = "alice"

    def command(self, here: Telling) -> Command:
        """Return the command that it is where it is told.

        Raises:
            NotThere: what it speaks of is not on record.
        """
        raise NotImplementedError

    def meant(self, _here: Telling, _answer: Any) -> "Step | None":
        """Return what it means elsewhere, None when it means nothing there."""
        return None if self.handed_out or isinstance(_answer, NoWork) else self

    def without(self, _gone: dict[int, frozenset[str]], _own: frozenset[str] | None) -> "Step | None":
        """Return what is left of it without what was withdrawn, None when nothing is.

        Args:
            _gone: the factors that were withdrawn of each step, none for all that it reported.
            _own: the same of this step; None when nothing of it was.
        """
        return self

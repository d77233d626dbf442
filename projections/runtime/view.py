"""A view: tables folded from events that people query, and that no decision reads."""

import sqlite3
from collections.abc import Sequence
from typing import Protocol

from core.events.envelope import Event


class View(Protocol):
    """One read model; a module of its context's room is one.

    Attributes:
        NAME: what it is called on pages and in `/health`.
        SCHEMA: the statements that create its tables.
    """

    NAME: str
    SCHEMA: str

    def apply(self, events: Sequence[Event], connection: sqlite3.Connection) -> None:
        """Fold a batch of events, in order; events that do not concern the view pass by."""
        ...

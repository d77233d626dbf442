"""A view: tables folded from events that people query, and that no decision reads."""

import sqlite3
from collections.abc import Sequence
from typing import Protocol

from core.events.envelope import Event
from core.events.fact import Fact


class View(Protocol):
    """One read model; a module of its context's room is one.

    Attributes:
        NAME: what it is called on pages and in `/health`.
        SCHEMA: the statements that create its tables.
        FACTS: the kinds of facts that it is folded from; it is shown no others.
    """

    NAME: str
    SCHEMA: str
    FACTS: frozenset[type[Fact]]

    def apply(self, events: Sequence[Event], connection: sqlite3.Connection) -> None:
        """Fold those events of a batch that concern the view, in order."""
        ...

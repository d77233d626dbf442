"""A projection as the runtime sees it: state, views, and which events they are folded from."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Protocol

import msgspec

from core.deciding import Answer, Command, Context, Remembered
from core.events.envelope import Event, StoredEvent
from projections.runtime.view import View


@lru_cache(maxsize=1_024)
def prefix_of(event_type: str) -> str:
    """Return the first word of a type, by which projections listen."""
    return event_type.partition(".")[0]


class FoldedState(Protocol):
    """A context's state, as the runtime drives it."""

    def recall(self, lookup: str) -> Remembered | None:
        """Return the answer remembered under a command's identity."""
        ...

    def remember(self, lookup: str, fingerprint: str, last: StoredEvent, answer: Answer) -> None:
        """Keep an answer, with the last event of its command."""
        ...

    def expect_answers(self, lookups: Sequence[str]) -> None:
        """Look up together what a batch is going to ask."""
        ...

    def keep_answers(self) -> None:
        """Write the answers of a batch."""
        ...

    def expect(self, commands: Sequence[Command]) -> None:
        """Look up together what the decisions of a batch are going to ask; doing nothing is right, if slower."""
        ...

    def foresee(self, events: Iterable[Event]) -> None:
        """Look up together what folding a batch from the log is going to ask; doing nothing is right, if slower."""
        ...

    def apply(self, event: Event) -> None:
        """Fold one event into the tables that decisions read."""
        ...

    def flush(self) -> None:
        """Write to the tables what was held back while a batch was decided."""
        ...


class Projection(msgspec.Struct, frozen=True):
    """One projections file: a context's state and views.

    Attributes:
        context: whose projections they are; its name is the file's.
        version: raised whenever a schema or an `apply` changes; a file of another version is rebuilt.
        listens: prefixes of the types (`factoring`, `leases`) among which are the events that are folded into this file.
        schema: statements that create the state's tables.
        state: opens the state on a connection.
        views: the read models, each with its own schema.
    """

    context: Context
    version: int
    listens: frozenset[str]
    schema: str
    state: Callable[[sqlite3.Connection], FoldedState]
    views: tuple[View, ...]

    @property
    def name(self) -> str:
        """The context's name."""
        return self.context.name

    def own(self, events: Iterable[Event]) -> list[Event]:
        """Return those of some events that are folded here."""
        return [event for event in events if event.fact.context == self.context.name]

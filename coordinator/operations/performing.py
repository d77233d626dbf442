"""The ways in which an operation has commands performed, whoever asks for it."""

from collections.abc import Awaitable
from typing import Protocol

from coordinator.writer.outcome import Outcome
from core.deciding import AnswerT, Command, Order


class Perform(Protocol):
    """Has a command performed on behalf of whoever asks."""

    def __call__(self, command: Command[AnswerT], *, client: str | None = None) -> Awaitable[Outcome[AnswerT]]:
        """Have it decided; what it led to is on disk then."""
        ...


class Ordered(Protocol):
    """Makes an order of a command on behalf of whoever asks."""

    def __call__(self, command: Command[AnswerT], *, client: str | None = None) -> Awaitable[Order[AnswerT]]:
        """Return the order."""
        ...

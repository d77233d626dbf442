"""The outcome of an order."""

from typing import Generic

import msgspec

from core.deciding import AnswerT_co
from core.refusals import Conflict


class Outcome(msgspec.Struct, Generic[AnswerT_co], frozen=True, gc=False):
    """The result for an accepted order.

    Attributes:
        answer: what to tell its sender.
        position: of the last event it led to, 0 when nothing had to be recorded.
        hash: of that event.
        repeated: whether it had been accepted before.
    """

    answer: AnswerT_co
    position: int
    hash: bytes
    repeated: bool


class StaysWithdrawn(Conflict):
    """A report that a correction has withdrawn is sent again."""


class Overtaking(Exception):  # noqa: N818 - names what is the case
    """An order that bears the key of one before it in its batch, of which something has to be found out first; nothing happened."""


Result = Outcome[AnswerT_co] | Exception
"""An `Exception` is a `Refusal`, `Unavailable`, `Unprepared` or `Overtaking` (see `coordinator.writer.preparing`),
`Unsealed`, or a fault of the program."""

"""Executors: what every kind of work has in common, seen from the worker: it is asked for, done, and its results handed in.

An `Executor` knows one kind. It asks the coordinator itself, at whichever address the kind has, and hands in results by
the `Courier`, who does not lose them. `workers.kinds` lists the executors; `workers.program` runs them.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from workers.display import Display
from workers.ending import Ending
from workers.halting import Halt
from workers.wire.coordinator import Coordinator
from workers.wire.courier import Courier


class Desk(Struct, frozen=True):
    """The things that the executors of a worker share.

    Attributes:
        coordinator: who gives work.
        courier: brings results to it.
        client: by what name the worker calls itself.
        valkey: address of the Valkey server that tasks come from; empty for none.
        ending: when the worker ends, which requests for work say.
    """

    coordinator: Coordinator
    courier: Courier
    client: str
    valkey: str = ""
    ending: Ending = msgspec.field(default_factory=Ending)


class Seat(Struct, frozen=True):
    """Where one piece of work is done: there are as many as computations may run at a time.

    Attributes:
        number: of the seat, from 1.
        stopping: set when the worker is asked to stop. What was done is then handed in, the rest handed back, within
            seconds.
        display: shows how far the work is.
    """

    number: int
    stopping: Halt
    display: Display


class WorkFailed(Exception):  # noqa: N818 - it reads as what happened
    """A piece of work could not be finished on this machine; the sentence says why."""


WorkT = TypeVar("WorkT")


class Executor(Protocol[WorkT]):
    """Does one kind of work. It is shared by all seats, each of which is a thread for as long as the worker runs."""

    def ask(self, key: str, wait: float) -> WorkT | None:
        """Ask the coordinator for work; None when there is none.

        Args:
            key: by which the coordinator recognises the question when it is asked again, for want of an answer.
            wait: for how many seconds to wait until there is work.

        Raises:
            Away: the coordinator did not answer.
            TurnedDown: it gives this worker no work at all; the worker ends.
        """
        ...

    def perform(self, work: WorkT, seat: Seat) -> None:
        """Do it, hand in what comes of it, hand back what is not done. The coordinator may be away meanwhile.

        Raises:
            WorkFailed: it could not be done here; what was done is handed in.
        """
        ...


MakeExecutor: TypeAlias = Callable[[Desk], Executor[Any]]
"""Makes the executor of a kind, when the worker starts. A `Refusal` says that this machine can't do such work."""

"""Messages that an office and its desks send each other, each in a frame of its own."""

from typing import TypeAlias

import msgspec

from coordinator.desks.carrying import Sent, Told, TurnedDown


class Hello(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="hello"):
    """The first message of either side.

    Attributes:
        version: of the program.
        name: of who says it, such as `desk-2`.
        log: the hash of the log's first event; empty when it is not known yet.
        position: of the newest event that the projections show.
        started_at: when the office began, microseconds UTC; 0 from a desk.
    """

    version: str
    name: str
    log: bytes = b""
    position: int = 0
    started_at: int = 0


class Refused(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="refused"):
    """The answer to a `Hello` that does not fit; says why."""

    sentence: str


class Orders(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="orders"):
    """Submissions of orders, each with its number; together they are up to a batch."""

    submissions: list[tuple[int, list[Sent]]]


class Results(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="results"):
    """The results of submissions by their numbers: of each order, or why the whole of it was turned down."""

    submissions: list[tuple[int, list[Told], TurnedDown | None]]


class Grown(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="grown"):
    """The log has grown, and the projections show it.

    Attributes:
        position: of the newest event.
        applied: up to where the projections are.
        bytes: how much was recorded.
        types: of the events.
    """

    position: int
    applied: int
    bytes: int
    types: list[str]


class Standing(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="standing"):
    """How the office stands; sent at the beginning, and whenever it has changed.

    Attributes:
        unavailable: why nothing can be written just now, None when all can be.
        withheld: the contexts that can't be asked, each with the reason.
        hindrances: what keeps the work of a context from its workers.
        replaced: how often the file of each context was replaced.
    """

    unavailable: str | None
    withheld: dict[str, str]
    hindrances: dict[str, str]
    replaced: dict[str, int]


class Beat(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="beat"):
    """The office is at work; said again and again, whether or not there is anything to tell."""


class Seen(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="seen"):
    """Clients that were heard of: their names, when, of what context their work is, their versions; and forgotten ones."""

    clients: list[tuple[str, int, str, str]]
    forgotten: list[str]


class Counted(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="counted"):
    """Counts of a desk since it said so last.

    Attributes:
        requests: that it has answered itself, by method, route and status: how many, and the seconds that took.
        refused: results that were turned down, by context.
        uses: when keys were used, by their numbers, microseconds UTC.
        process: its process id.
        cpu_seconds: that its process has taken since it began.
    """

    requests: list[tuple[str, str, int, int, float]]
    refused: dict[str, int]
    uses: dict[int, int]
    process: int
    cpu_seconds: float


Message: TypeAlias = Hello | Refused | Orders | Results | Grown | Standing | Beat | Seen | Counted

encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder[Message](Message).decode

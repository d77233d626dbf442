"""Facts about numbers: handed in, wanted, named, put aside, taken apart."""

import msgspec

from core.events.fact import Fact

_STREAM = "composite-"


class CompositeSubmitted(Fact, frozen=True):
    """Somebody wants a number factored.

    Attributes:
        number: its id, from 1.
        value: in decimal.
        expression: as it was written, `2^1277-1`; empty when it was written as digits.
        digits: how many it has.
        primality: `composite`, `proven` or `probable`; a prime is recorded and never assigned.
        target_milli: the t-level to reach, thousandths of a digit.
        priority: the higher, the earlier.
        project: what it belongs to; empty for none.
    """

    type = "factoring.composite_submitted.v1"
    number: int
    value: str
    expression: str
    digits: int
    primality: str
    target_milli: int
    priority: int
    project: str


class CompositeChanged(Fact, frozen=True):
    """The target or priority of a number changed; None leaves a field as it was."""

    type = "factoring.composite_changed.v1"
    number: int
    target_milli: int | None
    priority: int | None


class ProjectJoined(Fact, frozen=True):
    """A number belongs to a project from now on."""

    type = "factoring.project_joined.v1"
    number: int
    project: str


class Part(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One part of a number that was split.

    Attributes:
        number: its id; a number exists once, so a part may have been known before.
        value: in decimal.
        digits: how many it has.
        primality: `composite`, `proven` or `probable`.
        times: how often it divides what was split.
        target_milli: the t-level to reach on it; what a known part had wins.
    """

    number: int
    value: str
    digits: int
    primality: str
    times: int
    target_milli: int


class NumberSplit(Fact, frozen=True):
    """A composite is known as the product of its parts, each to the power `times`."""

    type = "factoring.number_split.v1"
    number: int
    parts: tuple[Part, ...]


class NumberDeadlineSet(Fact, frozen=True):
    """A number, with what is left of it, is worked on first of all in the day before a time; None for no such time."""

    type = "factoring.number_deadline_set.v1"
    number: int
    deadline: int | None


class NumberShelved(Fact, frozen=True):
    """A number is not assigned any more; what is known of it stays.

    Attributes:
        number: its id.
        shelf: `inactive` for now, `complete` for good, `deleted` when it is not listed either.
        reason: in words, may be empty.
    """

    type = "factoring.number_shelved.v1"
    number: int
    shelf: str
    reason: str


class NumberUnshelved(Fact, frozen=True):
    """A number is assigned and listed like any other again."""

    type = "factoring.number_unshelved.v1"
    number: int


class SnfsFormNoted(Fact, frozen=True):
    """A number is known to suit the special number field sieve, or not to.

    Attributes:
        number: its id.
        difficulty: in digits; None when it has no such form.
    """

    type = "factoring.snfs_form_noted.v1"
    number: int
    difficulty: int | None


class NumberNamed(Fact, frozen=True):
    """A number bears a name from now on, such as `276:611`, under which people know it."""

    type = "factoring.number_named.v1"
    number: int
    name: str


FACTS = (
    CompositeSubmitted,
    CompositeChanged,
    ProjectJoined,
    NumberSplit,
    NumberDeadlineSet,
    NumberShelved,
    NumberUnshelved,
    SnfsFormNoted,
    NumberNamed,
)


def stream_of(number: int) -> str:
    """Return the stream of a number's events; leases on it have it as their subject."""
    return f"{_STREAM}{number}"


def number_of_stream(stream: str) -> int | None:
    """Return whose stream it is; None when it is of something else."""
    return int(stream[len(_STREAM) :]) if stream.startswith(_STREAM) else None

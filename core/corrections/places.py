"""The reading of a log with corrections: a command whose outcome is restated is read as if it had led to that."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from core.corrections.events import Concluded, ReportsReinstated, ReportsWithdrawn, Restated, Withdrawn
from core.events.envelope import StoredEvent
from core.events.fact import Fact

AS_RECORDED = -1
"""Instead of how many events count in the place of a command: those that were recorded first."""


class Restatement(Struct, frozen=True, gc=False):
    """Which events count in the place of a command's: `count` of them from position `first` on.

    Attributes:
        correction: position of the first event of the correction that says so.
    """

    first: int
    count: int
    correction: int


class Correction(Struct):
    """The contents of one correction.

    Attributes:
        position: of its first event.
        concluded: of its last one.
        withdrawn: the reports that it withdraws.
        reinstated: those that it has count again.
        places: what it restates, by the position of each command's first event.
        reason: in words.
    """

    context: str
    position: int
    concluded: int = 0
    withdrawn: set[int] = set()
    reinstated: set[int] = set()
    places: dict[int, Restatement] = {}
    reason: str = ""


def corrections_in(facts: Iterable[tuple[int, Fact]], upto: int | None) -> list[Correction]:
    """Read the corrections of the newer kind that were complete at some moment, oldest first.

    Args:
        facts: of the stream of corrections, with their positions, in order.
        upto: the moment; None for the end of the log.
    """
    found: list[Correction] = []
    current: Correction | None = None
    for position, fact in facts:
        if isinstance(fact, Withdrawn) or (upto is not None and position > upto):
            continue
        if current is None:
            current = Correction(context=fact.context, position=position)
        _read(current, position, fact)
        if isinstance(fact, Concluded):
            current.concluded = position
            found.append(current)
            current = None
    for correction in found:
        correction.places = {
            place: Restatement(one.first, one.count, correction.position) for place, one in correction.places.items()
        }
    return found


def _read(correction: Correction, position: int, fact: Fact) -> None:
    match fact:
        case ReportsWithdrawn():
            correction.withdrawn.update(fact.positions)
            correction.reason = fact.reason
        case ReportsReinstated():
            correction.reinstated.update(fact.positions)
            correction.reason = fact.reason
        case Restated():
            following = position + 1
            for place, count in fact.places:
                correction.places[place] = Restatement(following, count, 0)
                following += max(count, 0)


def withdrawn_by_name(corrections: Iterable[Correction]) -> dict[int, int]:
    """Return the reports that are withdrawn after some corrections, each with the position of the one that says so."""
    named: dict[int, int] = {}
    for correction in corrections:
        for position in correction.reinstated:
            named.pop(position, None)
        named.update(dict.fromkeys(correction.withdrawn, correction.position))
    return named


def in_place(restated: Sequence[StoredEvent], recorded: Sequence[StoredEvent]) -> list[StoredEvent]:
    """Return restated events as if they had been recorded where those stand that they count for.

    They keep the order of the log: positions run through those of the command, and the last one is shared by what is
    more. Whoever resends the command is shown the event that he was shown.
    """
    last = recorded[-1]
    found = []
    for offset, row in enumerate(restated):
        place = recorded[min(offset, len(recorded) - 1)]
        found.append(
            StoredEvent(
                position=place.position,
                stream=row.stream,
                version=row.version,
                type=row.type,
                recorded_at=last.recorded_at,
                occurred_at=last.occurred_at,
                actor=last.actor,
                command=last.command,
                cause=row.cause,
                correlation=last.correlation,
                data=row.data,
                hash=last.hash,
            )
        )
    return found

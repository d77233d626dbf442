"""Whether what somebody names can be withdrawn, or taken back in."""

import sqlite3
from collections.abc import Sequence

from coordinator.explaining.events import events_at
from coordinator.log.corrections import Corrections
from coordinator.log.reading import LogReader
from core.contexts import registry
from core.events.envelope import StoredEvent
from core.factoring.events.corrections import MAY_BE_WITHDRAWN, REPORTS
from core.factoring.events.reports import FactorFound
from core.refusals import BadInput, Conflict, Unknown


def named(
    connection: sqlite3.Connection, positions: Sequence[int], *, reinstate: bool = False, stopped_at: int = 0
) -> list[StoredEvent]:
    """Return the events of reports and factors that are to be withdrawn, in order.

    A report that was restated is the one that was recorded first.

    Args:
        connection: to the log.
        positions: that somebody names.
        reinstate: whether they are to be taken back in.
        stopped_at: the event at which the state has stopped, which may be withdrawn whatever it is; 0 for none.

    Raises:
        Unknown: the log has no such event.
        BadInput: it records neither a report nor a factor that somebody reported.
        Conflict: it does not count any more; or, to be taken back in, it was not withdrawn.
    """
    corrections = Corrections(LogReader(connection))
    found = events_at(connection, positions)
    events: dict[int, StoredEvent] = {}
    for position in sorted(positions):
        event = found.get(position)
        if event is None:
            raise Unknown(f"The log has no event {position}.")
        if position != stopped_at and position not in corrections.named:
            check(event)
        event = _as_recorded(event, corrections)
        if reinstate:
            _check_withdrawn(event, position, corrections)
        else:
            _check_counts(event, position, corrections)
        events[event.position] = event
    return list(events.values())


def event_of_factor(connection: sqlite3.Connection, position: int, value: str) -> int:
    """Return the event that says who found a factor; a correction may have restated it.

    Args:
        connection: to the log.
        position: that the tables have of it.
        value: of the factor, in decimal.
    """
    corrections = Corrections(LogReader(connection))
    read = registry().fact
    for row in corrections.said_at(events_at(connection, [position])[position]):
        fact = read(row.type, row.data) if row.type == FactorFound.type else None
        if isinstance(fact, FactorFound) and fact.value == value:
            return row.position
    return position


def check(event: StoredEvent) -> None:
    """Refuse what is no report, and claims no factor.

    Raises:
        BadInput: it is something else.
    """
    reason = why_not(event)
    if reason:
        raise BadInput(reason)


def why_not(event: StoredEvent) -> str:
    """Return why an event can never be withdrawn, in a sentence; empty when it can."""
    if event.type not in MAY_BE_WITHDRAWN:
        return (
            f"Event {event.position} is a {event.type}; attempts and factors can be withdrawn:"
            f" {', '.join(MAY_BE_WITHDRAWN)}."
        )
    fact = registry().fact(event.type, event.data) if event.type == FactorFound.type else None
    if isinstance(fact, FactorFound) and not fact.attempt:
        return (
            f"Event {event.position} is a factor that the coordinator found by division, {fact.value}; it divides, and"
            " nobody reported it."
        )
    return ""


def _as_recorded(event: StoredEvent, corrections: Corrections) -> StoredEvent:
    """Return the report that was recorded first, of which an event is a restatement."""
    standing = corrections.standing(event)
    if standing.place is None or event.type not in REPORTS:
        return event
    return next((row for row in corrections.command_at(standing.place) if row.type in REPORTS), event)


def _check_counts(event: StoredEvent, position: int, corrections: Corrections) -> None:
    by_name = corrections.named.get(event.position)
    standing = corrections.standing(event)
    gone = by_name if by_name is not None else standing.correction
    if event.type in REPORTS and by_name is None and not corrections.of_old_kind and standing.instead:
        gone = None  # what is recorded of it has changed, but it counts
    if gone is not None:
        raise Conflict(f"Event {position} does not count any more since event {gone}; it can't be withdrawn again.")


def _check_withdrawn(event: StoredEvent, position: int, corrections: Corrections) -> None:
    if event.position not in corrections.named and not (corrections.of_old_kind and event.position in corrections.old):
        raise Conflict(f"Event {position} was not withdrawn; what a correction names can be taken back in.")

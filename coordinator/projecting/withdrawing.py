"""Which events of a log have been withdrawn."""

import msgspec

from core.corrections.closing import closed_over_causes
from core.corrections.events import STREAM, Withdrawn
from core.events.log import EventLog

_decode = msgspec.json.Decoder(Withdrawn).decode


class Withdrawals(msgspec.Struct, frozen=True):
    """What corrections up to some moment amount to.

    Attributes:
        positions: the events that do not count, closed over causes.
        newest: position of the newest correction of each context.
    """

    positions: frozenset[int] = frozenset()
    newest: dict[str, int] = {}


def withdrawals(log: EventLog, upto: int | None = None) -> Withdrawals:
    """Return what the corrections of a log amount to.

    Args:
        log: the log.
        upto: later corrections are left out; None leaves none out.
    """
    corrections = [event for event in log.stream(STREAM) if upto is None or event.position <= upto]
    if not corrections:
        return Withdrawals()
    facts = [(event.position, _decode(event.data)) for event in corrections]
    roots = {position for _, fact in facts for position in fact.positions}
    newest = {fact.context: position for position, fact in facts}
    return Withdrawals(closed_over_causes(roots, log.causes(min(roots))), newest)

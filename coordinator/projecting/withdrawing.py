"""Which events of a log have been withdrawn."""

from functools import cached_property

import msgspec

from core.corrections.closing import closed_over_causes
from core.corrections.events import STREAM, Withdrawn
from core.events.log import EventLog

_decode = msgspec.json.Decoder(Withdrawn).decode


class Corrections:
    """What the corrections of a log up to some moment amount to.

    Args:
        log: the log.
        upto: later corrections are left out; None leaves none out, wherever they stand.

    Attributes:
        newest: position of the newest correction of each context.
    """

    def __init__(self, log: EventLog, upto: int | None = None) -> None:
        made = [event for event in log.stream(STREAM) if upto is None or event.position <= upto]
        facts = [(event.position, _decode(event.data)) for event in made]
        self.newest = {fact.context: position for position, fact in facts}
        self._log = log
        self._roots = {position for _, fact in facts for position in fact.positions}

    @cached_property
    def withdrawn(self) -> frozenset[int]:
        """The events that do not count, closed over causes; found by a look at every later event."""
        if not self._roots:
            return frozenset()
        return closed_over_causes(self._roots, self._log.causes(min(self._roots)))

    def first_unheeded(self, context: str, corrected: int) -> int | None:
        """Return the first event that is withdrawn and still counts for somebody, None when there is none.

        Args:
            context: whose projections ask.
            corrected: position of the newest correction that they take into account.
        """
        newest = self.newest.get(context, 0)
        if newest <= corrected:
            return None
        return min(self.withdrawn - Corrections(self._log, corrected).withdrawn, default=newest)

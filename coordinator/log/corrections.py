"""Which events of a log count, after its corrections up to some moment."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import takewhile
from operator import itemgetter
from typing import Any

import msgspec

from coordinator.log.sqlite import NotALog
from core.corrections.closing import closed_over_causes
from core.corrections.events import FACTS, STREAM, Restated, Withdrawn
from core.corrections.places import AS_RECORDED, Restatement, corrections_in, in_place, withdrawn_by_name
from core.events.envelope import StoredEvent
from core.events.log import ReadableLog
from core.factoring.events.corrections import REPORTS, IdsGivenOut
from core.factoring.events.residues import ResidueIdsGivenOut
from projections.runtime.projection import prefix_of
from projections.runtime.recorded import Counted, same_command

OWN = frozenset({"factoring", "leases"})
"""The prefixes of what is corrected; who somebody is, which is recorded with what he does first, stays."""
_DECODERS = {fact.type: msgspec.json.Decoder(fact) for fact in FACTS}
_NEWER = _DECODERS.keys() - {Withdrawn.type}
_AT_ONCE = 16
"""Most commands led to fewer events."""
_decode_old = msgspec.json.Decoder(Withdrawn).decode
_decode_restated = msgspec.json.Decoder(Restated).decode
_KEPT_OF_OLD = frozenset({Withdrawn.type, IdsGivenOut.type, ResidueIdsGivenOut.type})
"""Of a correction of the old kind; the curves that it reported anew are conclusions, which the newer kind restates."""


class CountedEvent(msgspec.Struct, frozen=True):
    """How an event stands after corrections.

    Attributes:
        counts: whether it counts.
        correction: position of the correction after which it does not; None when it does.
        instead: positions of the events that count in the place of its command.
        place: where the command begins in whose place it counts, or counted; None when it was not restated.
    """

    counts: bool
    correction: int | None
    instead: list[int]
    place: int | None


class Corrections:
    """The sum of a log's corrections up to some moment.

    Args:
        log: the log.
        upto: later corrections are left out; None leaves none out, wherever they stand.
        superseding: whether those of the old kind are to be taken over, as the first of the newer kind does.

    Attributes:
        newest: position of the newest correction of each context.
        made: the corrections of the newer kind, oldest first.
        places: what is restated, by the position of each command's first event.
        named: the reports that are withdrawn, each with the position of the correction that says so.
        old: what corrections of the old kind name.
        ends: an event of each correction, in the order of the log; of the newer kind the last one.
        of_old_kind: whether nothing but corrections of the old kind counts, each with all that its events caused.

    Raises:
        NotALog: one is of a kind that only a newer version knows.
    """

    def __init__(self, log: ReadableLog, upto: int | None = None, *, superseding: bool = False) -> None:
        rows = [event for event in log.stream(STREAM) if upto is None or event.position <= upto]
        facts = [(event.position, _read(event)) for event in rows]
        self._log = log
        self.made = corrections_in(facts, upto)
        self.of_old_kind = not (self.made or superseding)
        old = [(position, fact) for position, fact in facts if isinstance(fact, Withdrawn)]
        self.old = {place for _, fact in old for place in fact.positions}
        self.newest = {fact.context: position for position, fact in old}
        self.ends = [position for position, _ in old] + [one.concluded for one in self.made]
        self.newest.update({one.context: one.concluded for one in self.made})
        self.places: dict[int, Restatement] = {}
        for one in self.made:
            self.places.update(one.places)
        self.named = withdrawn_by_name(self.made)
        self._ends_of_commands: dict[int, int] = {}

    @cached_property
    def withdrawn(self) -> frozenset[int]:
        """The events that do not count after corrections of the old kind alone, closed over causes."""
        if not self.old or not self.of_old_kind:
            return frozenset()
        return closed_over_causes(self.old, self._log.causes(min(self.old)))

    def first_unheeded(self, context: str, corrected: int) -> int | None:
        """Return the first event that changes what counts and is not heeded yet by somebody, None when there is none.

        Args:
            context: whose projections ask.
            corrected: position of the newest correction that they take into account.
        """
        newest = self.newest.get(context, 0)
        if newest <= corrected:
            return None
        if self.of_old_kind:
            return min(self.withdrawn - Corrections(self._log, corrected).withdrawn, default=newest)
        changed = [place for one in self.made if one.concluded > corrected for place in one.places]
        if self.old and (not self.made or self.made[0].concluded > corrected):
            changed += self.old
        return min(changed, default=newest)

    def place_of(self, position: int) -> int | None:
        """Return in whose place a restated event counts, or counted; None for an event that restates nothing."""
        before = bisect_right(self._restating, position, key=itemgetter(0))
        if not before:
            return None
        first, count, place = self._restating[before - 1]
        return place if position < first + count else None

    def standing(self, event: StoredEvent) -> "CountedEvent":
        """Return whether an event counts, and what does in its place."""
        counted_for = self.place_of(event.position)
        place = self._first_of(event) if counted_for is None else counted_for
        if self.of_old_kind:
            return CountedEvent(event.position not in self.withdrawn, self._old_for(event), [], None)
        one = self.places.get(place)
        if one is None or prefix_of(event.type) not in OWN:
            return CountedEvent(counts=True, correction=None, instead=[], place=counted_for)
        if counted_for is not None:
            counts = one.first <= event.position < one.first + max(one.count, 0)
        else:
            counts = one.count == AS_RECORDED or any(
                (row.type, row.data) == (event.type, event.data) for row in self.restated(place)
            )
        instead = list(range(one.first, one.first + max(one.count, 0)))
        return CountedEvent(counts, None if counts else one.correction, instead, counted_for)

    def _old_for(self, event: StoredEvent) -> int | None:
        """Return the correction of the old kind that names an event or one that led to it."""
        named: dict[int, int] = {}
        for row in self._log.stream(STREAM):
            if row.type == Withdrawn.type:
                for position in _decode_old(row.data).positions:
                    named.setdefault(position, row.position)
        at: StoredEvent | None = event
        while at is not None and at.position in self.withdrawn:
            if at.position in named:
                return named[at.position]
            at = next(iter(self._log.read(at.cause - 1, 1)), None) if at.cause else None
        return None

    def said_at(self, event: StoredEvent) -> list[StoredEvent]:
        """Return the events that count of the command that led to one, as and where the log holds them."""
        place = self._first_of(event)
        one = self.places.get(place)
        return self.command_at(place) if one is None or one.count == AS_RECORDED else self.restated(place)

    def command_of(self, event: StoredEvent) -> list[StoredEvent]:
        """Return all events of the command that led to one, or only that when nothing is restated for it."""
        place = self._first_of(event)
        return self.command_at(place) if place in self.places else [event]

    def command_at(self, place: int) -> list[StoredEvent]:
        """Return all events of the command that begins at a position."""
        found: list[StoredEvent] = []
        while rows := self._log.read(place - 1 + len(found), _AT_ONCE):
            same = list(takewhile(lambda row: same_command(row, (found or rows)[0]), rows))  # noqa: B023 - used at once
            found += same
            if len(same) < len(rows):
                break
        return found

    def concerns(self, position: int) -> bool:
        """Tell whether corrections leave anything changed of an event; all others count as they were recorded."""
        if self.of_old_kind:
            return position in self.withdrawn
        return self.place_of(position) is not None or self._begun(position, self._changed_places) is not None

    def _first_of(self, event: StoredEvent) -> int:
        """Return where the command of an event begins, if something is restated for it; else the event's position."""
        return self._begun(event.position, self._sorted_places) or event.position

    def _begun(self, position: int, places: Sequence[int]) -> int | None:
        """Return where the command of an event begins, if that is one of some places that are restated; else None."""
        before = bisect_right(places, position)
        if not before:
            return None
        place = places[before - 1]
        if place not in self._ends_of_commands:
            self._ends_of_commands[place] = self.command_at(place)[-1].position
        return place if position <= self._ends_of_commands[place] else None

    @cached_property
    def _restating(self) -> list[tuple[int, int, int]]:
        """Where in the log restated events stand: the position of the first, how many, and in whose place they count."""
        return sorted((r.first, r.count, place) for one in self.made for place, r in one.places.items() if r.count > 0)

    @cached_property
    def _sorted_places(self) -> list[int]:
        return sorted(self.places)

    @cached_property
    def _changed_places(self) -> list[int]:
        """Where commands begin for which something else counts than what was recorded first."""
        return [place for place in self._sorted_places if self.places[place].count != AS_RECORDED]

    def restated(self, place: int) -> list[StoredEvent]:
        """Return the events that count in the place of a command's, as the log holds them."""
        one = self.places[place]
        return self._log.read(one.first - 1, one.count) if one.count > 0 else []

    def counting(self, rows: Sequence[StoredEvent]) -> Counted:
        """Return what counts of a command's events.

        Args:
            rows: all events of one command.
        """
        first = rows[0]
        if first.type in _NEWER:  # before anything else: it may be the first one, of which the end is still to come
            return Counted(self._without_restated(rows))
        if self.of_old_kind:
            return self._without_the_closed(rows) if self.withdrawn else Counted(rows)
        if first.type == Withdrawn.type:
            return Counted([row for row in rows if row.type in _KEPT_OF_OLD])
        restatement = self.places.get(first.position)
        if restatement is None:
            return Counted(rows)
        own = [row for row in rows if prefix_of(row.type) in OWN]
        counting = own if restatement.count == AS_RECORDED else in_place(self.restated(first.position), own)
        gone = any(row.position in self.named and row.type in REPORTS for row in own)
        others = [row for row in rows if prefix_of(row.type) not in OWN]
        return Counted([*others, *counting], amended=True, retracted=gone or not counting)

    def _without_the_closed(self, rows: Sequence[StoredEvent]) -> Counted:
        left = [row for row in rows if row.position not in self.withdrawn]
        return Counted(left, reduced=len(left) < len(rows))

    def _without_restated(self, rows: Sequence[StoredEvent]) -> list[StoredEvent]:
        """Leave out of a correction's events those that count elsewhere."""
        kept: list[StoredEvent] = []
        skipped = 0
        for row in rows:
            if skipped:
                skipped -= 1
                continue
            kept.append(row)
            if row.type == Restated.type:
                skipped = sum(max(count, 0) for _, count in _decode_restated(row.data).places)
        return kept


def _read(event: StoredEvent) -> Any:
    if event.type not in _DECODERS:
        raise NotALog(
            f"Event {event.position} corrects the log in a way ({event.type!r}) that this version does not know, so it can't say"
            " what counts; nothing was changed, start the newer version."
        )
    return _DECODERS[event.type].decode(event.data)

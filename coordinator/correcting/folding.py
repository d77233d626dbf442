"""Working out what a correction amounts to, by a fold in which commands are decided again where something changed.

The fold builds the tables as they are after the correction, and leaves a list of what is to be restated: the tables that
every later fold of the log with that correction gives.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from coordinator.log.corrections import OWN, Corrections
from coordinator.log.sqlite import SqliteEventLog
from coordinator.projecting.folding import commands_upto, fold_log
from core.corrections.events import STREAM
from core.corrections.places import in_place
from core.deciding import Want
from core.events.chain import GENESIS
from core.events.envelope import Event, NewEvent, StoredEvent
from core.events.fact import Fact
from core.events.registry import Registry
from core.factoring.commands.corrections import Correct, Restatement
from core.factoring.events.corrections import REPORTS
from core.factoring.events.numbers import CompositeSubmitted, NumberSplit
from core.factoring.events.prior_work import PriorWorkDeclared
from core.factoring.events.reports import AttemptMade, CurvesRun, FactorFound
from core.factoring.redeciding.kinds import amounts_to
from core.factoring.redeciding.names import Names
from core.factoring.redeciding.redeciding import Redecider
from core.factoring.redeciding.renaming import Ids
from core.factoring.redeciding.said import Gone, Said
from projections.runtime.file import ProjectionFile
from projections.runtime.projection import prefix_of
from projections.runtime.recorded import Recorded, same_command

_NAMING = (CompositeSubmitted.type, NumberSplit.type)
_GIVING = (CurvesRun.type, AttemptMade.type, PriorWorkDeclared.type)
_encode = msgspec.json.Encoder().encode


class Findings(Mapping[Any, Any]):
    """The findings that decisions want, each made when it is asked for, and kept."""

    def __init__(self) -> None:
        self._found: dict[Any, Any] = {}

    def __getitem__(self, want: Want[Any]) -> Any:
        if want not in self._found:
            self._found[want] = want.find()
        return self._found[want]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class Correcting:
    """A correction being worked out.

    Args:
        log: the log, open for reading.
        registry: how its rows are read.
        withdraw: positions of reports and factors that are not to count any more.
        reinstate: of those that are to count again.
        spare: how many ids of each kind to leave to those who are given some meanwhile.

    Attributes:
        corrections: those that there are already.
        withdrawn: what does not count any more; what corrections of the old kind name is among it in the first of the newer.
        reinstated: what counts again.
        first: position of the first command of which something counts less, or more.
        ids: those that are given out anew.
        restated: what is to be restated, by the position of each command's first event; None as recorded first.
    """

    def __init__(
        self,
        log: SqliteEventLog,
        registry: Registry,
        withdraw: Sequence[int],
        reinstate: Sequence[int] = (),
        spare: int = 0,
    ) -> None:
        self._log = log
        self._registry = registry
        self.corrections = Corrections(log, superseding=True)
        known = set(self.corrections.named)
        old = set() if self.corrections.made else self.corrections.old
        after = (known | old | set(withdraw)) - set(reinstate)
        self._gone = self._gone_with(after)
        self.withdrawn = tuple(sorted(after - known))
        self.reinstated = tuple(sorted(known - after))
        changed = frozenset(self._place_of(one) for one in after ^ known)
        self.first = min(changed, default=0)
        names = Names()
        names.learn(self._facts(_NAMING))
        self.ids = Ids(names.newest + spare, self._newest_attempt() + spare, self._newest_factor() + spare)
        self.restated: dict[int, tuple[NewEvent, ...] | None] = {}
        self._redecider = Redecider(names, self.ids, self._gone, changed, self._versions, self._report, Findings())

    def pass_over(self, upto: int) -> None:
        """Take note of what was said up to a position, before anything that changes; a file holds it already."""
        for command in commands_upto(self._log, upto, self._registry, OWN, self.corrections):
            said = self._said(command)
            if said is not None:
                self._redecider.note(said)

    def fold(self, file: ProjectionFile, upto: int, reached: Any = lambda _position: None) -> None:
        """Carry a file forward as it is with the correction, in which what was folded before is no other."""
        fold_log(self._log, [file], self._registry, upto, reached, self.corrections, self._amend)

    def command(self, reason: str) -> Correct:
        """Return the command that records the correction."""
        return Correct(
            withdrawn=self.withdrawn,
            reinstated=self.reinstated,
            reason=reason,
            restated=tuple(Restatement(place, events) for place, events in sorted(self.restated.items())),
            given_out=(self.ids.newest("number"), self.ids.newest("attempt"), self.ids.newest("factor")),
        )

    def _amend(self, command: Recorded, state: Any) -> Recorded:
        said = self._said(command)
        if said is None:
            return command
        place, recorded = said.place, said.recorded
        own = [event.stored for event in recorded]
        decided = self._redecider.decide(said, state)
        if decided is None:
            retracted = command.amended and self._retracted(place, own, said.counting)
            return msgspec.structs.replace(command, retracted=retracted)
        as_recorded = amounts_to(said.said) == amounts_to([new.fact for new in decided])
        self.restated[place] = None if as_recorded else tuple(decided)
        events = recorded if as_recorded else self._events(decided, own)
        others = [event for event in command.events if prefix_of(event.stored.type) not in OWN]
        return Recorded(
            rows=command.rows,
            events=[*others, *events],
            contexts=command.contexts,
            whole=command.whole,
            amended=True,
            retracted=self._retracted(place, own, events),
        )

    def _retracted(self, place: int, own: Sequence[StoredEvent], counting: Sequence[Event]) -> bool:
        """Tell whether what a command reported does not count any more, as whoever folds it later will find."""
        gone = self._gone.get(place)
        return not counting or (gone is not None and gone.report and any(row.type in REPORTS for row in own))

    def _said(self, command: Recorded) -> Said | None:
        """Return what a command said of what is corrected; None when it said nothing of it."""
        own = [row for row in command.rows if prefix_of(row.type) in OWN]
        if not own or command.unread or command.rows[0].stream == STREAM:
            return None
        counting = [event for event in command.events if prefix_of(event.stored.type) in OWN]
        recorded = [self._registry.event(row) for row in own] if command.amended else counting
        return Said(command.position, recorded, counting)

    def _events(self, decided: Sequence[NewEvent], own: Sequence[StoredEvent]) -> list[Event]:
        rows = [
            StoredEvent(0, new.stream, 0, new.fact.type, 0, None, "", "", new.cause, "", _encode(new.fact), GENESIS)
            for new in decided
        ]
        return [Event(row, new.fact) for row, new in zip(in_place(rows, own), decided, strict=True)]

    def _gone_with(self, positions: set[int]) -> dict[int, Gone]:
        gone: dict[int, Gone] = {}
        for position in positions:
            (row,) = self._log.read(position - 1, 1)
            one = gone.setdefault(self._place_of(position), Gone())
            if row.type in REPORTS:
                one.report = True
            elif row.type == PriorWorkDeclared.type:
                one.prior = True
            elif row.type == FactorFound.type:
                fact = self._registry.fact(row.type, row.data)
                assert isinstance(fact, FactorFound)
                one.values |= {fact.value}
            else:
                one.all = True
        return gone

    def _place_of(self, position: int) -> int:
        """Return where the command begins to which an event belongs, or in whose place it counts."""
        place = self.corrections.place_of(position)
        if place is not None:
            return place
        (row,) = self._log.read(position - 1, 1)
        while row.position > 1:
            (before,) = self._log.read(row.position - 2, 1)
            if not same_command(before, row):
                break
            row = before
        return row.position

    def _facts(self, types: Sequence[str]) -> Iterator[Fact]:
        marks = ", ".join("?" * len(types))
        rows = self._log.connection.execute(
            f"SELECT type, data FROM events WHERE type IN ({marks}) ORDER BY position", tuple(types)
        )
        for kind, data in rows:
            yield self._registry.fact(kind, data)

    def _newest_attempt(self) -> int:
        return max(self._newest(_GIVING, "attempt"), self._newest(("factoring.ids_given_out.v1",), "attempt"))

    def _newest_factor(self) -> int:
        return max(self._newest((FactorFound.type,), "factor"), self._newest(("factoring.ids_given_out.v1",), "factor"))

    def _newest(self, types: Sequence[str], field: str) -> int:
        """Return the id that was given out last; a correction that restates older ones says so itself."""
        marks = ", ".join("?" * len(types))
        row = self._log.connection.execute(
            f"SELECT type, data FROM events WHERE type IN ({marks}) ORDER BY position DESC LIMIT 1", tuple(types)
        ).fetchone()
        return int(getattr(self._registry.fact(*row), field)) if row else 0

    def _versions(self, place: int) -> Sequence[Fact]:
        """Return all facts that corrections ever restated for a command."""
        return [
            self._registry.fact(row.type, row.data)
            for one in self.corrections.made
            if (restated := one.places.get(place)) is not None and restated.count > 0
            for row in self._log.read(restated.first - 1, restated.count)
        ]

    def _report(self, position: int, attempt: int) -> CurvesRun | AttemptMade | None:
        """Return the fact of a report that counts as it did before."""
        if not position:
            return None
        place = self._place_of(position)
        for row in self.corrections.counting(self.corrections.command_at(place)).rows:
            if row.type in REPORTS:
                fact = self._registry.fact(row.type, row.data)
                if isinstance(fact, CurvesRun | AttemptMade) and fact.attempt == attempt:
                    return fact
        return None

"""Pauses of everything, of kinds of work and of clients, as they stand."""

import sqlite3

from core.events.envelope import Event
from core.steering.events import Paused, Resumed
from core.steering.pausing import Pause, by_target
from projections.runtime.answers import Answers

COLUMNS = """
    drains INTEGER NOT NULL,       -- whether what is handed out already is finished
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    position INTEGER NOT NULL      -- of the event that made it what it is
"""
SCHEMA = f"""
CREATE TABLE pauses (
    target TEXT PRIMARY KEY,       -- everything, kind-factoring, client-5
{COLUMNS}) STRICT, WITHOUT ROWID;
"""


class SteeringState(Answers):
    """Implements `core.steering.pausing.KnownPauses`; every request for work asks it, so the few rows are held."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._known: dict[str, Pause] | None = None

    def pause(self, target: str) -> Pause | None:
        """Return the pause of a target, None when it is not paused."""
        if self._known is None:
            self._known = by_target(pauses(self.connection))
        return self._known.get(target)

    def apply(self, event: Event) -> None:
        """Fold one event."""
        self._known = None
        match event.fact:
            case Paused(target=target, drains=drains, reason=reason):
                row = (target, drains, reason, event.recorded_at, event.position)
                self.connection.execute("INSERT OR REPLACE INTO pauses VALUES (?, ?, ?, ?, ?)", row)
            case Resumed(target=target):
                self.connection.execute("DELETE FROM pauses WHERE target = ?", (target,))

    def flush(self) -> None:
        """Nothing is held back."""


def pauses(connection: sqlite3.Connection) -> list[Pause]:
    """Return what is paused, the widest first."""
    rows = connection.execute("SELECT * FROM pauses ORDER BY target <> 'everything', target")
    return [Pause(target, bool(drains), reason, since, position) for target, drains, reason, since, position in rows]

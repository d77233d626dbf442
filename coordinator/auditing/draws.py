"""Drawing again what was drawn, from a log alone."""

from coordinator.log.corrections import Corrections
from coordinator.log.prefix import LogPrefix
from coordinator.log.reading import COLUMNS
from core.contexts import registry
from core.events.envelope import StoredEvent
from core.trust.auditing import FACTS, Audit, Auditor
from core.trust.weighing import STREAM

_AT_ONCE = 500
_TYPES = [fact.type for fact in FACTS]
_BEGINNING = "SELECT position - 1 FROM events WHERE stream = ? ORDER BY version LIMIT 1"
_PAGE = f"""
SELECT {COLUMNS} FROM events
WHERE position > ? AND position <= ? AND type IN ({", ".join("?" * len(_TYPES))}) ORDER BY position LIMIT {_AT_ONCE}
"""


def audit_draws(taken: LogPrefix) -> Audit:
    """Draw again among all reports of a log since the first chain, as far as the secrets are opened."""
    auditor = Auditor()
    begun = taken.connection.execute(_BEGINNING, (STREAM,)).fetchone()
    if begun is None:
        return auditor.found()
    known, corrections = registry(), Corrections(taken.log, taken.head.position)
    after = begun[0]
    while rows := taken.connection.execute(_PAGE, (after, taken.head.position, *_TYPES)).fetchall():
        for row in rows:
            event = known.event(StoredEvent(*row))
            if corrections.place_of(event.position) is None:
                auditor.read(event)
        after = rows[-1][0]
    return auditor.found()

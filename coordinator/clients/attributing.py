"""Making users of keys from before there were any: of their labels, and theirs the names that they used.

It is done once, by whoever opens the log first with a version that knows users, and recorded as events. A name that was
used with keys of several users stays theirs together.
"""

import sqlite3
import uuid

import structlog

from coordinator.log.sqlite import SqliteEventLog
from coordinator.sealing import SealingKeys
from coordinator.writer.committing import Committer
from core.access.commands import AttributeKeys, Labelled
from core.access.decide import stream_of
from core.access.users import UNNUMBERED
from core.clients.naming import check_user_name
from core.deciding import Order
from core.refusals import BadInput
from projections.access.state import keys

_log = structlog.get_logger(__name__)

_SCOPES = """
SELECT DISTINCT actor, substr(command, length(actor) + 9, instr(command, '/') - length(actor) - 9) FROM events
WHERE actor != 'operator' AND substr(command, 1, length(actor) + 8) = actor || '.client-'
"""


def attribute_keys(committer: Committer, log: SqliteEventLog, sealing: SealingKeys, moment: int) -> None:
    """Make users of the labels of keys that have none; whoever opens the files does this before the writer has begun.

    Args:
        committer: what performs the command.
        log: from which is read who used which name.
        sealing: the keys under which names are sealed.
        moment: microseconds UTC.
    """
    by_label: dict[str, list[int]] = {}
    for key in keys(committer.files["access"].connection):
        if not key.user:
            by_label.setdefault(key.label or stream_of(key.id), []).append(key.id)
    if not by_label:
        return
    labelled = [
        Labelled(tuple(bearing), sealing.seal(label) if _is_a_name(label) and label != stream_of(bearing[0]) else None)
        for label, bearing in by_label.items()
    ]
    command = AttributeKeys(labelled=labelled, used=names_used(log.connection))
    order = Order(command=command, now=moment, correlation=str(uuid.uuid4()), actor="operator")
    (result,), _ = committer.perform([order])
    committer.apply()
    if isinstance(result, Exception):  # nothing can be written; the next start tries again
        _log.warning("keys_not_attributed", reason=str(result))


def names_used(log: sqlite3.Connection) -> list[tuple[str, int]]:
    """Return who came with a key and went by which client's name: it stands in the identities of their commands."""
    return [
        (actor, int(client))
        for actor, client in log.execute(_SCOPES)
        if client.isdecimal() and (actor in UNNUMBERED or actor.startswith("key-"))
    ]


def _is_a_name(label: str) -> bool:
    try:
        check_user_name(label)
    except BadInput:
        return False
    return True

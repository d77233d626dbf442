"""Joining those that share a log: opening this node's copy, so that it holds what that does, and sharing keys of names."""

import time
from pathlib import Path

import msgspec
import structlog

from coordinator.founding import require_no_earlier_log
from coordinator.heads import signing
from coordinator.heads.signing import KeyUnreadable
from coordinator.log.checking import Damaged
from coordinator.log.session import SessionLost
from coordinator.log.shared import SHARED
from coordinator.log.sqlite import NotALog, SqliteEventLog
from coordinator.pen.identity import connecting, kept_identity
from coordinator.pen.names import SharedNames
from coordinator.pen.pen import OTHER, STREAM, Database, Pen
from coordinator.pen.postgres import SETTLING_SECONDS, TRY_SECONDS, PostgresPen
from coordinator.sealing import SealingKeys
from core.events.chain import Head
from core.log.events import PenTaken

_log = structlog.get_logger(__name__)


def joined(directory: Path, database: Database) -> tuple[SqliteEventLog, PostgresPen]:
    """Open a node's copy, and bring it up to the shared log's end; a new log gets its first event there.

    Without PostgreSQL a copy that is there is opened as it is: it can be read, and its node tries on. Of a log that was never
    held against the shared one nobody knows whether it is a copy.

    Args:
        directory: the data directory, held already.
        database: where the shared log is.

    Raises:
        NotALog: the database can't be used, does not hold the log of the copy, or holds what was not recorded; or it
            can't be reached, and there is no copy yet; or neither holds any event, and something of an earlier log is left.
        KeyUnreadable: this is a further node, and was not given the keys that nodes share.
    """
    path = directory / "log.db"
    was_there = path.exists()
    copy = SqliteEventLog(path)
    # What was acknowledged is on the database's disk; of a copy the power may take the newest events, and they are fetched.
    copy.connection.execute("PRAGMA synchronous = NORMAL")
    pen = PostgresPen(database, copy)
    try:
        try:
            pen.top_up()
        except SessionLost as loss:
            if not (directory / SHARED).exists():
                raise NotALog(f"There is nothing to start with: {_none(copy)}, and {loss}.") from loss
            pen.reason = str(loss)
            _log.warning("shared_log_not_reached", reason=str(loss))
        except Damaged as met:
            raise NotALog(f"The shared log is damaged: {met}") from met
        if copy.head() == Head():
            require_no_earlier_log(path)
            _found(copy, pen)
        _require_keys(directory, copy, database)
        (directory / SHARED).touch()
    except BaseException:
        pen.close()
        begun = copy.head() != Head()
        copy.close()
        if not was_there and not begun:
            path.unlink()  # what holds nothing is no sign of a log
        raise
    return copy, pen


def _none(copy: SqliteEventLog) -> str:
    return f"{copy.path} is {'empty' if copy.head() == Head() else 'no copy of the shared log so far'}"


def _found(copy: SqliteEventLog, pen: PostgresPen) -> None:
    """Give a new log its first event; of several nodes that start at once, one does."""
    deadline = time.monotonic() + SETTLING_SECONDS
    while not pen.try_take():
        pen.top_up()
        if copy.head() != Head():
            return
        if time.monotonic() > deadline:
            raise NotALog("The database holds no event yet, and another node has the pen; start again in a moment.")
        time.sleep(TRY_SECONDS)


def _require_keys(directory: Path, copy: SqliteEventLog, database: Database) -> None:
    """See that a further node has the keys of the others: under its own it would sign and seal what they can't check or read.

    A node that was cut off while it founded the log makes them when it starts again.
    """
    if (directory / signing.FILE).exists() or not set(database.nodes) - {database.node}:
        return
    takings = copy.stream(STREAM)
    others = {msgspec.json.decode(row.data, type=PenTaken).node for row in takings} - {database.node}
    if others or copy.head().position > 1 + len(takings):
        raise KeyUnreadable(
            f"{directory} has none of the keys that the nodes of this log share; have one that has run hand them over,"
            f" `tallystick join FILE --hand-over`, and take them with `tallystick join FILE --data-dir {directory}`."
        )


def wait_for_pen(pen: Pen) -> bool:
    """Take the pen, waiting as long as it takes for who held it before to be found gone; return whether it is held."""
    deadline = time.monotonic() + SETTLING_SECONDS
    while not pen.attempt():
        if time.monotonic() > deadline or not (pen.rests or pen.reason == OTHER):
            return False
        time.sleep(TRY_SECONDS)
    return True


def shared_names(directory: Path, sealing: SealingKeys, database: Database) -> SharedNames | None:
    """Have the keys of names kept on other nodes from now on; None where there are no others.

    Raises:
        KeyUnreadable: the nodes' certificate is none.
    """
    others = {name: address for name, address in database.nodes.items() if name != database.node}
    if not others:
        return None
    names = SharedNames(sealing, others, connecting(kept_identity(directory)))
    sealing.copied = names.copy
    return names

"""Founding a log: it gets its first event, once; one that was lost or emptied is not taken for a new one."""

import uuid
from pathlib import Path

from coordinator.heads import book
from coordinator.log.shared import SHARED
from coordinator.log.sqlite import NotALog, SqliteEventLog
from core.events import idempotency
from core.events.chain import Head, stamp
from core.events.envelope import Envelope, NewEvent
from core.log.events import LogOpened


def open_log(directory: Path, moment: int) -> SqliteEventLog:
    """Open the log for writing; a new one gets its first event.

    Args:
        directory: the data directory.
        moment: microseconds UTC.

    Raises:
        NotALog: there is none, or an empty one, beside what an earlier one has left; or it is a copy of a log that nodes
            share. Nothing was touched.
    """
    path = directory / "log.db"
    if (mark := directory / SHARED).exists():
        raise NotALog(
            f"{path} is a copy of a log that nodes share, and what is appended to it alone is not part of theirs: set `postgres`,"
            f" or ask a running coordinator. To go on alone from here, and never go back, remove {mark}."
        )
    if not path.exists() or not path.stat().st_size:
        require_no_earlier_log(path)
    log = SqliteEventLog(path)
    if log.head() == Head():
        try:
            require_no_earlier_log(path)
        except NotALog:
            log.close()
            raise
        envelope = Envelope(moment, None, "operator", idempotency.unrepeatable("operator").text, str(uuid.uuid4()))
        opened = NewEvent("system", LogOpened(log=str(uuid.uuid4())))
        log.append(stamp([opened], envelope, Head(), log.version), Head())
    return log


def require_no_earlier_log(path: Path) -> None:
    """Take no log that was lost or emptied for a new one.

    Raises:
        NotALog: something beside it tells of an earlier one.
    """
    projected = sorted((path.parent / "projections").glob("*.db"))
    left = [file for file in (path.with_name(book.FILE), *projected) if file.exists()]
    if left:
        raise NotALog(
            f"{path} holds no event, and {left[0]} tells of a log that stood there; put it back, or start in an empty"
            " directory."
        )

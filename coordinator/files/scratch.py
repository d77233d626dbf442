"""Places in the system's directory for what is not kept: there while they are used, and gone afterwards.

Who is killed removes nothing. So each place is locked for as long as a process lives that uses it, and whoever makes the next
one of its kind removes those that nobody holds.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from coordinator.files.unusable import TROUBLES, is_about_room

_LOCKED = "locked"
"""The file by which a place is held; it bears this name once it is locked."""


class NoRoom(OSError):  # noqa: N818 - names what is lacking
    """There is no room for what is worked out; says where, and what can be done about it."""


@contextmanager
def scratch() -> Iterator[Path]:
    """Have a directory until leaving, where nothing else takes room.

    Raises:
        NoRoom: there is too little.
    """
    try:
        with place("scratch") as made:
            yield made
    except TROUBLES as trouble:
        if isinstance(trouble, NoRoom) or not is_about_room(trouble):
            raise
        raise NoRoom(
            f"There is no room left in {tempfile.gettempdir()}, where this takes some for a while; make some there, or name"
            " another directory in TMPDIR."
        ) from trouble


@contextmanager
def place(kind: str) -> Iterator[Path]:
    """Have a directory until leaving; it is held by the processes that are forked meanwhile, too.

    Args:
        kind: of places; those of it that were left behind are removed.
    """
    prefix = f"tallystick-{kind}-"
    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with suppress(OSError):  # it is another user's, still held, or removed by somebody else meanwhile
            _remove_unless_held(left)
    with tempfile.TemporaryDirectory(prefix=prefix) as name, (Path(name) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        Path(lock.name).rename(Path(name) / _LOCKED)
        yield Path(name)


def _remove_unless_held(left: Path) -> None:
    with (left / _LOCKED).open() as lock:
        if os.fstat(lock.fileno()).st_uid == os.geteuid():
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left)

"""Whether a coordinator may write to what stands in its data directory, seen before it promises anything."""

import os
import pwd
from collections.abc import Iterator
from pathlib import Path

_WRITTEN = ("log.db", "client-keys.db", "heads.ndjson", "projections", "residues", "uploads", "snapshots")


def require_writable(directory: Path) -> None:
    """See that whoever runs this may write to every file and directory that a coordinator writes to.

    One that a command of somebody else has made, root most often, would be found out at the first write to it: a node that
    called itself healthy would take nothing.

    Args:
        directory: the data directory, in which something else may stand as well.

    Raises:
        PermissionError: what may not be written to, whose it is and who runs this, in a sentence.
    """
    for path in _written_in(directory):
        if not os.access(path, os.W_OK):
            raise PermissionError(
                f"{path} can't be written to by {_name_of(os.geteuid())}, who runs this: {_reason(path)}."
            )


def _written_in(directory: Path) -> Iterator[Path]:
    yield from (path for name in _WRITTEN if (path := directory / name).exists())
    projections = directory / "projections"
    # What was put aside there, or left unfinished, has a dot more in its name, and is never written to.
    yield from sorted(path for path in projections.glob("*.db") if path.suffixes == [".db"])
    yield from projections.glob("merkle.tree")


def _reason(path: Path) -> str:
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return "its file system is mounted read-only; mount it for writing"
    owner = path.stat().st_uid
    if owner == os.geteuid():
        return "it is read-only; `chmod u+w` makes it writable"
    return f"it belongs to {_name_of(owner)}; `chown` gives it back"


def _name_of(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:  # in a container users need not have names
        return f"user {user}"

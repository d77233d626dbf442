"""The coordinator's own keys: that administers, that heads are signed with, that names are sealed under, that it draws with.

Each is made where there was none. One that is lost is never replaced silently: whoever was given something under it would
be the last to know. It is put back, or replaced by somebody who says so; of what it draws with, the log says so.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from itertools import chain, count
from pathlib import Path

import structlog

from coordinator.files.whole import write_first, write_whole
from coordinator.heads import book, signing
from coordinator.heads.signing import KeyUnreadable
from coordinator.log import queries
from coordinator.log.lock import locked
from coordinator.log.sqlite import SqliteEventLog
from coordinator.projecting.opening import discard, path_of
from coordinator.sealing import SealingKeys, has_sealed_names
from core.clients.decide import CLIENTS

ADMIN_FILE = "admin.key"
NAMES_FILE = "client-keys.db"
DRAWS_FILE = "draws.key"

_SEED_BYTES = 32

_log = structlog.get_logger(__name__)


def kept_admin_key(directory: Path) -> str:
    """Return the admin key that stands in the data directory; it is made where there is none.

    Raises:
        KeyUnreadable: the file is empty, or holds no text; nobody could administer with it.
    """
    path = directory / ADMIN_FILE
    if not path.exists():
        _make_admin_key(path)
        _log.info("admin_key_made", path=str(path))
    try:
        key = path.read_text(encoding="ascii").strip()
    except UnicodeDecodeError:
        key = ""
    if not key:
        raise KeyUnreadable(
            f"{path} is empty, or holds no key; put the key back, or have `tallystick keys replace admin` make another."
        )
    return key


def _make_admin_key(path: Path) -> None:
    write_whole(path, f"{secrets.token_urlsafe(32)}\n".encode())


def kept_names(directory: Path, log: SqliteEventLog) -> SealingKeys:
    """Open the keys of clients' names; an empty file is made where the log has none sealed.

    Raises:
        KeyUnreadable: they are missing, and the log has names that are sealed under them; or they are those of another log.
    """
    path = directory / NAMES_FILE
    if not SealingKeys.are_in(path) and has_sealed_names(log.connection):
        raise KeyUnreadable(
            f"{path} is missing, or empty, and the log has names of clients that are sealed under keys in it; put it back,"
            " a backup has it, or give those names up with `tallystick keys replace names`."
        )
    sealing = SealingKeys(path)
    if not sealing.belong_to(queries.opening(log.connection)[0], log.connection):
        sealing.close()
        raise KeyUnreadable(
            f"{path} has the keys of names in another log than {log.path}; put that one's there, a backup has them, or give"
            " the names that it has up with `tallystick keys replace names`."
        )
    return sealing


def _make_signing_key(path: Path) -> None:
    signing.make(path, in_place_of=_newest_signer(path.parent))


def _newest_signer(directory: Path) -> str:
    """Return the public key of the newest head that was signed; empty when there is none."""
    path = directory / book.FILE
    if not path.exists():
        return ""
    with closing(book.HeadBook(path, read_only=True)) as heads:
        newest = heads.newest()
    return "" if newest is None else newest.key


def _make_names(path: Path) -> None:
    """Make an empty file; names that stand in tables are not shown any longer than they could be unsealed."""
    SealingKeys(path).close()
    discard(path_of(path.parent, CLIENTS.name))


def kept_seed(directory: Path) -> bytes:
    """Return the last secret of the hash chain that is drawn with (`core.trust.chain`); it is made where there is none.

    One that can't be read is put aside: whoever draws with another says so in the log.
    """
    path = directory / DRAWS_FILE
    return _seed_in(path) or _made_seed(path, None)


def fresh_seed(directory: Path, used_up: bytes) -> bytes:
    """Make a seed in the place of one that is used up, which is put aside."""
    return _made_seed(directory / DRAWS_FILE, used_up)


def _made_seed(path: Path, used_up: bytes | None) -> bytes:
    """Make a seed unless there is another by then; of several requests that do so at once one is first, and all draw with its."""
    made = secrets.token_bytes(_SEED_BYTES)
    write_first(path, f"{made.hex()}\n".encode(), lambda there: _seed_in(there) not in {None, used_up}, _aside)
    seed = _seed_in(path)
    assert seed is not None, "one was just written"
    if seed == made:
        _log.info("draw_key_made", path=str(path))
    return seed


def _seed_in(path: Path) -> bytes | None:
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (FileNotFoundError, ValueError):
        return None
    return seed if len(seed) == _SEED_BYTES else None


def _aside(path: Path) -> Path:
    """Return where a key is kept that is replaced: by the time, and where one was replaced in the same second, a number."""
    until = f"{path.name}.until-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
    names = chain([until], (f"{until}-{number}" for number in count(2)))
    return next(there for there in map(path.with_name, names) if not there.exists())


REPLACED: Mapping[str, tuple[str, Callable[[Path], None]]] = {
    "admin": (ADMIN_FILE, _make_admin_key),
    "signing": (signing.FILE, _make_signing_key),
    "names": (NAMES_FILE, _make_names),
}
"""What can be replaced: its file, and what makes another."""


def replace(directory: Path, which: str) -> Path | None:
    """Replace one of the keys of a stopped coordinator, and return where the old file stands now; None when it was lost.

    Raises:
        DirectoryInUse: a coordinator works there.
    """
    name, make = REPLACED[which]
    path, old = directory / name, None
    with locked(directory):
        if path.exists():
            old = _aside(path)
            for suffix in ("", "-wal", "-shm"):
                if (beside := path.with_name(name + suffix)).exists():
                    beside.rename(old.with_name(old.name + suffix))
        make(path)
    return old

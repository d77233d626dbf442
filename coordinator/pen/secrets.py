"""Secrets that the nodes of one coordinator have in common, handed over from one to a further one in a file.

None of it is in PostgreSQL: whoever owns the database must not be able to sign, to read names, or to pass for a node.
"""

import base64
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from coordinator.files.whole import write_whole, written
from coordinator.heads import signing
from coordinator.log.lock import filled
from coordinator.ownkeys import ADMIN_FILE, DRAWS_FILE, NAMES_FILE
from coordinator.pen import identity
from coordinator.projecting.opening import discard
from coordinator.sealing import SealingKeys
from core.refusals import BadInput, Conflict

FORMAT = 1
FILES = (signing.FILE, ADMIN_FILE, DRAWS_FILE, identity.FILE)
_NEEDED = (signing.FILE, identity.FILE)


class Secrets(msgspec.Struct, frozen=True):
    """The contents of the file that is handed over.

    Attributes:
        format: of this file.
        files: what the files hold, base64 by name.
        names: the keys of clients' names, base64 by id.
    """

    format: int
    files: dict[str, str]
    names: dict[str, str]


def hand_over(directory: Path, path: Path) -> Secrets:
    """Write the secrets of a node into a new file that only its owner can read; the node may run meanwhile.

    Raises:
        BadInput: the directory lacks what a further node needs.
        Conflict: there is a file of that name.
        OSError: it can't be written.
    """
    if path.exists():
        raise Conflict(f"{path} is there already; name a new file.")
    if not (directory / signing.FILE).exists():
        raise BadInput(f"{directory} has no {signing.FILE}; the directory of a coordinator that has run is accepted.")
    identity.kept_identity(directory)
    there = {name: directory / name for name in FILES if (directory / name).exists()}
    with closing(SealingKeys(directory / NAMES_FILE, read_only=True)) as sealing:
        names = sealing.all() if SealingKeys.are_in(directory / NAMES_FILE) else {}
    secrets = Secrets(
        FORMAT,
        {name: base64.b64encode(file.read_bytes()).decode() for name, file in there.items()},
        {seal: base64.b64encode(key).decode() for seal, key in names.items()},
    )
    with written(path, 0o600) as file:
        file.write(msgspec.json.encode(secrets))
    return secrets


def take_over(path: Path, directory: Path) -> Secrets:
    """Make a data directory that of a further node, by the secrets of another one.

    Raises:
        BadInput: the file does not hold secrets of a node.
        Conflict: something stands in the directory that is another one's.
        DirectoryInUse: a coordinator works there.
    """
    try:
        secrets = msgspec.json.decode(path.read_bytes(), type=Secrets)
        files = {name: base64.b64decode(text, validate=True) for name, text in secrets.files.items()}
        names = {seal: base64.b64decode(text, validate=True) for seal, text in secrets.names.items()}
    except OSError as error:
        raise BadInput(f"{path} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise BadInput(f"{path} can't be read as what a node hands over: {error}.") from error
    if secrets.format != FORMAT or not set(_NEEDED) <= files.keys() <= set(FILES):
        raise BadInput(f"{path} is not what `tallystick join --hand-over` of this version writes.")
    with filled(directory):
        for name, content in files.items():
            there = directory / name
            if there.exists() and there.read_bytes() != content:
                raise Conflict(f"{there} is another one than the nodes have; join with an empty directory.")
        with _taken_back_on_failure([directory / name for name in (*files, NAMES_FILE)]):
            for name, content in files.items():
                write_whole(directory / name, content)
            with closing(SealingKeys(directory / NAMES_FILE)) as sealing:
                sealing.keep(names)
    return secrets


@contextmanager
def _taken_back_on_failure(paths: Sequence[Path]) -> Iterator[None]:
    """Leave no part of a node: with some of its keys, a coordinator would start there and pass for it."""
    made = [path for path in paths if not path.exists()]
    try:
        yield
    except BaseException:
        for path in made:
            discard(path)
        raise

"""One coordinator to a data directory.

What is locked is the directory itself: a file in it could be deleted, and made and locked anew by a second coordinator. The
file `lock` says who holds it, and is locked too, as earlier versions did.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from coordinator.files.unusable import reason_of

_FILE = "lock"


class DirectoryInUse(Exception):  # noqa: N818 - names what was met
    """Another coordinator works in the data directory."""


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold a data directory; the kernel lets go of it when the process dies, however it dies.

    Raises:
        DirectoryInUse: another process holds it.
        OSError: it can't be made, or not be written to.
    """
    with _lock_file(directory) as file, ExitStack() as stack:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        stack.callback(os.close, descriptor)
        try:
            for held in (descriptor, file.fileno()):
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise DirectoryInUse(
                f"The data directory {directory} is in use by another coordinator (process {holder}); stop it first, or choose another."
            ) from None
        try:
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        except OSError as error:
            error.filename = str(directory)
            raise
        yield


@contextmanager
def filled(directory: Path) -> Iterator[None]:
    """Hold a data directory that is being filled; when that fails, neither it nor its lock is left unless it was there before.

    Raises:
        DirectoryInUse, OSError: as by `locked`.
    """
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    lock = directory / _FILE
    was_there, held = lock.exists(), False
    try:
        with locked(directory):
            held = True
            try:
                yield
            except BaseException:
                if not was_there:
                    lock.unlink(missing_ok=True)
                raise
    except BaseException as error:
        if not (held or was_there or isinstance(error, DirectoryInUse)):  # told to end while it took hold
            lock.unlink(missing_ok=True)
        for path in missing:
            with suppress(OSError):  # it was not made, or holds something
                path.rmdir()
        raise


def _lock_file(directory: Path) -> IO[str]:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return (directory / _FILE).open("a+")
    except OSError as error:
        raise OSError(f"{directory} can't be used as a data directory: {_reason(directory, error)}.") from error


def _reason(directory: Path, error: OSError) -> str:
    """Return why; that a file bears its name is put so by the system that it can be taken for the opposite."""
    return "it is a file" if directory.is_file() else reason_of(error)

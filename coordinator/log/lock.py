"""One coordinator to a data directory."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class DirectoryInUse(Exception):  # noqa: N818 - names what was met
    """Another coordinator works in the data directory."""


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold a data directory; the kernel lets go of it when the process dies, however it dies.

    Raises:
        DirectoryInUse: another process holds it.
        OSError: it can't be made, or not be written to.
    """
    with _lock_file(directory) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise DirectoryInUse(
                f"The data directory {directory} is in use by another coordinator (process {holder}); stop it first, or choose another."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _lock_file(directory: Path) -> IO[str]:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return (directory / "lock").open("a+")
    except OSError as error:
        raise OSError(f"{directory} can't be used as a data directory: {error.strerror}.") from error

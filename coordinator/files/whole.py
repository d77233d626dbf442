"""Files that are there whole, and on disk, or not at all; what was there before is not lost for one that fails."""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from coordinator.files.durable import rename_durably, sync
from coordinator.files.held import held_file

_AS_THE_UMASK_HAS_IT = 0o666


@contextmanager
def written(path: Path, mode: int = _AS_THE_UMASK_HAS_IT) -> Iterator[BinaryIO]:
    """Open a file that bears its name only when everything is in it and on disk, whoever else writes one.

    Args:
        path: of the file; one that bears the name already is replaced.
        mode: of the file, less what the umask takes away.

    Raises:
        OSError: it can't be written; what was there before is.
    """
    with held_file(path, mode) as file:
        yield file
        file.flush()
        rename_durably(Path(file.name), path)


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file as `written` does, which only its owner can read if nothing else is said, whatever the umask takes away."""
    with written(path, mode) as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)


def write_first(path: Path, content: bytes, stays: Callable[[Path], bool], aside: Callable[[Path], Path]) -> None:
    """Write a file as `write_whole` does, unless one that stays is there by then: of several who begin at once one is first.

    They may be threads of one process, or processes. Whoever was not first finds the file of whoever was.

    Args:
        path: of the file.
        content: what to write.
        stays: tells whether the file that is there, if any, is left alone.
        aside: returns where one goes that is not.
    """
    unfinished = path.with_suffix(".new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if stays(path):  # what is open here may be that very file, under its name
            unfinished.unlink(missing_ok=True)
            return
        if path.exists():
            path.rename(aside(path))
        file.truncate(0)  # somebody who was killed may have begun it
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        rename_durably(unfinished, path)


def write_together(directory: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into a directory, which is made where it is not there: all of them, on disk, or none.

    Args:
        directory: where they go; files in it that bear one of the names are replaced.
        contents: by the names of the files.

    Raises:
        OSError: one can't be written; what was there before is, and nothing else.
    """
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            files = {}
            for name, content in contents.items():
                _require_no_directory(directory / name)
                files[name] = stack.enter_context(held_file(directory / name, _AS_THE_UMASK_HAS_IT))
                files[name].write(content)
                files[name].flush()
                os.fsync(files[name].fileno())
            for name, file in files.items():
                rename_durably(Path(file.name), directory / name)
        for made in missing:
            sync(made.parent)
    except BaseException:
        for path in missing:
            with suppress(OSError):  # it was not made, or holds something
                path.rmdir()
        raise


def _require_no_directory(path: Path) -> None:
    """See that a file can bear a name before any other file gets its own."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))

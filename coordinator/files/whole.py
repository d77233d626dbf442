"""Files that somebody names on the command line: there whole or not at all, and nobody's before is lost for it."""

import errno
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from coordinator.files.durable import rename_durably


@contextmanager
def written(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open a file that bears its name only when everything is in it and on disk, whoever else writes one.

    Args:
        path: of the file; one that bears the name already is replaced.
        mode: of the file, less what the umask takes away.

    Raises:
        OSError: it can't be written; what was there before is.
    """
    unfinished = _beside(path)
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        rename_durably(unfinished, path)
    except OSError as error:
        if error.filename == str(unfinished):
            error.filename = str(path)
        raise
    finally:
        unfinished.unlink(missing_ok=True)


def write_together(directory: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into a directory, which is made where it is not there: all of them, or none.

    Args:
        directory: where they go; files in it that bear one of the names are replaced.
        contents: by the names of the files.

    Raises:
        OSError: one can't be written; what was there before is, and nothing else.
    """
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    unfinished = {name: _beside(directory / name) for name in contents}
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            _require_no_directory(directory / name)
            unfinished[name].write_bytes(content)
        for name, path in unfinished.items():
            path.replace(directory / name)
    except BaseException:
        for path in unfinished.values():
            with suppress(OSError):  # it was not begun, or its directory is a file
                path.unlink()
        for path in missing:
            with suppress(OSError):  # it was not made, or holds something
                path.rmdir()
        raise


def _require_no_directory(path: Path) -> None:
    """See that a file can bear a name before any other file gets its own."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))


def _beside(path: Path) -> Path:
    """Return where a file is written before it bears its name; another may be writing one there, too."""
    return path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.part")

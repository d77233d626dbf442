"""Places in the system's directory for what is not kept: there while they are used, and gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coordinator.files.held import held_directory
from coordinator.files.unusable import TROUBLES, is_about_room


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
    """Have a directory until leaving; those of its kind that were left over are removed."""
    with held_directory(Path(tempfile.gettempdir()), f"tallystick-{kind}-") as made:
        yield made

"""A place for what is worked out once and not kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from coordinator.unusable import TROUBLES, is_about_room


class NoRoom(OSError):  # noqa: N818 - names what is lacking
    """There is no room for what is worked out; says where, and what can be done about it."""


@contextmanager
def scratch() -> Iterator[Path]:
    """Have an empty directory until leaving, where nothing else takes room.

    Raises:
        NoRoom: there is too little.
    """
    with TemporaryDirectory(prefix="tallystick-") as name:
        try:
            yield Path(name)
        except TROUBLES as trouble:
            if not is_about_room(trouble):
                raise
            raise NoRoom(
                f"There is no room left in {Path(name).parent}, where this takes some for a while; make some there, or name"
                " another directory in TMPDIR."
            ) from trouble

"""Files that come with a form, piece by piece."""

from collections.abc import AsyncIterator

from litestar.datastructures import UploadFile

_PIECE = 256 * 1024


async def pieces_of(file: UploadFile) -> AsyncIterator[bytes]:
    """Return the content of a file that came with a form, piece by piece."""
    while piece := await file.read(_PIECE):
        yield piece

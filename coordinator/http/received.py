"""Files that come with a form, and the lists of numbers among them."""

from collections.abc import AsyncIterator

from litestar.datastructures import UploadFile

from coordinator.http.commanding import AnyRequest
from coordinator.intake.uploads import Uploads

_PIECE = 256 * 1024


async def pieces_of(file: UploadFile) -> AsyncIterator[bytes]:
    """Return the content of a file that came with a form, piece by piece."""
    while piece := await file.read(_PIECE):
        yield piece


def uploads_of(request: AnyRequest) -> Uploads:
    """Return the application's uploads."""
    uploads: Uploads = request.app.state.uploads
    return uploads

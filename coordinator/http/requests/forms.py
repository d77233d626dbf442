"""Forms with files, as browsers and `curl -F` send them: multipart/form-data, read part by part as it comes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

from litestar.datastructures import UploadFile
from msgspec import Struct
from multipart import MultipartSegment, ParserError, ParserLimitReached, PushMultipartParser

from core.refusals import BadInput, TooLarge
from core.wording import shortened

NO_FORM = "The body is not multipart/form-data, or is cut short; a form with its boundary is accepted."
OF_A_FORM = {"of_a_form": True}
"""The option of handlers that are given the fields of one."""
_MOST_PARTS = 1_000
_AS_IT_CAME = "latin-1"

Field = str | UploadFile


class _Part(Struct):
    """A part that is being read; a file goes to disk when it is long."""

    name: str
    file: UploadFile | None
    text: bytearray

    async def take(self, piece: bytes | bytearray) -> None:
        """Take in what comes next of it."""
        if self.file is None:
            self.text.extend(piece)
        else:
            await self.file.write(bytes(piece))

    async def whole(self) -> Field:
        """Return it; there is no more to come.

        Raises:
            BadInput: it is no file, and no text in UTF-8 either.
        """
        if self.file is not None:
            await self.file.seek(0)
            return self.file
        try:
            return self.text.decode()
        except UnicodeDecodeError as error:
            raise BadInput(
                f"The field {shortened(self.name)!r} of the form is not UTF-8 (byte {error.start}); text in UTF-8 is accepted, or a"
                " file with its name."
            ) from None


async def read_form(stream: AsyncIterator[bytes], boundary: str) -> dict[str, Any]:
    """Return the fields of a form by their names, those that came several times as lists.

    A part with the name of a file is one, and any other is a text in UTF-8, whatever it says of itself.

    Raises:
        BadInput: it is none, or is cut short, or a text is not UTF-8.
        TooLarge: it has more parts than any form of ours, or a part says more of itself.
    """
    fields: dict[str, list[Field]] = {}
    async with AsyncExitStack() as files:
        try:
            with PushMultipartParser(boundary, max_segment_count=_MOST_PARTS, header_charset=_AS_IT_CAME) as parser:
                await _read(stream, parser, fields, files)
        except ParserError:
            raise BadInput(NO_FORM) from None
        except ParserLimitReached:
            raise TooLarge(
                f"The form has more than {_MOST_PARTS:,} parts, or one has a head of more than 4,000 characters; no more are accepted."
            ) from None
        files.pop_all()  # they are whoever's who reads them
    return {name: sent if len(sent) > 1 else sent[0] for name, sent in fields.items()}


async def _read(
    stream: AsyncIterator[bytes], parser: PushMultipartParser, fields: dict[str, list[Field]], files: AsyncExitStack
) -> None:
    part: _Part | None = None
    async for chunk in stream:
        for piece in parser.parse(chunk):
            if isinstance(piece, MultipartSegment):
                part = _begun(piece)
                if part.file is not None:
                    files.push_async_callback(part.file.close)
            elif part is not None and piece:
                await part.take(piece)
            elif part is not None:
                fields.setdefault(part.name, []).append(await part.whole())
                part = None


def _begun(segment: MultipartSegment) -> _Part:
    file = UploadFile(segment.content_type or "text/plain", _utf_8(segment.filename)) if segment.filename else None
    return _Part(_utf_8(segment.name), file, bytearray())


def _utf_8(name: str) -> str:
    """Return a name as it was meant; one that is not in UTF-8 shows as such."""
    return name.encode(_AS_IT_CAME, "replace").decode(errors="replace")

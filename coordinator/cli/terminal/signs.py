"""Signs that a terminal or a file does not have, for one that is written in something else than UTF-8."""

import codecs
import io
from typing import TextIO

_PLAIN = "tallystick.plain"
_INSTEAD = {"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{HORIZONTAL ELLIPSIS}": "...", "\N{MULTIPLICATION SIGN}": "x"}


def write_plainly(stream: TextIO) -> None:
    """Have a stream that lacks a sign write a plain one for it, or else a question mark, where Python would give up."""
    if isinstance(stream, io.TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
        codecs.register_error(_PLAIN, _plain)
        stream.reconfigure(errors=_PLAIN)


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    assert isinstance(error, UnicodeEncodeError), "nothing is read from it"
    sign = error.object[error.start]
    if "\udc80" <= sign <= "\udcff":  # of a file's name that is no text: its very byte
        return sign.encode(errors="surrogateescape"), error.start + 1
    return _INSTEAD.get(sign, " " if sign.isspace() else "?"), error.start + 1

"""How texts are written down that people bring along."""

import codecs

LONGEST_MARK = 2


def encoding_of(beginning: bytes) -> str:
    """Tell how a text is written, by its first bytes: in UTF-16 where its mark stands there, as PowerShell redirects, else in UTF-8."""
    return "utf-16" if beginning[:LONGEST_MARK] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else "utf-8"


def text_of(content: bytes) -> str:
    """Read a text, without the mark at its beginning; what is none shows as such."""
    return content.decode(encoding_of(content), errors="replace").removeprefix("\ufeff")

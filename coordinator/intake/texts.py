"""Files of text that people bring along."""

from pathlib import Path
from typing import TextIO

from core.encodings import LONGEST_MARK, encoding_of


def opened(path: Path, *, errors: str = "replace") -> TextIO:
    """Open a text however it is written; its lines end as they do."""
    with path.open("rb") as file:
        encoding = encoding_of(file.read(LONGEST_MARK))
    return path.open(encoding=encoding, errors=errors, newline="")

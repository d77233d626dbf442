"""Looking at a list of numbers before it is taken: what would be new, what is known, what would be refused."""

import asyncio
from itertools import islice
from pathlib import Path

import msgspec

from coordinator.durable import rename_durably
from coordinator.intake.kept_uploads import DIRECTORY, LineError, Upload, list_of
from coordinator.intake.uploads import wanted_of
from coordinator.node import Node
from core.bigint import abbreviate
from core.factoring.formats.expressions import number_from
from core.factoring.formats.uploading import difficulty_of, lines_of
from core.refusals import BadInput
from projections.factoring import catalogue

_LOOKED_AT = 5_000
_SHOWN, _WHOLE = 20, 60
"""So many numbers are shown, and those of so many characters whole."""
_ERRORS_KEPT = 1_000
_ASKED_AT_ONCE = 500


class Preview(msgspec.Struct, frozen=True):
    """The effect that taking a list would have.

    Attributes:
        looked_at: how many numbers, from the list's beginning, were looked at.
        whole: whether these are all.
        new: how many of them are not on record yet.
        known: how many are.
        repeated: how many an earlier line gives as well.
        refused: how many lines would not be taken.
        errors: why not, of the first 1,000.
        largest: how many digits the largest number has.
        shown: the first numbers, as they are written.
    """

    looked_at: int
    whole: bool
    new: int
    known: int
    repeated: int
    refused: int
    errors: list[LineError]
    largest: int
    shown: list[str]


class _Looked(msgspec.Struct):
    """The contents of the list itself."""

    values: list[str]
    shown: list[str]
    errors: list[LineError]
    refused: int = 0
    lines: int = 0
    whole: bool = True


async def look_at(node: Node, upload: Upload, ceiling_digits: int) -> Preview:
    """Look at a list that is kept, and keep beside it what was found.

    Raises:
        BadInput: the list as a whole is not acceptable.
    """
    looked = await asyncio.to_thread(_look, list_of(node.directory, upload.upload_id), upload, ceiling_digits)
    values = list(dict.fromkeys(looked.values))
    known = 0
    for start in range(0, len(values), _ASKED_AT_ONCE):
        asked = values[start : start + _ASKED_AT_ONCE]
        known += len(await node.readers["factoring"].query(catalogue.known_among, asked))
    preview = Preview(
        looked_at=looked.lines,
        whole=looked.whole,
        new=len(values) - known,
        known=known,
        repeated=len(looked.values) - len(values),
        refused=looked.refused,
        errors=looked.errors,
        largest=max(map(len, values), default=0),
        shown=looked.shown,
    )
    path = _path(node.directory, upload.upload_id)
    partial = path.with_suffix(".part")
    partial.write_bytes(msgspec.json.encode(preview))
    rename_durably(partial, path)
    return preview


def read_preview(directory: Path, upload_id: str) -> Preview | None:
    """Return what was found when a list was looked at, None when it was not."""
    path = _path(directory, upload_id)
    return msgspec.json.decode(path.read_bytes(), type=Preview) if path.exists() else None


def _path(directory: Path, upload_id: str) -> Path:
    return directory / DIRECTORY / f"{upload_id}.preview"


def _look(path: Path, upload: Upload, ceiling_digits: int) -> _Looked:
    looked = _Looked([], [], [])
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        lines = lines_of(file, upload.kind)
        for line in islice(lines, _LOOKED_AT):
            looked.lines += 1
            try:
                difficulty_of(line)
                submit = wanted_of(upload, line, ceiling_digits)
                looked.values.append(number_from(submit.text, ceiling_digits).digits())
            except BadInput as refusal:
                looked.refused += 1
                if len(looked.errors) < _ERRORS_KEPT:
                    looked.errors.append(LineError(line.line, refusal.sentence))
            else:
                if len(looked.shown) < _SHOWN:
                    number = line.fields["number"]
                    looked.shown.append(number if len(number) <= _WHOLE else abbreviate(number))
        looked.whole = next(lines, None) is None
    return looked

"""Looking at a list of numbers before it is taken: what would be new, what is known, what would be refused."""

import asyncio
from itertools import islice
from pathlib import Path

import msgspec

from coordinator.files.whole import written
from coordinator.intake.kept_uploads import DIRECTORY, LineError, Upload, list_of
from coordinator.intake.texts import opened
from coordinator.intake.uploads import wanted_of
from coordinator.node import Node
from core.bigint import abbreviate
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.formats.uploading import difficulty_of, lines_of
from core.factoring.mathematics.levels.targets import LEAST_USUAL_MILLI, usual_target_milli
from core.factoring.mathematics.prospects.sieve import Crossover, crossover
from core.factoring.notation.expressions import number_from
from core.factoring.notation.forms import special_difficulty
from core.refusals import BadInput
from projections.factoring.lists import catalogue

_LOOKED_AT = 5_000
_SHOWN, _WHOLE = 20, 60
"""So many numbers are shown, and those of so many characters whole."""
_ERRORS_KEPT = 1_000
_ASKED_AT_ONCE = 500


class Beyond(msgspec.Struct, frozen=True):
    """A number with a target beyond what ECM is worth its work for.

    Attributes:
        shown: the number, as it is written.
        target_milli: what it would be searched to.
        asked: whether the list asks for that; what is known already keeps its target otherwise.
        ends: where a sieve takes over.
    """

    shown: str
    target_milli: int
    asked: bool
    ends: Crossover


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
        beyond: how many would have a target beyond what ECM is worth its work for.
        furthest: that of them whose target lies furthest beyond.
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
    beyond: int = 0
    furthest: Beyond | None = None


class _Looked(msgspec.Struct):
    """The contents of the list itself."""

    values: list[str]
    shown: list[str]
    errors: list[LineError]
    refused: int = 0
    lines: int = 0
    whole: bool = True
    beyond: dict[str, Beyond] = {}


async def look_at(node: Node, upload: Upload, ceiling_digits: int) -> Preview:
    """Look at a list that is kept, and keep beside it what was found.

    Raises:
        BadInput: the list as a whole is not acceptable.
    """
    looked = await asyncio.to_thread(_look, list_of(node.directory, upload.upload_id), upload, ceiling_digits)
    values = list(dict.fromkeys(looked.values))
    known: set[str] = set()
    for start in range(0, len(values), _ASKED_AT_ONCE):
        asked = values[start : start + _ASKED_AT_ONCE]
        known |= await node.readers["factoring"].query(catalogue.known_among, asked)
    beyond = [one for value, one in looked.beyond.items() if one.asked or value not in known]
    preview = Preview(
        looked_at=looked.lines,
        whole=looked.whole,
        new=len(values) - len(known),
        known=len(known),
        repeated=len(looked.values) - len(values),
        refused=looked.refused,
        errors=looked.errors,
        largest=max(map(len, values), default=0),
        shown=looked.shown,
        beyond=len(beyond),
        furthest=max(beyond, key=lambda one: one.target_milli - one.ends.t_milli, default=None),
    )
    with written(_path(node.directory, upload.upload_id)) as file:
        file.write(msgspec.json.encode(preview))
    return preview


def read_preview(directory: Path, upload_id: str) -> Preview | None:
    """Return what was found when a list was looked at, None when it was not."""
    path = _path(directory, upload_id)
    return msgspec.json.decode(path.read_bytes(), type=Preview) if path.exists() else None


def _path(directory: Path, upload_id: str) -> Path:
    return directory / DIRECTORY / f"{upload_id}.preview"


def _look(path: Path, upload: Upload, ceiling_digits: int) -> _Looked:
    looked = _Looked([], [], [])
    with opened(path) as file:
        lines = lines_of(file, upload.kind)
        for line in islice(lines, _LOOKED_AT):
            looked.lines += 1
            try:
                difficulty = difficulty_of(line)
                submit = wanted_of(upload, line, ceiling_digits)
                value = number_from(submit.text, ceiling_digits).digits()
                looked.values.append(value)
            except BadInput as refusal:
                looked.refused += 1
                if len(looked.errors) < _ERRORS_KEPT:
                    looked.errors.append(LineError(line.line, refusal.sentence))
            else:
                written = submit.text if len(submit.text) <= _WHOLE else abbreviate(submit.text)
                if len(looked.shown) < _SHOWN:
                    looked.shown.append(written)
                if beyond := _beyond(submit, len(value), difficulty, written):
                    looked.beyond[value] = beyond
        looked.whole = next(lines, None) is None
    return looked


def _beyond(submit: SubmitComposite, digits: int, difficulty: int | None, written: str) -> Beyond | None:
    """Tell of a target that lies beyond what ECM is worth its work for, but for those that are reached in seconds."""
    target = submit.target_milli or usual_target_milli(digits)
    ends = crossover(digits, difficulty or special_difficulty(submit.text))
    if target <= max(ends.t_milli, LEAST_USUAL_MILLI):
        return None
    return Beyond(written, target, submit.target_milli is not None, ends)

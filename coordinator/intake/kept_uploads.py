"""Uploaded lists as they are kept in a data directory: the list as it came, and how far it has come."""

import re
from pathlib import Path
from typing import Literal

import msgspec

from core.refusals import Unknown
from core.wording import shortened

DIRECTORY = "uploads"
_ID = re.compile(r"[0-9a-f]{32}")

Kind = Literal["auto", "csv", "text"]


class LineError(msgspec.Struct, frozen=True):
    """Why a line was not taken."""

    line: int
    error: str


class Upload(msgspec.Struct, kw_only=True):
    """How far a list has come; `status` is `held` (until somebody confirms it), `received`, `running`, `finished` or `failed`.

    `lines` of `total_lines` have been taken, so many `per_second` since it was begun or gone on with.
    """

    upload_id: str
    status: str
    kind: str
    actor: str | None
    priority: int | None
    project: str
    target_t_level: float | None = None
    lines: int = 0
    total_lines: int = 0
    per_second: float | None = None
    seconds_left: float | None = None
    new_composites: int = 0
    existing_composites: int = 0
    updated_composites: int = 0
    invalid_lines: int = 0
    errors: list[LineError] = []
    reason: str = ""


def list_of(directory: Path, upload_id: str) -> Path:
    """Return where in a data directory a list stands as it came."""
    return directory / DIRECTORY / f"{upload_id}.list"


def read_upload(directory: Path, upload_id: str) -> Upload:
    """Return how far an upload in a data directory has come.

    Raises:
        Unknown: there is no such upload.
    """
    path = directory / DIRECTORY / f"{upload_id}.json"
    if not (_ID.fullmatch(upload_id) and path.exists()):
        raise Unknown(f"There is no upload {shortened(upload_id)!r}.")
    return msgspec.json.decode(path.read_bytes(), type=Upload)


def recent_uploads(directory: Path) -> list[str]:
    """Return the ids of the uploads, that whose state changed last first."""
    states = sorted((directory / DIRECTORY).glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.stem for path in states]

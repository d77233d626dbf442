"""Long lists of numbers: kept on disk as they came, then worked off while their sender goes on.

A list is known by its content and what was asked for it: the same again is the same upload. How far it has come stands beside it and is
written after each group of lines; a restart goes on from there, and lines that were taken twice change nothing.
"""

import asyncio
import hashlib
import io
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

import msgspec
import structlog

from coordinator.files.durable import rename_durably
from coordinator.files.held import UNFINISHED
from coordinator.files.whole import written
from coordinator.intake.kept_uploads import DIRECTORY, Kind, LineError, Upload, list_of, read_upload
from coordinator.intake.texts import opened
from coordinator.node import Node
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from coordinator.writer.outcome import Outcome, Result
from core.deciding import AnswerT, Command, Order
from core.factoring.commands.numbers import DescribeNumber, SubmitComposite
from core.factoring.formats.uploading import Line, command_of, difficulty_of, kind_of, lines_of
from core.refusals import BadInput, Refusal

MAX_BYTES = 64 * 1024 * 1024
AT_ONCE_LINES = 1_000
_GROUP = 200
_HELD = "held"
_ERRORS_KEPT = 1_000
_AGAIN_SECONDS = 1.0
_PATIENCE_SECONDS = 3.0

_log = structlog.get_logger(__name__)


class Taking(msgspec.Struct, frozen=True):
    """The way in which a list is taken.

    Attributes:
        kind: in which form it is.
        priority: of its numbers, None for the usual one.
        project: that its numbers join, empty for none.
        target: the t-level that they are to reach, in digits, None for the usual one.
    """

    kind: Kind = "auto"
    priority: int | None = None
    project: str = ""
    target: float | None = None


class Uploads:
    """The lists that were uploaded.

    Args:
        node: where their numbers go.
        ceiling_digits: the most digits that a number may have.
    """

    def __init__(self, node: Node, ceiling_digits: int) -> None:
        self._node = node
        self._ceiling = ceiling_digits
        self._directory = node.directory / DIRECTORY
        self._directory.mkdir(exist_ok=True)
        self._settling = asyncio.Lock()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._clear()

    async def receive(
        self, content: AsyncIterator[bytes], taking: Taking, actor: str | None, *, hold: bool = False
    ) -> Upload:
        """Keep a list as it comes; the same list again is the upload that it was.

        Args:
            content: of the file.
            taking: how it is taken.
            actor: who sends it.
            hold: whether it waits until `work_off` is asked for, also over a restart.

        Raises:
            BadInput: it is empty, or its header is wrong.
        """
        partial = self._directory / f"{uuid.uuid4()}{UNFINISHED}"
        try:
            digest = await _stored(content, partial)
            if taking != Taking():
                digest.update(msgspec.json.encode(msgspec.structs.astuple(taking)))
            async with self._settling:
                return await self._kept(partial, digest.hexdigest()[:32], taking, actor, hold=hold)
        finally:
            partial.unlink(missing_ok=True)

    async def _kept(self, partial: Path, upload_id: str, taking: Taking, actor: str | None, *, hold: bool) -> Upload:
        """Return the upload of this id; it is made of a list that has come, where there is none."""
        known = self._read(upload_id)
        if known is not None:
            return known
        upload = Upload(
            upload_id=upload_id,
            status=_HELD if hold else "received",
            kind=await asyncio.to_thread(_kind_of, partial, taking.kind),
            actor=actor,
            priority=taking.priority,
            project=taking.project,
            target_t_level=taking.target,
            total_lines=await asyncio.to_thread(_lines_in, partial),
        )
        await asyncio.to_thread(rename_durably, partial, self._list(upload_id))
        await asyncio.to_thread(self._write, upload)
        return upload

    def _clear(self) -> None:
        """Remove lists of which a stop has kept it from saying that it has them."""
        for path in self._directory.iterdir():
            if path.suffix == UNFINISHED or (path.suffix == ".list" and self._read(path.stem) is None):
                path.unlink()

    def status(self, upload_id: str) -> Upload:
        """Return how far an upload has come.

        Raises:
            Unknown: there is no such upload.
        """
        return read_upload(self._node.directory, upload_id)

    async def work_off(self, upload: Upload, *, wait: bool) -> Upload:
        """Take the lines that have not been taken yet, in the background; whoever waits does so for a few seconds at most."""
        if upload.status in {_HELD, "received", "running"} and upload.upload_id not in self._running:
            if upload.status == _HELD:  # so that whoever looks before its first lines are taken sees that it goes on
                upload.status = "received"
                self._write(upload)
            task = asyncio.create_task(self._run(upload))
            self._running[upload.upload_id] = task
            task.add_done_callback(lambda _: self._running.pop(upload.upload_id, None))
        task_or_none = self._running.get(upload.upload_id)
        if wait and task_or_none is not None:
            done, _ = await asyncio.wait({task_or_none}, timeout=_PATIENCE_SECONDS)
            for task in done:
                task.result()  # what became of it is raised here
        return self.status(upload.upload_id)

    async def resume(self) -> None:
        """Go on with what a stop has interrupted."""
        for path in sorted(self._directory.glob("*.json")):
            upload = self._read(path.stem)
            if upload is not None and upload.status in {"received", "running"}:
                await self.work_off(upload, wait=False)

    async def close(self) -> None:
        """Stop between two groups of lines; the next start goes on."""
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def is_long(self, upload: Upload) -> bool:
        """Tell whether a list is too long to wait for."""
        with self._list(upload.upload_id).open("rb") as file:
            return sum(1 for _ in islice(file, AT_ONCE_LINES + 2)) > AT_ONCE_LINES + 1

    async def _run(self, upload: Upload) -> None:
        upload.status = "running"
        pace = _Pace(upload)
        try:
            with opened(self._list(upload.upload_id)) as file:
                remaining = (line for line in lines_of(file, upload.kind) if line.line > upload.lines)
                while group := await asyncio.to_thread(list, islice(remaining, _GROUP)):
                    await self._take(upload, group)
                    upload.lines = group[-1].line
                    pace.note(upload)
                    await self._keep(upload)
            upload.status, upload.lines = "finished", max(upload.lines, upload.total_lines)
        except BadInput as refusal:
            upload.status, upload.reason = "failed", refusal.sentence
        await self._keep(upload)

    async def _keep(self, upload: Upload) -> None:
        """Write down how far an upload has come, again and again while that can't be written."""
        while True:
            try:
                await asyncio.to_thread(self._write, upload)
            except OSError as error:
                _log.warning("upload_waits", upload=upload.upload_id, error=str(error))
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return

    async def _take(self, upload: Upload, group: list[Line]) -> None:
        """Take a group of lines: the numbers, with the work that was done on them."""
        asked: list[tuple[Line, SubmitComposite]] = []
        for line in group:
            try:
                difficulty_of(line)
                asked.append((line, await asyncio.to_thread(wanted_of, upload, line, self._ceiling)))
            except BadInput as refusal:
                _complain(upload, line, refusal.sentence)
        forms: list[tuple[Line, DescribeNumber]] = []
        for (line, _), result in zip(asked, await self._perform(upload, asked), strict=True):
            if isinstance(result, Outcome):
                counted = f"{result.answer.outcome}_composites"
                setattr(upload, counted, getattr(upload, counted) + 1)
                if (difficulty := difficulty_of(line)) is not None:
                    forms.append((line, DescribeNumber(result.answer.number, difficulty)))
            else:
                _complain(upload, line, str(result))
        for (line, _), noted in zip(forms, await self._perform(upload, forms, of="form"), strict=True):
            if not isinstance(noted, Outcome):
                _complain(upload, line, str(noted))

    async def _perform(
        self, upload: Upload, asked: Sequence[tuple[Line, Command[AnswerT]]], of: str = "0"
    ) -> list[Result[AnswerT]]:
        """Have commands performed, again and again while nothing can be written."""
        while True:
            orders = [
                Order(
                    command=command,
                    now=now(),
                    correlation=str(uuid.uuid4()),
                    actor=upload.actor,
                    route="uploads",
                    key=f"upload-{upload.upload_id}-{line.line}-{of}",
                    content=msgspec.json.encode(line.fields),
                )
                for line, command in asked
            ]
            try:
                results = await self._node.perform_all(orders)
            except Unavailable as error:
                results = [error]
            if not any(isinstance(result, Unavailable) for result in results):
                faults = [result for result in results if not isinstance(result, Outcome | Refusal)]
                if faults:
                    _log.error("upload_lines_failed", upload=upload.upload_id, error=repr(faults[0]))
                return results
            await asyncio.sleep(_AGAIN_SECONDS)

    def _list(self, upload_id: str) -> Path:
        return list_of(self._node.directory, upload_id)

    def _read(self, upload_id: str) -> Upload | None:
        path = self._directory / f"{upload_id}.json"
        return msgspec.json.decode(path.read_bytes(), type=Upload) if path.exists() else None

    def _write(self, upload: Upload) -> None:
        with written(self._directory / f"{upload.upload_id}.json") as file:
            file.write(msgspec.json.encode(upload))


def wanted_of(upload: Upload, line: Line, ceiling_digits: int) -> SubmitComposite:
    """Return what a line of an upload asks for.

    Raises:
        BadInput: a column does not hold what it should.
    """
    target = None if upload.target_t_level is None else round(upload.target_t_level * 1000)
    return command_of(line, ceiling_digits, upload.priority, upload.project, target)


class _Pace:
    """How fast a list is taken, since it was begun or gone on with."""

    def __init__(self, upload: Upload) -> None:
        self._began, self._before = time.monotonic(), upload.lines

    def note(self, upload: Upload) -> None:
        """Write down how fast it goes, and how long it will go on."""
        per_second = (upload.lines - self._before) / max(time.monotonic() - self._began, 0.001)
        upload.per_second = round(per_second, 1)
        upload.seconds_left = round(max(upload.total_lines - upload.lines, 0) / per_second, 1) if per_second else None


def _complain(upload: Upload, line: Line, sentence: str) -> None:
    upload.invalid_lines += 1
    if len(upload.errors) < _ERRORS_KEPT:
        upload.errors.append(LineError(line.line, sentence))


async def _stored(content: AsyncIterator[bytes], path: Path) -> "hashlib._Hash":
    """Write what comes into a file; return the hash of it."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        async for piece in content:
            digest.update(piece)
            await asyncio.to_thread(file.write, piece)
    return digest


def _kind_of(path: Path, kind: str) -> str:
    """Tell CSV from text by the first line, and look at the header while its sender still listens.

    Raises:
        BadInput: the list is empty, or its header is wrong.
    """
    with opened(path) as file:
        first = file.readline(10_000)
    if not first.strip():
        raise BadInput("The file begins with an empty line or is empty; one number or expression a line is accepted.")
    if kind == "auto":
        kind = kind_of(first)
    if kind == "csv":
        next(lines_of(_lines(io.StringIO(first)), "csv"), None)
    return kind


def _lines_in(path: Path) -> int:
    with opened(path) as file:
        return sum(1 for _ in file)


def _lines(file: IO[str]) -> Iterator[str]:
    yield from file

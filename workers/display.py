"""The display of a worker: log lines always, and on a terminal a bar below them for each computation that runs.

Log lines are JSON, one a line, unless a person looks at them on a terminal. They never hold a key.
"""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import IO, Any, BinaryIO, Protocol, TextIO, cast

import msgspec
import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text
from structlog.typing import EventDict, Processor, WrappedLogger

from core.legibility import on_one_line

_encode = msgspec.json.Encoder(enc_hook=repr).encode


class Display(Protocol):
    """Shows how far the computations are."""

    def showing(self, seat: int, what: str, steps: int) -> AbstractContextManager[Callable[[int], None]]:
        """Show one from entry to exit; what is entered takes how many steps further it is."""
        ...


class LogLines:
    """Shows nothing beside what is logged."""

    @contextmanager
    def showing(self, seat: int, what: str, steps: int) -> Iterator[Callable[[int], None]]:  # noqa: ARG002 - see Display
        """Show nothing."""
        yield lambda _: None


class Bars:
    """Shows a bar for each.

    Args:
        progress: where the bars are.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @contextmanager
    def showing(self, seat: int, what: str, steps: int) -> Iterator[Callable[[int], None]]:
        """Show a bar."""
        task = self._progress.add_task(what, total=steps, seat=seat)
        try:
            yield lambda further: self._progress.advance(task, further)
        finally:
            self._progress.remove_task(task)


class _Lossy:
    """A stream that loses what it can't write: neither a terminal that was closed nor a full disk shall cost work.

    Args:
        stream: where to.
    """

    def __init__(self, stream: IO[Any]) -> None:
        self._stream = stream

    def write(self, said: str | bytes) -> int:
        """Write it, if that can be."""
        with suppress(OSError):
            self._stream.write(said)
        return len(said)

    def flush(self) -> None:
        """Have it written, if that can be."""
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def display() -> Iterator[Display]:
    """Set up logging to standard error, and bars when it is a terminal in front; called once, by whoever starts the worker."""
    stream = sys.stderr
    if not stream.isatty():
        _set_up_logging(
            structlog.BytesLoggerFactory(cast("BinaryIO", _Lossy(stream.buffer))),
            structlog.processors.format_exc_info,
            _json_line,
        )
        yield LogLines()
        return
    console = Console(file=cast("TextIO", _Lossy(stream)))
    _set_up_logging(lambda *_: _AboveBars(console), _on_one_line, structlog.dev.ConsoleRenderer())
    if not _is_in_front(stream):
        yield LogLines()
        return
    columns = (
        TextColumn("{task.fields[seat]:>3} {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bars(progress)


def _is_in_front(stream: TextIO) -> bool:
    """Tell whether a terminal is ours to draw on: it is not in the background, where a shell draws its own."""
    try:
        return os.tcgetpgrp(stream.fileno()) == os.getpgrp()
    except OSError:  # it is another session's terminal
        return False


class _AboveBars:
    """Writes log lines where they don't disturb the bars."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def msg(self, line: str) -> None:
        self._console.print(Text.from_ansi(line), soft_wrap=True)

    debug = info = warning = error = critical = exception = msg


def _set_up_logging(factory: Callable[..., object], *rendering: Processor) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *rendering,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )


def _on_one_line(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Spell out what would command the terminal: a coordinator passes on the words of people."""
    return {name: on_one_line(value) if isinstance(value, str) else value for name, value in event.items()}


def _json_line(_: WrappedLogger, __: str, event: EventDict) -> bytes:
    return _encode({**{name: event.pop(name) for name in ("timestamp", "level", "event")}, **event})

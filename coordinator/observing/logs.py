"""Log lines: JSON, one a line, unless a person looks at them on a terminal.

The names of events are stable; docs/reference lists them. Lines never hold bodies, keys or clients' names. What happened many
times is logged at once, `log.info("request", each=[...])`: a line for each, in one write.
"""

import logging
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import IO, Any, BinaryIO, TextIO, cast

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from core.legibility import on_one_line

_encode = msgspec.json.Encoder(enc_hook=repr).encode

_STAMPED: tuple[Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.MaybeTimeStamper(fmt="iso", utc=True),
)
# Not the default, which shows the local variables of every frame: keys and names among them.
_for_people = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)


class _Lossy:
    """A stream that loses what it can't write: it often is a file on the very disk that is full, or a terminal that was closed.

    Nobody's request may fail because of that, let alone wait for ever for a writer that stumbled over a line; nor may it keep
    what runs there from ending in good order.
    """

    def __init__(self, stream: IO[Any]) -> None:
        self._stream = stream

    def write(self, line: str | bytes) -> None:
        """Write a line, if that can be."""
        with suppress(OSError):
            self._stream.write(line)

    def flush(self) -> None:
        """Have it written, if that can be."""
        with suppress(OSError):
            self._stream.flush()


def set_up(stream: TextIO = sys.stderr) -> None:
    """Write log lines to a stream; called once, by whoever starts a process.

    Args:
        stream: where to.
    """
    if stream.isatty():
        for_people: tuple[Processor, ...] = (*_STAMPED, _text_of_each)
        _configure(for_people, structlog.PrintLoggerFactory(cast("TextIO", _Lossy(stream))))
        _take_over_standard_library(stream, for_people)
    else:
        _configure((json_line,), structlog.BytesLoggerFactory(cast("BinaryIO", _Lossy(stream.buffer))))
        _take_over_standard_library(stream, (_json_text,))


def _configure(processors: Iterable[Processor], factory: Callable[..., WrappedLogger]) -> None:
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=factory,
        cache_logger_on_first_use=True,
    )


def _take_over_standard_library(stream: TextIO, processors: Iterable[Processor]) -> None:
    """Have what libraries log written in the same form."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *processors],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)


def json_line(logger: WrappedLogger, name: str, event: EventDict) -> bytes:
    """Make a line of JSON, or of each thing that happened one, in one step: every request writes a line."""
    each = event.pop("each", None)
    if each is not None:
        return b"\n".join([json_line(logger, name, {**event, **one}) for one in each])
    if event.get("exc_info"):
        event = structlog.processors.format_exc_info(logger, name, event)
    # What a line brings itself, as its own time, stands in the place of what is said here.
    return _encode({"timestamp": datetime.now(UTC), "level": name, "event": event.pop("event"), **event})


def _text_of_each(logger: WrappedLogger, name: str, event: EventDict) -> str:
    each = event.pop("each", ({},))
    return "\n".join(_for_people(logger, name, _on_one_line({**event, **one})) for one in each)


def _on_one_line(event: EventDict) -> EventDict:
    """Spell out what would command the terminal: an address that was asked for may hold anything."""
    return {field: on_one_line(value) if isinstance(value, str) else value for field, value in event.items()}


def _json_text(logger: WrappedLogger, name: str, event: EventDict) -> str:
    return json_line(logger, name, event).decode()

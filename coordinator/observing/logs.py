"""Log lines: JSON, one a line, unless a person looks at them on a terminal.

The names of events are stable; docs/ lists them. Lines never hold bodies, keys or clients' names.
"""

import logging
import sys
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_encode = msgspec.json.Encoder(enc_hook=repr).encode

_SHARED: tuple[Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def set_up(stream: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Write log lines to a stream; called once, by whoever starts a process.

    Args:
        stream: where to.
        level: the least level that is written.
    """
    person_looks = stream.isatty()
    rendering: tuple[Processor, ...] = (
        (structlog.dev.ConsoleRenderer(),) if person_looks else (structlog.processors.format_exc_info, _render)
    )
    structlog.configure(
        processors=[*_SHARED, *rendering],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream)
        if person_looks
        else structlog.BytesLoggerFactory(stream.buffer),
        cache_logger_on_first_use=True,
    )
    _take_over_standard_library(stream, level, rendering)


def _take_over_standard_library(stream: TextIO, level: int, rendering: tuple[Processor, ...]) -> None:
    """Have what libraries log written in the same form."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *rendering[:-1],
                _as_text(rendering[-1]),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.WARNING))


def _render(_: WrappedLogger, __: str, event: EventDict) -> bytes:
    first = {"timestamp": event.pop("timestamp"), "level": event.pop("level"), "event": event.pop("event")}
    return _encode({**first, **event})


def _as_text(render: Processor) -> Processor:
    """Return a renderer whose lines are text, as the standard library wants them."""

    def rendered(logger: WrappedLogger, name: str, event: EventDict) -> Any:
        line = render(logger, name, event)
        return line.decode() if isinstance(line, bytes) else line

    return rendered

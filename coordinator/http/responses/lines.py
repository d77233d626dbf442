"""Connections that a stream may be written to at once, past ASGI, which has only ways to write that wait."""

from collections.abc import Callable
from typing import cast

from litestar.types import Scope

from coordinator.live.audience import Line

EXTENSION = "tallystick.line"
"""The extension of ASGI by which the server offers them: `open` returns the request's `Line`, `gone` tells of its sender."""


def line_of(scope: Scope) -> Line | None:
    """Return the line of a request whose answer has begun and is a stream; None where the server offers none."""
    offered = cast("dict[str, Callable[[], Line]]", (scope.get("extensions") or {}).get(EXTENSION))
    # To HEAD nothing is written of what the route produces.
    return None if offered is None or scope["state"]["looks_only"] else offered["open"]()


def has_gone(scope: Scope) -> bool:
    """Tell whether whoever sent a request has hung up, as far as the server knows."""
    offered = cast("dict[str, Callable[[], bool]]", (scope.get("extensions") or {}).get(EXTENSION))
    return offered is not None and offered["gone"]()


def chunk_of(body: bytes) -> bytes:
    """Return a body as it is written where an answer's length is not known before its end (RFC 9112, section 7.1)."""
    return b"%x\r\n%b\r\n" % (len(body), body)

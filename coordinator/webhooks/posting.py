"""POST requests to receivers: bounded in time and in what is read, and only to where they may go."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpcore
import msgspec

from coordinator.webhooks.guarding import Guard
from core.notifications.decide import MOST_LIVING
from core.refusals import BadInput

_SECONDS = 15.0
"""For one attempt, from looking up the name to the last byte of the answer."""
_MOST_BYTES = 64 * 1024
_LONGEST_WAIT = 86_400.0
_UNUSED_SECONDS = 30.0


class TurnedDown(Exception):  # noqa: N818 - names what happened
    """A delivery was not taken; says why.

    Attributes:
        gone: whether the receiver says that it never will be again.
        wait: seconds for which the receiver wants to be left alone.
    """

    def __init__(self, reason: str, *, gone: bool = False, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.gone = gone
        self.wait = wait


class Poster:
    """Sends to receivers, over connections that are kept while they are used.

    Args:
        guard: where to.
    """

    def __init__(self, guard: Guard) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=MOST_LIVING,  # one each: nobody waits until others have answered
            keepalive_expiry=_UNUSED_SECONDS,
            network_backend=_Guarded(guard),
        )

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """Have a receiver take a body; a redirect is not followed.

        Raises:
            TurnedDown: it has not.
        """
        try:
            async with (
                asyncio.timeout(_SECONDS),
                self._pool.stream("POST", url, headers=list(headers.items()), content=body) as response,
            ):
                read = 0
                async for piece in response.aiter_stream():
                    read += len(piece)
                    if read > _MOST_BYTES:
                        break
        except TimeoutError:
            raise TurnedDown(f"It did not answer within {_SECONDS:.0f} seconds.") from None
        except (BadInput, OSError, *_TROUBLES) as error:
            raise TurnedDown(str(error) or type(error).__name__) from error
        if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            raise TurnedDown(
                f"It answered {response.status}.",
                gone=response.status == HTTPStatus.GONE,
                wait=_wait(response.headers),
            )

    async def close(self) -> None:
        """Hang up."""
        await self._pool.aclose()


_TROUBLES = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
)


class _Guarded(httpcore.AnyIOBackend):
    """Opens connections to addresses that were looked at, whatever a name stands for by then."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - its own interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Open a connection."""
        address = await self._guard.resolve(host, port)
        return await super().connect_tcp(address, port, timeout, local_address, socket_options)


def _wait(headers: Iterable[tuple[bytes, bytes]]) -> float:
    """Return for how many seconds a receiver wants to be left alone; what can't be read is none."""
    for name, value in headers:
        if name.lower() == b"retry-after":
            text = value.decode("latin-1").strip()
            try:
                seconds = float(text) if text.isdecimal() else parsedate_to_datetime(text).timestamp() - time.time()
            except (ValueError, OverflowError):
                return 0.0
            return min(max(seconds, 0.0), _LONGEST_WAIT)
    return 0.0


class Message(msgspec.Struct, frozen=True):
    """The body of a delivery, as Standard Webhooks has it: the event's type, when it happened, and the event."""

    type: str
    timestamp: str
    data: msgspec.Raw

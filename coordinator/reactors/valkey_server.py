"""A Valkey server, as the coordinator speaks with it; imported only where there is one, since its client is large."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from valkey import asyncio as valkey
from valkey.exceptions import ResponseError, ValkeyError

from coordinator.reactors.queue import QueueAway
from core.tasks.valkey_address import require_valkey

_PATIENCE_SECONDS = 2.0


class ValkeyServer:
    """Speaks with one Valkey server, and says `QueueAway` when that does not answer.

    Args:
        url: `valkey://localhost:6379`.

    Raises:
        BadInput: the address is none.
    """

    def __init__(self, url: str) -> None:
        require_valkey(url)
        self._client: Any = valkey.Valkey.from_url(
            url, decode_responses=True, socket_timeout=_PATIENCE_SECONDS, socket_connect_timeout=_PATIENCE_SECONDS
        )

    def script(self, text: str) -> Any:
        """Return a script to be called with `keys` and `args`."""
        return self._client.register_script(text)

    @asynccontextmanager
    async def speaking(self) -> AsyncIterator[Any]:
        """Lend the client.

        Raises:
            QueueAway: the server can't be reached, or refuses what it is asked for.
        """
        try:
            yield self._client
        except ResponseError as error:
            reason = str(error).partition(" script: ")[0].rstrip(".")  # where in a script it was refused
            raise QueueAway(f"Valkey refuses what it is asked for: {reason}.") from error
        except (ValkeyError, OSError, TimeoutError) as error:
            reason = str(error).rstrip(".")
            raise QueueAway(f"Valkey can't be reached: {reason}.") from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

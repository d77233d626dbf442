"""Sessions on every node: the one that writes tells the others, so that whoever has signed in stays so when it is gone.

They are told from node to node and held in memory. In PostgreSQL whoever owns the database could make one for himself.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

import httpx
import msgspec

from coordinator.http.admission.sessions import Kept, Sessions
from coordinator.pen.standing import Standing

PATH = "/nodes/sessions"
_AGAIN_SECONDS = 5.0
"""After so long at most a node that has started anew knows them."""
_PATIENCE_SECONDS = 1.0


class Told(msgspec.Struct, frozen=True):
    """All sessions there are.

    Attributes:
        term: of the node that tells.
        sessions: by the hash of their cookie.
    """

    term: int
    sessions: dict[str, Kept]


def learn(sessions: Sessions, standing: Standing, body: bytes) -> bool:
    """Take the sessions that another node tells of, unless it writes no more; return whether it could be read."""
    try:
        told = msgspec.msgpack.decode(body, type=Told)
    except msgspec.MsgspecError:
        return False
    if not standing.holding and told.term >= standing.term:
        sessions.learn(told.sessions)
    return True


@asynccontextmanager
async def telling(sessions: Sessions, standing: Standing, identity: ssl.SSLContext) -> AsyncIterator[None]:
    """Have the other nodes know of the sessions while this one writes, from entry to exit."""
    others = {name: address for name, address in standing.peers.items() if name != standing.own}
    async with httpx.AsyncClient(verify=identity, timeout=_PATIENCE_SECONDS, trust_env=False) as client:
        task = asyncio.create_task(_keep_telling(client, sessions, standing, others))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _keep_telling(
    client: httpx.AsyncClient, sessions: Sessions, standing: Standing, others: Mapping[str, str]
) -> None:
    while True:
        sessions.changed.clear()
        if standing.holding:
            body = msgspec.msgpack.encode(Told(standing.term, sessions.all()))
            await asyncio.gather(*(_tell(client, address, body) for address in others.values()))
        with suppress(TimeoutError):
            async with asyncio.timeout(_AGAIN_SECONDS):
                await sessions.changed.wait()


async def _tell(client: httpx.AsyncClient, address: str, body: bytes) -> None:
    """Tell one node; one that is not there is told later."""
    with suppress(httpx.HTTPError):
        await client.put(f"https://{address}{PATH}", content=body)

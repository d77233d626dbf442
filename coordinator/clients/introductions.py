"""Claims by which clients call themselves, sealed only while a client may be new."""

import asyncio
import sqlite3
from collections import OrderedDict

from coordinator.files.durable import Displaced
from coordinator.projecting.readers import Readers
from coordinator.sealing import SealingKeys
from coordinator.unavailable import Unavailable
from core.clients.naming import check_name
from core.deciding import ClientClaim
from projections.clients.state import number_named

_REMEMBERED = 50_000


class Introductions:
    """Makes the claims that orders carry.

    Sealing a name writes to disk. It is done only when the clients' file does not have the name yet, and once: until
    the first order under that name is recorded, later ones carry the same sealed name.

    Args:
        sealing: the keys under which names are sealed.
        clients: readers of the clients' projections file.
    """

    def __init__(self, sealing: SealingKeys, clients: Readers) -> None:
        self._sealing = sealing
        self._clients = clients
        self._known: OrderedDict[str, ClientClaim] = OrderedDict()
        self._pending: OrderedDict[str, ClientClaim] = OrderedDict()
        self._turn = asyncio.Lock()

    async def claim(self, name: str) -> ClientClaim:
        """Return the claim for a name, sealed when the client may be new.

        Raises:
            BadInput: the name is not acceptable.
            Unavailable: its seal can't be written.
        """
        known = self._known.get(name)
        if known is not None:
            return known
        check_name(name)
        async with self._turn:
            if await self._clients.query(number_named, name) is not None:
                self._pending.pop(name, None)
                return _keep(self._known, name, ClientClaim(name))
            return self._pending.get(name) or _keep(self._pending, name, await self._seal(name))

    async def _seal(self, name: str) -> ClientClaim:
        try:
            return await asyncio.to_thread(self._sealing.seal, name)
        except (sqlite3.OperationalError, Displaced) as error:
            raise Unavailable.because(error) from error

    def forget(self, name: str) -> None:
        """Treat a name as new from now on: its seal was destroyed."""
        self._known.pop(name, None)
        self._pending.pop(name, None)


def _keep(claims: OrderedDict[str, ClientClaim], name: str, claim: ClientClaim) -> ClientClaim:
    claims[name] = claim
    if len(claims) > _REMEMBERED:
        claims.popitem(last=False)
    return claim

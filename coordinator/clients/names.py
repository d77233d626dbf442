"""The names of clients and users, kept in memory beside the file: pages name a few of many, and most name some.

Who asks is told what has changed since somebody asked before, so that an answer costs the same for many clients as for
few. A client takes some 200 bytes.
"""

import sqlite3
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Generic

from coordinator.projecting.readers import Readers
from projections.clients import state
from projections.clients.state import Bearer, Naming

_Since = Callable[[sqlite3.Connection, int], list[Naming[Bearer]]]
"""(connection, position) → the names that changed after that position, in the order of their changes."""


class _KeptNames(Generic[Bearer]):
    """The names of all who have one, by their number; gone with the file.

    Args:
        readers: of the file.
        since: reads the names that changed after a position.
    """

    def __init__(self, readers: Readers, since: _Since[Bearer]) -> None:
        self._readers = readers
        self._since: _Since[Bearer] = since
        self._upto = 0
        self._names: dict[Bearer, str] = {}
        self._shown: Mapping[Bearer, str] = MappingProxyType(self._names)

    async def now(self) -> Mapping[Bearer, str]:
        """Return the names as they are at this moment or later."""
        changed = await self._readers.query(self._since, self._upto)
        if changed and changed[-1].since > self._upto:  # else somebody who asked beside this one has read further
            self._upto = changed[-1].since
            for one in changed:
                if one.name is None:
                    self._names.pop(one.bearer, None)
                else:
                    self._names[one.bearer] = one.name
        return self._shown


def _of_clients(readers: Readers) -> _KeptNames[int]:
    return _KeptNames(readers, state.clients_named_since)


def _of_users(readers: Readers) -> _KeptNames[str]:
    return _KeptNames(readers, state.users_named_since)


async def client_names(readers: Readers) -> Mapping[int, str]:
    """Return what clients are called that have not been forgotten, by number; it follows what changes.

    Args:
        readers: of the projections of clients, of today or of a moment of the past.

    Raises:
        Unavailable: they can't be read just now.
    """
    return await readers.companion(_of_clients).now()


async def user_names(readers: Readers) -> Mapping[str, str]:
    """Return what users are called that have a name, by `user-3`; it follows what changes.

    Args:
        readers: of the projections of clients, of today or of a moment of the past.

    Raises:
        Unavailable: they can't be read just now.
    """
    return await readers.companion(_of_users).now()

"""Withdrawing in an office what a running coordinator withdraws at its HTTP door."""

import asyncio
from types import SimpleNamespace

from coordinator.http.factoring.correcting import withdrawing


class _Asked:
    def __init__(self, connection):
        self._connection = connection

    async def query(self, function, *arguments):
        return function(self._connection, *arguments)


def withdrawal(office, positions):
    """Return the command that has events not count any more."""
    office.factoring.flush()
    house = SimpleNamespace(
        log_readers=_Asked(office.log.connection),
        readers={"factoring": _Asked(office.factoring.connection)},
        registry=office.committer.registry,
    )
    return asyncio.run(withdrawing(house, positions, "mistaken"))

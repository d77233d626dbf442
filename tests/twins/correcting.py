"""Withdrawing in an office what a running coordinator withdraws at its HTTP door."""

import asyncio
from types import SimpleNamespace

from coordinator.http.factoring.correcting import withdrawing
from coordinator.writer.batch import Outcome


class _Asked:
    def __init__(self, connection):
        self._connection = connection

    async def query(self, function, *arguments):
        return function(self._connection, *arguments)


def correct(office, positions, *, undo):
    """Have events not count any more, or take that back."""
    office.factoring.flush()
    node = SimpleNamespace(
        log_readers=_Asked(office.log.connection),
        readers={"factoring": _Asked(office.factoring.connection)},
        registry=office.committer.registry,
    )
    result = office.result(asyncio.run(withdrawing(node, positions, "mistaken")), client=None)
    assert isinstance(result, Outcome), result
    if office.committer.files["factoring"].degraded:
        office.reopen()

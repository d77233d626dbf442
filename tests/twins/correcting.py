"""Withdrawing in an office what a running coordinator withdraws at its HTTP door."""

import asyncio
from types import SimpleNamespace

from coordinator.operations.withdrawing import withdrawing
from coordinator.writer.batch import Outcome
from tests.office import Office


class _Asked:
    def __init__(self, connection):
        self._connection = connection

    async def query(self, function, *arguments):
        return function(self._connection, *arguments)


WHOLE = hasattr(Office, "correct")
"""Whether a correction leaves what would be there without what it withdraws; what can't be expected before is not tried."""


def correct(office, positions, *, undo):
    """Have events not count any more, or take that back."""
    if WHOLE:
        office.correct(positions, "mistaken", undo=undo)
        return
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

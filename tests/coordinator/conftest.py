"""What coordinators in this process share."""

import asyncio

import pytest

from coordinator import opening
from coordinator.processes.children import ForkServer
from coordinator.reactors import relatives


class Lasting(ForkServer):
    """A fork server for one coordinator after the other: to begin one takes longer than most of what its children are asked."""

    def end(self):
        """Stay for the next one."""


@pytest.fixture(scope="session", autouse=True)
def fork_server():
    """Where the children of all coordinators come from."""
    fork_server = Lasting("core.contexts", "coordinator.past.materialising")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "ForkServer", lambda *_: fork_server)
        yield fork_server
    super(Lasting, fork_server).end()


@pytest.fixture(scope="session", autouse=True)
def nobody_compares():
    """Numbers of tests share primes: they would be taken apart in the middle of a test once they were held against each other.

    Even the look right after a start comes too early: a test may have sent its numbers before it.
    """

    async def look_never(node):
        await asyncio.Event().wait()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relatives, "run", look_never)
        yield

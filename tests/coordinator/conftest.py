"""What coordinators in this process share."""

import asyncio

import pytest

from coordinator import opening
from coordinator.processes.children import Nursery
from coordinator.reactors import relatives


class Lasting(Nursery):
    """A nursery for one coordinator after the other: to begin one takes longer than most of what its children are asked."""

    def end(self):
        """Stay for the next one."""


@pytest.fixture(scope="session", autouse=True)
def nursery():
    """Where the children of all coordinators come from."""
    nursery = Lasting("core.contexts", "coordinator.past.materialising")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "Nursery", lambda *_: nursery)
        yield nursery
    super(Lasting, nursery).end()


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

"""What coordinators in this process share."""

import pytest

from coordinator import opening
from coordinator.processes.children import Nursery


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

"""Counting every number's effort anew, from the curves on record, as a background job; nothing is changed."""

from coordinator.node import Node
from coordinator.processes.background import BackgroundJob
from coordinator.processes.progress import Report
from projections.factoring.credit import recount

RECOUNT = "counting all numbers anew"
_AT_ONCE = 50


class Recount:
    """One counting anew, a few numbers at a time.

    Attributes:
        processed: how many numbers were counted.
        differing: the ids of those whose effort on record is not what their curves amount to.
    """

    def __init__(self, node: Node) -> None:
        self.processed = 0
        self.differing: list[int] = []
        self._factoring = node.readers["factoring"]

    async def __call__(self, _: Report) -> None:
        """Count them all."""
        last = 0
        while numbers := await self._factoring.query(recount.countable, last, _AT_ONCE):
            found = await self._factoring.query(recount.recount, numbers)
            self.differing += [one.number.id for one in found if not one.agrees]
            self.processed += len(found)
            last = numbers[-1]


def newest(node: Node) -> tuple[BackgroundJob, Recount] | None:
    """Return the newest counting anew since the coordinator started."""
    job = node.background.known.get(RECOUNT)
    if job is None:
        return None
    assert isinstance(job.work, Recount)
    return job, job.work

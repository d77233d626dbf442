"""Holding the pen of a log that nodes share: taken again when it was lost, and told to those who watch."""

from coordinator.node import Node
from coordinator.writer.batch import Committer
from core.events.envelope import Event

_TOLD = 10_000
"""Of so many events that came while the pen was away those who watch are told; of more, of the newest."""


async def hold(node: Node) -> None:
    """Try once to take the pen, unless this node holds it.

    Raises:
        Unavailable: the coordinator is stopping.
    """
    pen = node.pen
    if pen is None or pen.held:
        return
    came: list[Event] = []

    def take(committer: Committer) -> None:
        before = committer.folded.position
        if pen.attempt():
            committer.catch_up()
            end = committer.log.head().position
            came.extend(map(committer.registry.event, committer.log.read(max(before, end - _TOLD), _TOLD)))

    await node.writer.between_batches(take)
    if came:
        node.writer.caught_up(came)

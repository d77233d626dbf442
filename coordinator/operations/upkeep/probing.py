"""Finding out by oneself that the log can be written again, before anybody tries in vain."""

from functools import partial

import structlog

from coordinator.files.unusable import words_of
from coordinator.node import Node
from coordinator.time.repeating import every
from coordinator.writer.committing import Committer

_EVERY_SECONDS = 2.0

_log = structlog.get_logger(__name__)


async def run(node: Node) -> None:
    """Probe, until cancelled."""
    await every(_EVERY_SECONDS, "probe_failed", partial(probe, node))


async def probe(node: Node) -> None:
    """While something is amiss, try to write, and say in the writer's own words whether that is possible."""
    if node.writer.unavailable is None and not node.lag and node.log.in_place:
        return
    failures: list[Exception] = []

    def rehearse(committer: Committer) -> None:
        try:
            node.log.rehearse()
            if committer.behind:
                committer.catch_up()
        except Exception as error:  # whatever it is, it is why nothing can be written
            failures.append(error)

    await node.writer.between_batches(rehearse)
    if failures:
        node.writer.unavailable = f"Nothing can be written just now ({words_of(failures[0])})."
        return
    node.writer.applied = node.log.head().position
    if node.writer.unavailable is not None:
        node.writer.unavailable = None
        _log.info("log_writable_again")

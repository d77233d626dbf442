"""Whether anybody is here to do what is asked for."""

from coordinator.clients.presence import MINUTE
from coordinator.node import Node
from coordinator.setup.settings import Settings
from coordinator.time.wallclock import now
from core.contexts import KINDS
from core.timestamps import lately


def unattended(node: Node, settings: Settings) -> dict[str, str]:
    """Return the kinds of work that nobody does, each with a sentence that says why; of the past nobody knows.

    Nor does a node that follows: who is here is known where work is handed out. Workers that the coordinator starts
    itself are given a minute to turn up.
    """
    moment = now()
    if not node.knows_who_is_here:
        return {}
    if _starts_workers(node, settings, moment):
        return dict(node.hindrances)
    return {
        kind.name: (
            f"No worker that {kind.doing} was seen in the last minute; `tallystick work --kinds {kind.name}` starts one,"
            " and `tallystick serve --workers 2` two beside the coordinator."
        )
        for kind in KINDS.values()
        if kind.doing and not node.presence.works_on(kind.name, moment)
    } | node.hindrances


def starting(node: Node, settings: Settings) -> str:
    """Return a sentence where the workers that the coordinator starts itself have not turned up yet; of the past nobody knows."""
    moment = now()
    if node.moment is not None or not _starts_workers(node, settings, moment) or node.presence.count(moment):
        return ""
    if settings.workers == 1:
        return "The worker beside the coordinator is starting."
    return f"The {settings.workers} workers beside the coordinator are starting."


def _starts_workers(node: Node, settings: Settings, moment: int) -> bool:
    return settings.workers > 0 and lately(node.started_at, moment, MINUTE)

"""Has alarms that are raised in the log be those that there is reason for, as long as somebody wants to be told of them.

Nobody else needs them there: `/health` and metrics say what is not as it should be at the moment that they are asked.
"""

import uuid
from functools import partial

from coordinator.node import Node
from coordinator.observing.conditions import Condition, Watchman
from coordinator.time.repeating import every
from coordinator.time.wallclock import now
from core.deciding import Command, Order
from core.notifications.commands import ClearAlarm, RaiseAlarm
from core.notifications.events import AlarmRaised
from core.notifications.wanted import takes
from projections.notifications.state import alarms, subscriptions

CONTEXT = "notifications"
_EVERY_SECONDS = 5.0


async def run(node: Node, watchman: Watchman) -> None:
    """Reconcile every few seconds, until cancelled."""
    await every(_EVERY_SECONDS, "alarms_not_raised", partial(reconcile, node, watchman))


async def reconcile(node: Node, watchman: Watchman) -> None:
    """Raise what there is reason for, and clear what there is none for any more.

    Raises:
        Unavailable: it can't be recorded, as on a disk that is full already.
    """
    if CONTEXT in node.withheld:
        return
    reader = node.readers[CONTEXT]
    living = [one for one in await reader.query(subscriptions) if one.ended_at is None]
    if not any(takes(one.types, AlarmRaised.type) and not one.project for one in living):
        return
    known = await reader.query(alarms)
    watchman.remember(known)
    raised = frozenset((one.alarm, one.subject) for one in known if one.cleared_at is None)
    found = {(one.alarm, one.subject): one for one in await watchman.conditions(raised)}
    commands: list[Command] = [_raising(one) for key, one in found.items() if key not in raised]
    commands += [ClearAlarm(alarm=alarm, subject=subject) for alarm, subject in sorted(raised - found.keys())]
    for command in commands:
        await node.perform(Order(command=command, now=now(), correlation=str(uuid.uuid4()), actor="alarms"))


def _raising(one: Condition) -> RaiseAlarm:
    return RaiseAlarm(alarm=one.alarm, subject=one.subject, reason=one.reason)

"""Pauses: what no work is handed out for, and handing it out again."""

from typing import Any

import msgspec

from coordinator.node import Node
from coordinator.operations import steering
from coordinator.operations.steering import Of
from coordinator.pages.forms.posting import Sent
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import part_of
from core.contexts import KINDS


class _Wanted(msgspec.Struct, frozen=True):
    """A target that is to be paused, how, and why; or resumed."""

    of: Of = "everything"
    name: str = ""
    how: str = "pause"
    reason: str = ""


async def steering_page(node: Node, address: Address) -> dict[str, Any]:
    """Return what can be paused, and a page of what is."""
    pauses, paging = part_of(address, await steering.standing(node))
    return {"ofs": steering.OFS, "kinds": KINDS.values(), "pauses": pauses, "paging": paging}


async def pause(sent: Sent) -> str:
    """Pause or drain something."""
    wanted = sent.read(_Wanted)
    target = await steering.target_meant(sent.node, wanted.of, wanted.name)
    command = steering.pause_command(target, wanted.reason, drains=wanted.how == "drain")
    return sent.done(await sent.perform(command))


async def resume(sent: Sent) -> str:
    """Resume something."""
    wanted = sent.read(_Wanted)
    target = await steering.target_meant(sent.node, wanted.of, wanted.name)
    return sent.done(await sent.perform(steering.resume_command(target)))

"""Shares: by which weights projects get work, and what has a deadline."""

from typing import Any

import msgspec

from coordinator.node import Node
from coordinator.operations.sharing import deadline_command, known_shares, share_command
from coordinator.pages.forms.posting import Sent
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import HINTS, part_of


class _Share(msgspec.Struct, frozen=True):
    """A share: of which project, by what weight, and until when."""

    project: str = ""
    weight: int | None = None
    deadline: str | None = None
    endless: str = ""


class _Deadline(msgspec.Struct, frozen=True):
    """A deadline of a number; empty for none."""

    number: int
    deadline: str | None = None


async def shares_page(node: Node, address: Address) -> dict[str, Any]:
    """Return a page of the shares of projects, and one of the deadlines of numbers."""
    known = await known_shares(node)
    shares, paging = part_of(address, known.shares)
    deadlines, paging_of_deadlines = part_of(address, known.deadlines, "deadlines")
    return {
        "taking_turns": known.taking_turns,
        "shares": shares,
        "paging": paging,
        "deadlines": deadlines,
        "paging_of_deadlines": paging_of_deadlines,
        "projects": [one.project for one in known.shares if one.project][:HINTS],
    }


async def set_share(sent: Sent) -> str:
    """Give a project a weight or a deadline."""
    wanted = sent.read(_Share)
    deadline = "" if wanted.endless else wanted.deadline
    return sent.done(await sent.perform(await share_command(sent.node, wanted.project, wanted.weight, deadline)))


async def set_deadline(sent: Sent) -> str:
    """Give a number a deadline, or none."""
    wanted = sent.read(_Deadline)
    return sent.done(await sent.perform(deadline_command(wanted.number, wanted.deadline)))

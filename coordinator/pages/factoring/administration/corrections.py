"""Withdrawing what was recorded wrongly, after a look at what else goes with it."""

from collections.abc import Sequence
from typing import Any

import msgspec

from coordinator.correcting.child import WorkedOut
from coordinator.explaining.events import commands_at
from coordinator.log.exploring import corrections_made
from coordinator.node import Node
from coordinator.operations.correcting import MAX_POSITIONS, meant
from coordinator.operations.correction_jobs import begin_correction, corrections_begun, preview_of, previewed
from coordinator.pages.forms.posting import Sent
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import id_of, identity
from core.events.envelope import StoredEvent
from core.refusals import BadInput, Refusal

_PAGE = "/admin/corrections"
_SHOWN = 200
_MADE = 100


class Consequence(msgspec.Struct, frozen=True):
    """The fate of a command under a correction.

    Attributes:
        before: the events that were recorded about factoring.
        after: types of those that would count in their place; None when these would count again.
    """

    before: list[StoredEvent]
    after: list[str] | None


class Preview(msgspec.Struct, frozen=True):
    """The consequences that a correction would have.

    Attributes:
        following: what would become of the first 200 commands.
        count: of how many.
        dropped: of how many of them nothing would count.
    """

    following: list[Consequence]
    count: int
    dropped: int


class _Wanted(msgspec.Struct, frozen=True):
    """The form: positions to withdraw, or to take back in, and why."""

    positions: str
    reason: str
    undo: str = ""


class _Unwanted(msgspec.Struct, frozen=True):
    """The form that ends a preview: of which positions."""

    positions: str
    undo: str = ""


async def corrections(node: Node, address: Address) -> dict[str, Any]:
    """Return the corrections made, and how far it is known what the one that the address describes would amount to."""
    text, undo = address.query.get("positions", ""), bool(address.query.get("undo"))
    asked, problem = await _asked(node, text, undo=undo)
    work = previewed(node, _places(asked), id_of(address.query.get("since", "")), undo=undo) if asked else None
    return {
        "begun": corrections_begun(node),
        "made": await node.log_readers.query(corrections_made, _MADE),
        "positions": text,
        "reason": address.query.get("reason", ""),
        "undo": undo,
        "asked": asked[:_SHOWN],
        "named": len(asked),
        "problem": problem,
        "work": work,
        "preview": await _preview(node, work.result) if work and work.result else None,
        "again": address.turned(since=node.time),
    }


async def _asked(node: Node, text: str, *, undo: bool) -> tuple[Sequence[StoredEvent], str | None]:
    """Return the events that an address names, or why they can't be withdrawn or taken back in."""
    try:
        return await meant(node, positions_in(text), reinstate=undo) if text.strip() else [], None
    except Refusal as refusal:
        return [], str(refusal)


def _places(events: Sequence[StoredEvent]) -> list[int]:
    return [event.position for event in events]


async def withdraw(sent: Sent) -> str:
    """Begin to withdraw reports, or to take them back in; every table shows so in the end."""
    wanted = sent.read(_Wanted)
    positions, undo = positions_in(wanted.positions), bool(wanted.undo)
    await meant(sent.node, positions, reinstate=undo)
    sent.confirm()
    begin_correction(sent.node, sent.ordered, positions, wanted.reason, undo=undo)
    return _PAGE


async def end_preview(sent: Sent) -> str:
    """End what works out what a correction would amount to."""
    wanted = sent.read(_Unwanted)
    undo = bool(wanted.undo)
    asked = await meant(sent.node, positions_in(wanted.positions), reinstate=undo)
    preview = preview_of(_places(asked), undo=undo)
    if sent.node.background.going(preview):
        await sent.node.background.cancel(preview)
    return _PAGE


def positions_in(text: str) -> list[int]:
    """Read the positions that a form names.

    Raises:
        BadInput: they are none, or too many.
    """
    positions = sorted({identity(word) for word in text.replace(",", " ").split()})
    if not 0 < len(positions) <= MAX_POSITIONS:
        raise BadInput(
            f"{len(positions)} positions were named; 1 to {MAX_POSITIONS} are accepted, separated by commas."
        )
    return positions


async def _preview(node: Node, found: WorkedOut) -> Preview:
    shown = found.places[:_SHOWN]
    commands = await node.log_readers.query(commands_at, [one.place for one in shown])
    return Preview(
        following=[
            Consequence(
                commands[one.place],
                None if one.rows is None else [row.type for row in one.rows],
            )
            for one in shown
        ],
        count=len(found.places),
        dropped=sum(1 for one in found.places if one.rows == []),
    )

"""Withdrawing what was recorded wrongly, after a look at what else goes with it."""

import sqlite3
from collections import Counter
from typing import Any

import msgspec

from coordinator.explaining.events import events_at
from coordinator.log.exploring import corrections_made
from coordinator.node import Node
from coordinator.operations.withdrawing import MAX_POSITIONS, entailed
from coordinator.operations.withdrawing import withdraw as have_withdrawn
from coordinator.pages.asking import identity
from coordinator.pages.forms import Sent, done
from coordinator.pages.site import Address
from core.events.envelope import StoredEvent
from core.refusals import BadInput

_PAGE = "/admin/corrections"
_SHOWN = 200
_MADE = 100


class Preview(msgspec.Struct, frozen=True):
    """What a correction would withdraw.

    Attributes:
        named: the events that are named.
        following: those that they caused, however far; the first 200.
        count: how many those are in all.
        by_type: how many of which type.
    """

    named: list[StoredEvent]
    following: list[StoredEvent]
    count: int
    by_type: dict[str, int]


class _Wanted(msgspec.Struct, frozen=True):
    """What shall be withdrawn, and why."""

    positions: str
    reason: str


async def corrections(node: Node, address: Address) -> dict[str, Any]:
    """Return the corrections made, and what the one that the address describes would withdraw."""
    text = address.query.get("positions", "")
    return {
        "made": await node.log_readers.query(corrections_made, _MADE),
        "positions": text,
        "reason": address.query.get("reason", ""),
        "preview": await node.log_readers.query(preview, positions_in(text)) if text.strip() else None,
    }


async def withdraw(sent: Sent) -> str:
    """Withdraw events with whatever they caused; every table shows so when this is done."""
    wanted = sent.read(_Wanted)
    positions = positions_in(wanted.positions)
    await sent.node.log_readers.query(preview, positions)
    sent.confirm()
    return done(_PAGE, await have_withdrawn(sent.node, sent.perform, positions, wanted.reason))


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


def preview(connection: sqlite3.Connection, positions: list[int]) -> Preview:
    """Return what withdrawing some events would take along.

    Raises:
        Unknown: the log has no such event.
        BadInput: it records neither an attempt nor a factor.
    """
    found = entailed(connection, positions)
    shown = events_at(connection, found.following[:_SHOWN])
    return Preview(
        named=found.named,
        following=list(shown.values()),
        count=len(found.following),
        by_type=dict(Counter(event.type for event in shown.values()).most_common()),
    )

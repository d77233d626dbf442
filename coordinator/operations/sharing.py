"""Shares: by which weights projects get work, and until when they and numbers shall be done."""

import sqlite3

import msgspec

from coordinator.node import Node
from core.factoring.commands.numbers import SetDeadline
from core.factoring.commands.projects import SetShare
from core.refusals import BadInput, Unknown
from core.timestamps import from_iso, to_iso
from core.wording import shortened
from projections.factoring.assignment.turns import deadlines, shares
from projections.factoring.numbers.projects import by_name

_PER_CENT = 1000
_LARGEST_ID = 2**63 - 1


class ShownShare(msgspec.Struct, frozen=True):
    """The share of a project.

    Attributes:
        project: its name; empty for the numbers that belong to none.
        weight: against those of the others.
        deadline: until when it shall be done.
        cpu_seconds: of CPU time that it was given within the last hour.
        given_percent: of all that was, to a tenth.
    """

    project: str
    weight: int
    deadline: str | None
    cpu_seconds: float
    given_percent: float


class ShownDeadline(msgspec.Struct, frozen=True):
    """Until when a number shall be done."""

    number: int
    deadline: str


class Shares(msgspec.Struct, frozen=True):
    """Shares of projects, and deadlines of numbers; while none was said, `taking_turns` is false, and no time is counted."""

    taking_turns: bool
    shares: list[ShownShare]
    deadlines: list[ShownDeadline]


async def known_shares(node: Node) -> Shares:
    """Return the share of each project, and of what belongs to none, and the deadlines of numbers."""
    return await node.readers["factoring"].query(_shares, node.time)


def _shares(connection: sqlite3.Connection, now: int) -> Shares:
    taking = connection.execute("SELECT 1 FROM project_shares").fetchone() is not None
    found = shares(connection, now)
    whole = max(sum(one.used_microseconds for one in found), 1)
    shown = [
        ShownShare(
            project=one.project,
            weight=one.weight,
            deadline=None if one.deadline is None else to_iso(one.deadline),
            cpu_seconds=one.used_microseconds / 1_000_000,
            given_percent=one.used_microseconds * _PER_CENT // whole / 10,
        )
        for one in found
    ]
    return Shares(taking, shown, [ShownDeadline(number, to_iso(when)) for when, number in deadlines(connection)])


async def share_command(node: Node, project: str, weight: int | None, deadline: str | None) -> SetShare:
    """Return the command that gives a project a weight or a deadline; an empty deadline is none, None says nothing.

    Raises:
        Unknown: there is no such project.
        BadInput: the deadline is no time, or neither is said.
    """
    if weight is None and deadline is None:
        raise BadInput("Neither weight nor deadline is given; one of them is accepted, or both.")
    known = await node.readers["factoring"].query(by_name, project)
    if known is None:
        raise Unknown(f"There is no project {shortened(project)!r}; the name of one that there is, is accepted.")
    until = None if deadline is None else from_iso(deadline, "deadline") if deadline else 0
    return SetShare(project=known.id, weight=weight, deadline=until)


def deadline_command(number: int, deadline: str | None) -> SetDeadline:
    """Return the command that gives a number a deadline; an empty one, or None, is none.

    Raises:
        Unknown: no number can have this id.
        BadInput: it is no time.
    """
    if not 0 < number <= _LARGEST_ID:
        raise Unknown(f"There is no number {number}.")
    return SetDeadline(number=number, deadline=from_iso(deadline, "deadline") if deadline else None)

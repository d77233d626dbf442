"""Pausing, draining and resuming: of everything, a kind of work, a project or a client; and who is told of it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from coordinator.clients.names import client_names
from coordinator.node import Node
from coordinator.operations.people import client_meant
from core.clients.naming import client_name, stream_of
from core.contexts import KINDS
from core.deciding import Command
from core.factoring.commands.projects import PauseProject, ResumeProject
from core.factoring.projects import stream_of as stream_of_project
from core.refusals import BadInput, Unknown
from core.steering import commands
from core.steering.pausing import EVERYTHING, Pause, by_target, hindering, how, kind_target
from core.timestamps import to_iso
from core.wording import shortened
from projections.clients.state import number_named
from projections.factoring.assignment import assignments
from projections.factoring.numbers import projects
from projections.factoring.numbers.projects import by_name
from projections.steering.state import pauses as pauses_in

Of = Literal["everything", "kind", "project", "client"]
OFS: Sequence[Of] = ("everything", "kind", "project", "client")


class Target(msgspec.Struct, frozen=True):
    """A target that may be paused: what it is, its name, empty for everything, and how the log calls it."""

    of: Of
    name: str
    stream: str


class StandingPause(msgspec.Struct, frozen=True):
    """A pause as it stands.

    Attributes:
        of: `everything`, `kind`, `project` or `client`.
        name: of the kind, project or client; empty for everything.
        drains: whether what was handed out before is finished; else its holders were told to stop.
        reason: in words, may be empty.
        since: ISO 8601.
        position: of the event that made it what it is.
        sentence: all of this in words.
    """

    of: Of
    name: str
    drains: bool
    reason: str
    since: str
    position: int
    sentence: str

    @property
    def subject(self) -> str:
        """The beginning of a sentence about it: `The project mersenne is paused`."""
        return f"{spoken(self.of, self.name)} {how(drains=self.drains)}"


async def target_meant(node: Node, of: Of, name: str) -> Target:
    """Return what is meant by a name.

    Raises:
        BadInput: there is no such kind of work, or a name is missing, or one too many.
        Unknown: there is no such project or client.
    """
    if bool(name) == (of == EVERYTHING):
        raise BadInput(
            f"{shortened(name)!r} is not the name of everything; leave it out."
            if name
            else f"The {of} has no name; the name of the {of} that is meant is accepted."
        )
    match of:
        case "everything":
            return Target(of, "", EVERYTHING)
        case "kind":
            if name not in KINDS:
                raise BadInput(f"There is no kind of work {shortened(name)!r}; {', '.join(KINDS)} are accepted.")
            return Target(of, name, kind_target(name))
        case "client":
            known = await client_meant(node, name)
            return Target(of, known.name or stream_of(known.id), stream_of(known.id))
    known_project = await node.readers["factoring"].query(by_name, name) if "factoring" in node.readers else None
    if known_project is None:
        raise Unknown(f"There is no project {shortened(name)!r}; the name of one that there is, is accepted.")
    return Target(of, name, stream_of_project(known_project.id))


def pause_command(target: Target, reason: str, *, drains: bool) -> Command:
    """Return the command that pauses or drains a target."""
    if target.of == "project":
        return PauseProject(project=_id(target), drains=drains, reason=reason)
    return commands.Pause(target=target.stream, drains=drains, reason=reason)


def resume_command(target: Target) -> Command:
    """Return the command that resumes a target."""
    return ResumeProject(project=_id(target)) if target.of == "project" else commands.Resume(target=target.stream)


def _id(target: Target) -> int:
    return int(target.stream.rpartition("-")[2])


async def standing(node: Node) -> list[StandingPause]:
    """Return what is paused, the widest first."""
    found, paused = await asyncio.gather(node.readers["steering"].query(pauses_in), _paused_projects(node))
    named = await client_names(node.readers["clients"]) if any(p.target.startswith("client-") for p in found) else {}
    shown = [_shown(*_named(pause, named), pause) for pause in found]
    shown += [_shown("project", name, pause) for name, pause in paused.items()]
    return sorted(shown, key=lambda one: OFS.index(one.of))


async def _paused_projects(node: Node) -> dict[str, Pause]:
    return await node.readers["factoring"].query(projects.pauses) if "factoring" in node.served else {}


def _named(pause: Pause, known: Mapping[int, str]) -> tuple[Of, str]:
    of, _, name = pause.target.partition("-")
    if of == "client":
        return "client", client_name(int(name), known) or pause.target
    return ("kind", name) if of == "kind" else ("everything", "")


def _shown(of: Of, name: str, pause: Pause) -> StandingPause:
    sentence = f"{spoken(of, name)} {pause.told.rstrip('.')}."
    return StandingPause(of, name, pause.drains, pause.reason, to_iso(pause.since), pause.position, sentence)


def spoken(of: Of, name: str) -> str:
    """Return how a target is called at the beginning of a sentence."""
    if of == "everything":
        return "Everything"
    meaning = KINDS[name].called if of == "kind" else name
    return f"The {of} {name}" if meaning == name else f"The {of} {name} ({meaning})"


async def why_to_stop(node: Node, kind: str, client: str, work: str = "") -> str | None:
    """Return why the holder of an assignment is to stop, in words; None when it may go on.

    Args:
        node: where it was assigned.
        kind: the context of the work.
        client: by what name its holder calls itself.
        work: the assignment, where it is one of factoring.
    """
    rests = None
    if work and "factoring" in node.served:
        kind, rests = await node.readers["factoring"].query(assignments.kind_and_pause, work)
    known = by_target(pause for pause in await node.readers["steering"].query(pauses_in) if not pause.drains)
    number: int | None = None
    if any(target.startswith("client-") for target in known):
        number = await node.readers["clients"].query(number_named, client)
    pause = hindering(kind, number or 0, known.get)
    if pause is not None:
        return _shown(*_named(pause, {number or 0: client}), pause).sentence
    return None if rests is None else _shown("project", *rests).sentence


async def standing_of(node: Node, target: Target) -> StandingPause | None:
    """Return the pause of a target, None when it is not paused."""
    return next((one for one in await standing(node) if (one.of, one.name) == (target.of, target.name)), None)

"""Decisions about what is paused; that of a project is one about the project, and stands with those."""

from collections.abc import Sequence

from core.deciding import Answer, Asking, Context, Decision
from core.events.envelope import Event, NewEvent
from core.free_text import check_reason
from core.steering.answers import Steered
from core.steering.commands import Pause, Resume
from core.steering.events import FACTS, Paused, Resumed
from core.steering.pausing import KnownPauses, unless_so

STREAM = "steering"


def pause(command: Pause, _: Asking, state: KnownPauses) -> Decision:
    """Pause a target; what is paused in the same way already stays so, and why it was.

    Raises:
        BadInput: the reason is not acceptable.
    """
    reason = check_reason(command.reason)
    if not unless_so(state.pause(command.target), drains=command.drains):
        return Steered()
    return [NewEvent(STREAM, Paused(target=command.target, drains=command.drains, reason=reason))]


def resume(command: Resume, _: Asking, state: KnownPauses) -> Decision:
    """Resume a target; one that is not paused stays so."""
    if state.pause(command.target) is None:
        return Steered()
    return [NewEvent(STREAM, Resumed(target=command.target))]


def answer(events: Sequence[Event], state: KnownPauses) -> Answer:  # noqa: ARG001 - one shape for all
    """Say that it is done."""
    return Steered()


STEERING = Context(
    name="steering",
    facts=FACTS,
    decisions={Pause: pause, Resume: resume},
    answer=answer,
    answers=(Steered,),
    credits=False,
)

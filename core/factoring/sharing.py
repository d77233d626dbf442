"""Decisions about by which weight projects get work, and until when they and numbers shall be done."""

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.answers.rendering import composite_answer
from core.factoring.answers.shapes import ProjectAnswer
from core.factoring.commands.numbers import SetDeadline
from core.factoring.commands.projects import SetShare
from core.factoring.events.numbers import NumberDeadlineSet
from core.factoring.events.numbers import stream_of as stream_of_number
from core.factoring.events.projects import ProjectShareSet
from core.factoring.numbers.shelving import listed
from core.factoring.projects import known_project, stream_of
from core.factoring.state.factoring import FactoringState
from core.refusals import BadInput
from core.timestamps import to_iso

MOST_WEIGHT = 1_000_000


def set_share(command: SetShare, asking: Asking, state: FactoringState) -> Decision:
    """Give a project a weight, or a deadline.

    Raises:
        Unknown: there is no such project.
        BadInput: the weight is none, or the deadline is past.
    """
    name = known_project(command.project, state)
    known = state.share_of(name)
    weight = known.weight if command.weight is None else command.weight
    if not 1 <= weight <= MOST_WEIGHT:
        raise BadInput(
            f"weight is {weight}; a whole number from 1 to {MOST_WEIGHT} is accepted. A project that shall get nothing is"
            " paused."
        )
    deadline = known.deadline if command.deadline is None else command.deadline or None
    if command.deadline:
        _check(command.deadline, asking)
    if (weight, deadline) == (known.weight, known.deadline):
        return ProjectAnswer(project=command.project, name=name)
    fact = ProjectShareSet(project=command.project, name=name, weight=weight, deadline=deadline)
    return [NewEvent(stream_of(command.project), fact)]


def set_deadline(command: SetDeadline, asking: Asking, state: FactoringState) -> Decision:
    """Give a number a deadline, or take it away.

    Raises:
        Unknown: there is no such number.
        BadInput: it is past.
    """
    number = listed(command.number, state)
    if command.deadline is not None:
        _check(command.deadline, asking)
    if command.deadline == state.deadline_of(number.id):
        return composite_answer(number, "existing")
    fact = NumberDeadlineSet(number=number.id, deadline=command.deadline)
    return [NewEvent(stream_of_number(number.id), fact, cause=number.submitted)]


def _check(deadline: int, asking: Asking) -> None:
    if deadline <= asking.now:
        raise BadInput(f"deadline is {to_iso(deadline)}, which is past; a time in the future is accepted.")

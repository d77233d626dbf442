"""Decisions about projects: a number joins one by its name, and the first that does brings it into being."""

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.answers.shapes import ProjectAnswer
from core.factoring.commands.projects import CreateProject, DeleteProject, PauseProject, ResumeProject
from core.factoring.events.projects import ProjectCreated, ProjectDeleted, ProjectPaused, ProjectResumed
from core.factoring.state.factoring import FactoringState
from core.free_text import check_plain_name, check_prose, check_reason
from core.refusals import Conflict, Unknown
from core.steering.pausing import unless_so

MAX_NAME = 100
MAX_DESCRIPTION = 2_000


def stream_of(project: int) -> str:
    """Return the stream of a project's events."""
    return f"project-{project}"


def joined(name: str, state: FactoringState) -> list[NewEvent]:
    """Bring a project into being when a number is the first to join it."""
    return [] if not name or state.project(name) is not None else [_created(name, "", state)]


def create(command: CreateProject, _: Asking, state: FactoringState) -> Decision:
    """Bring a project into being."""
    check_plain_name("name", command.name, MAX_NAME)
    check_prose("description", command.description, MAX_DESCRIPTION, lines=True)
    if state.project(command.name) is not None:
        raise Conflict(f"There is a project {command.name!r} already.")
    return [_created(command.name, command.description, state)]


def pause(command: PauseProject, _: Asking, state: FactoringState) -> Decision:
    """Hand out no more numbers of a project; one that is paused in the same way already stays so, and why it was."""
    name, reason = known_project(command.project, state), check_reason(command.reason)
    if not unless_so(state.project_pause(command.project), drains=command.drains):
        return ProjectAnswer(project=command.project, name=name)
    fact = ProjectPaused(project=command.project, name=name, drains=command.drains, reason=reason)
    return [NewEvent(stream_of(command.project), fact)]


def resume(command: ResumeProject, _: Asking, state: FactoringState) -> Decision:
    """Hand out the numbers of a project again; one that is not paused stays so."""
    name = known_project(command.project, state)
    if state.project_pause(command.project) is None:
        return ProjectAnswer(project=command.project, name=name)
    return [NewEvent(stream_of(command.project), ProjectResumed(project=command.project, name=name))]


def delete(command: DeleteProject, _: Asking, state: FactoringState) -> Decision:
    """Take a project away; its numbers stay."""
    name = known_project(command.project, state)
    return [NewEvent(stream_of(command.project), ProjectDeleted(project=command.project, name=name))]


def known_project(project: int, state: FactoringState) -> str:
    """Return the name of a project.

    Raises:
        Unknown: there is none of this id.
    """
    name = state.project_name(project)
    if name is None:
        raise Unknown(f"There is no project with the id {project}.")
    return name


def _created(name: str, description: str, state: FactoringState) -> NewEvent:
    project = state.next_project()
    return NewEvent(stream_of(project), ProjectCreated(project=project, name=name, description=description))

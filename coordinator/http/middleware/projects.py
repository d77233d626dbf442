"""Projects: what they are, and how far their numbers are."""

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec.structs import asdict

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.requests.parameters import Id, name_in
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.node import Node
from core.factoring.commands.projects import CreateProject, DeleteProject
from core.refusals import Unknown
from core.timestamps import to_naive_iso
from core.wording import shortened
from projections.factoring.numbers import projects
from projections.factoring.numbers.projects import Project


class ProjectHead(msgspec.Struct, frozen=True):
    """A project; `updated_at` is when a number joined it last."""

    id: int
    name: str
    description: str | None
    created_at: str
    updated_at: str


class ProjectStatistics(ProjectHead, frozen=True):
    """A project with its numbers, parts of which are not counted beside them; those of which nothing is left are factored.

    `project` has the same as the row itself: in the list of the system replaced a project is the former, by itself the latter.
    """

    project: ProjectHead
    total_composites: int
    unfactored_composites: int
    factored_composites: int


class NewProject(msgspec.Struct, frozen=True):
    """A project to create."""

    name: str
    description: str | None = None


class DeletedProject(msgspec.Struct, frozen=True):
    """A project that is no more, and how many numbers belonged to it."""

    project_id: int
    project_name: str
    associations_deleted: int
    message: str


@get("/projects", guards=[needs("read")], summary="List the projects")
async def list_projects(node: NamedDependency[Node]) -> list[ProjectStatistics]:
    """Return every project, by id."""
    return [_shown(project) for project in await node.readers["factoring"].query(projects.listed)]


@get("/projects/{project:int}", guards=[needs("read")], summary="Show a project", responses=may_answer(404))
async def show_project(node: NamedDependency[Node], project: FromPath[Id]) -> ProjectStatistics:
    """Return a project by its id."""
    return _shown(await _known(node, project))


@get(
    "/projects/by-name/{name:path}",
    guards=[needs("read")],
    summary="Show a project by its name",
    responses=may_answer(404),
)
async def show_project_by_name(node: NamedDependency[Node], name: FromPath[str]) -> ProjectStatistics:
    """Return a project by its name."""
    return _shown(await _named(node, name_in(name)))


@post(
    "/admin/projects",
    status_code=200,
    guards=[needs("admin")],
    summary="Create a project",
    tags=["Administration"],
    responses=may_answer(400, 409, 413, 415, 503),
)
async def create_project(
    request: AnyRequest, data: JSONBody[NewProject], node: NamedDependency[Node]
) -> Response[ProjectHead]:
    """Create a project before any number belongs to it; a number that names a new one creates it as well."""
    command = CreateProject(name=data.name.strip(), description=data.description or "")
    outcome = await perform(request, command)
    project = await node.readers["factoring"].query(projects.by_id, outcome.answer.project)
    if project is None:
        raise Unknown(f"The project {shortened(data.name)!r} was deleted at once.")
    return answered(outcome, _shown(project).project)


@delete(
    "/admin/projects/{project:int}",
    status_code=200,
    guards=[needs("admin")],
    summary="Delete a project",
    tags=["Administration"],
    responses=may_answer(404, 503),
)
async def delete_project(
    request: AnyRequest, node: NamedDependency[Node], project: FromPath[Id]
) -> Response[DeletedProject]:
    """Take a project away; its numbers stay."""
    return await _delete(request, await _known(node, project))


@delete(
    "/admin/projects/by-name/{name:path}",
    status_code=200,
    guards=[needs("admin")],
    summary="Delete a project by its name",
    tags=["Administration"],
    responses=may_answer(404, 503),
)
async def delete_project_by_name(
    request: AnyRequest, node: NamedDependency[Node], name: FromPath[str]
) -> Response[DeletedProject]:
    """Take a project away; its numbers stay."""
    return await _delete(request, await _named(node, name_in(name)))


async def _delete(request: AnyRequest, project: Project) -> Response[DeletedProject]:
    outcome = await perform(request, DeleteProject(project=project.id))
    deleted = DeletedProject(project.id, project.name, project.numbers, "The project was deleted; its numbers stay.")
    return answered(outcome, deleted)


async def _known(node: Node, project: int) -> Project:
    found = await node.readers["factoring"].query(projects.by_id, project)
    if found is None:
        raise Unknown(f"There is no project with the id {project}.")
    return found


async def _named(node: Node, name: str) -> Project:
    found = await node.readers["factoring"].query(projects.by_name, name)
    if found is None:
        raise Unknown(f"There is no project {shortened(name)!r}.")
    return found


def _shown(project: Project) -> ProjectStatistics:
    head = ProjectHead(
        id=project.id,
        name=project.name,
        description=project.description or None,
        created_at=to_naive_iso(project.created_at),
        updated_at=to_naive_iso(project.updated_at),
    )
    return ProjectStatistics(
        **asdict(head),
        project=head,
        total_composites=project.numbers,
        unfactored_composites=project.numbers - project.factored,
        factored_composites=project.factored,
    )


HANDLERS = (
    list_projects,
    show_project,
    show_project_by_name,
    create_project,
    delete_project,
    delete_project_by_name,
)

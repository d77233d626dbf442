"""Facts about projects, and by which weight they get work."""

from core.events.fact import Fact


class ProjectCreated(Fact, frozen=True):
    """There is a project; numbers join it by its name.

    Attributes:
        project: its id, from 1.
        name: unique among the projects that there are.
        description: may be empty.
    """

    type = "factoring.project_created.v1"
    project: int
    name: str
    description: str


class ProjectDeleted(Fact, frozen=True):
    """There is no such project any more; its numbers stay."""

    type = "factoring.project_deleted.v1"
    project: int
    name: str


class ProjectPaused(Fact, frozen=True):
    """Numbers that belong to a project are not handed out any more.

    Attributes:
        project: its id.
        name: of the project.
        drains: whether what is handed out already is finished; else its holders are told to stop.
        reason: in words, may be empty.
    """

    type = "factoring.project_paused.v1"
    project: int
    name: str
    drains: bool
    reason: str


class ProjectResumed(Fact, frozen=True):
    """Numbers that belong to a project, which was paused, are handed out again."""

    type = "factoring.project_resumed.v1"
    project: int
    name: str


class ProjectShareSet(Fact, frozen=True):
    """A project gets work by its weight among those that want some, and first of all in the day before its deadline.

    Attributes:
        project: its id.
        name: by which numbers joined it.
        weight: from 1 on; that of a project of which nothing was said is 1.
        deadline: microseconds UTC; None for none.
    """

    type = "factoring.project_share_set.v1"
    project: int
    name: str
    weight: int
    deadline: int | None


FACTS = (
    ProjectCreated,
    ProjectDeleted,
    ProjectPaused,
    ProjectResumed,
    ProjectShareSet,
)

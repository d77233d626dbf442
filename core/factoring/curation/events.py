"""Facts about how the list of numbers is kept: projects, what is put aside, what form a number has."""

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


class NumberDeadlineSet(Fact, frozen=True):
    """A number, with what is left of it, is worked on first of all in the day before a time; None for no such time."""

    type = "factoring.number_deadline_set.v1"
    number: int
    deadline: int | None


class NumberShelved(Fact, frozen=True):
    """A number is not assigned any more; what is known of it stays.

    Attributes:
        number: its id.
        shelf: `inactive` for now, `complete` for good, `deleted` when it is not listed either.
        reason: in words, may be empty.
    """

    type = "factoring.number_shelved.v1"
    number: int
    shelf: str
    reason: str


class NumberUnshelved(Fact, frozen=True):
    """A number is assigned and listed like any other again."""

    type = "factoring.number_unshelved.v1"
    number: int


class SnfsFormNoted(Fact, frozen=True):
    """A number is known to suit the special number field sieve, or not to.

    Attributes:
        number: its id.
        difficulty: in digits; None when it has no such form.
    """

    type = "factoring.snfs_form_noted.v1"
    number: int
    difficulty: int | None


class NumberNamed(Fact, frozen=True):
    """A number bears a name from now on, such as `276:611`, under which people know it."""

    type = "factoring.number_named.v1"
    number: int
    name: str


class IdsGivenOut(Fact, frozen=True):
    """So far have ids been given out; recorded with a correction, since none is given again for what it withdraws.

    Attributes:
        number: the newest of a number.
        attempt: the newest of an attempt.
        factor: the newest of a factor.
        assignment: the newest of an assignment.
        project: the newest of a project.
    """

    type = "factoring.ids_given_out.v1"
    number: int
    attempt: int
    factor: int
    assignment: int
    project: int


FACTS = (
    ProjectShareSet,
    NumberDeadlineSet,
    ProjectCreated,
    ProjectDeleted,
    ProjectPaused,
    ProjectResumed,
    NumberShelved,
    NumberUnshelved,
    SnfsFormNoted,
    NumberNamed,
    IdsGivenOut,
)

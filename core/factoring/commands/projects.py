"""Commands about projects."""

from core.deciding import Command
from core.factoring.answers.shapes import ProjectAnswer


class CreateProject(Command[ProjectAnswer], frozen=True):
    """Have a project before any number belongs to it."""

    context = "factoring"
    name: str
    description: str = ""


class DeleteProject(Command[ProjectAnswer], frozen=True):
    """Have no such project any more."""

    context = "factoring"
    project: int


class PauseProject(Command[ProjectAnswer], frozen=True):
    """Hand out no more numbers of a project.

    Attributes:
        project: its id.
        drains: whether what is handed out already is finished.
        reason: in words, may be empty.
    """

    context = "factoring"
    project: int
    drains: bool
    reason: str = ""


class ResumeProject(Command[ProjectAnswer], frozen=True):
    """Hand out the numbers of a project again."""

    context = "factoring"
    project: int


class SetShare(Command[ProjectAnswer], frozen=True):
    """Say by which weight a project gets work, and until when it shall be done; None leaves either as it is.

    Attributes:
        project: its id.
        weight: against those of other projects, of which each has 1 unless it was said.
        deadline: microseconds UTC; 0 for none.
    """

    context = "factoring"
    project: int
    weight: int | None = None
    deadline: int | None = None

"""What is wanted of numbers and projects, and known of them from elsewhere."""

from msgspec.structs import replace

from core.factoring.commands.numbers import (
    ChangeComposite,
    DescribeNumber,
    Prior,
    ShelveNumber,
    SubmitComposite,
    UnshelveNumber,
)
from core.factoring.commands.projects import CreateProject, DeleteProject, PauseProject, ResumeProject, SetShare
from core.factoring.commands.proofs import SettlePrimality
from tests.twins.steps.step import ADMINISTRATOR, CEILING, Step


class Submit(Step, frozen=True):
    """Have a number factored, or change what is wanted of it."""

    value: int
    target_milli: int | None = None
    priority: int | None = None
    project: str = ""
    prior: Prior = Prior()
    name: str = ""

    def command(self, _here):
        return SubmitComposite(
            text=str(self.value),
            ceiling_digits=CEILING,
            target_milli=self.target_milli,
            priority=self.priority,
            project=self.project,
            prior=self.prior,
            name=self.name,
        )

    def without(self, _gone, own):
        return self if own is None else replace(self, prior=Prior())


class Change(Step, frozen=True):
    """Want something else of a number that is on record."""

    value: int
    target_milli: int | None = None
    priority: int | None = None

    def command(self, here):
        return ChangeComposite(number=here.number(self.value), target_milli=self.target_milli, priority=self.priority)


class Shelve(Step, frozen=True):
    """Put a number aside, or take it up again (no shelf)."""

    value: int
    shelf: str = ""

    def command(self, here):
        number = here.number(self.value)
        return ShelveNumber(number=number, shelf=self.shelf) if self.shelf else UnshelveNumber(number=number)


class Describe(Step, frozen=True):
    """Tell what is known of a number from elsewhere."""

    value: int
    difficulty: int | None = None
    left: int = 0
    factored: bool = False

    def command(self, here):
        return DescribeNumber(
            number=here.number(self.value),
            snfs_difficulty=self.difficulty,
            left=str(self.left or ""),
            factored=self.factored,
        )

    def without(self, _gone, own):
        return self if own is None else replace(self, left=0)


class Prove(Step, frozen=True, kw_only=True):
    """Tell that a number which passed for a prime is proved to be one."""

    client: str = ADMINISTRATOR
    value: int

    def command(self, here):
        return SettlePrimality(number=here.number(self.value), primality="proven")


class Project(Step, frozen=True):
    """Have a project, or have it no more, have nothing of it handed out, or give it a weight."""

    name: str
    how: str = "there"

    def command(self, here):
        match self.how:
            case "there":
                return CreateProject(name=self.name)
            case "gone":
                return DeleteProject(project=here.project(self.name))
            case "weighed":
                return SetShare(project=here.project(self.name), weight=3)
            case "resumed":
                return ResumeProject(project=here.project(self.name))
        return PauseProject(project=here.project(self.name), drains=self.how == "drained")

"""What can be told to a coordinator, in terms that mean the same to any other: numbers by value, things by who told of them.

A history is a list of steps. Each says how it becomes a command where it is told (`command`), and what it meant there, for
somebody who was not told everything that was told there (`meant`): an assignment is a value, bounds and a client.
"""

import uuid
from typing import Any, ClassVar

from msgspec import Struct
from msgspec.structs import replace

from core.access.commands import CreateKey
from core.counting.commands import SubmitJob
from core.deciding import Command
from core.factoring.answers import NoWork
from core.factoring.commands import (
    AcknowledgeWork,
    Claim,
    EndWork,
    ExpireWork,
    Prior,
    RenewWork,
    ReportAttempt,
    ReportCurves,
    RequestP1Work,
    RequestWork,
    ReserveWork,
    SubmitComposite,
)
from core.factoring.curation.commands import (
    ChangeComposite,
    CreateProject,
    DeleteProject,
    DescribeNumber,
    PauseProject,
    ResumeProject,
    SetShare,
    ShelveNumber,
    UnshelveNumber,
)
from core.factoring.curves import Bounds, bounds_of
from core.factoring.imports.commands import DivideOut, ImportComposite, ImportCurves, ImportFactor
from core.factoring.proofs.commands import SettlePrimality
from core.factoring.residues.commands import (
    ClaimResidue,
    CompleteResidue,
    Contents,
    ReleaseResidue,
    RemoveResidue,
    UploadResidues,
)
from core.factoring.residues.state import WantedResidue
from core.factoring.state import Wanted
from core.federation.commands import PushSummary
from core.federation.summary import StatedSummary, summary_of
from core.notifications.commands import Subscribe
from core.simulations.commands import RegisterMachine
from core.steering.commands import Pause, Resume
from core.tasks.commands import SubmitTask
from tests.twins.telling import Telling

BOUNDS = (bounds_of(100, 0, 1), bounds_of(100, None, 1), bounds_of(200, 0, 1), bounds_of(200, None, 0))
ADMINISTRATOR = ""
_CEILING = 1_000
_LEASE_SECONDS = 600
_NAMES = uuid.UUID("6e0f2b9e-53a5-4c7c-8a34-0d5a8b8f7d11")


def name_of(step: int) -> str:
    """Return the UUID that a step brings along."""
    return str(uuid.uuid5(_NAMES, str(step)))


class Step(Struct, frozen=True, tag=True, omit_defaults=True, kw_only=True):
    """Something that somebody tells a coordinator.

    Attributes:
        client: who; empty for an administrator.
    """

    handed_out: ClassVar[bool] = False
    client: str = "alice"

    def command(self, here: Telling) -> Command:
        """Return the command that it is where it is told.

        Raises:
            NotThere: what it speaks of is not on record.
        """
        raise NotImplementedError

    def meant(self, _here: Telling, _answer: Any) -> "Step | None":
        """Return what it means elsewhere, None when it means nothing there."""
        return None if self.handed_out or isinstance(_answer, NoWork) else self

    def without(self, _gone: dict[int, frozenset[str]], _own: frozenset[str] | None) -> "Step | None":
        """Return what is left of it without what was withdrawn, None when nothing is.

        Args:
            _gone: the factors that were withdrawn of each step, none for all that it reported.
            _own: the same of this step; None when nothing of it was.
        """
        return self


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
            ceiling_digits=_CEILING,
            target_milli=self.target_milli,
            priority=self.priority,
            project=self.project,
            prior=self.prior,
            name=self.name,
        )

    def without(self, _gone, own):
        return self if own is None else replace(self, prior=Prior())


class _Reported(Step, frozen=True):
    """Work on a number, and the factors that it found."""

    value: int = 0
    claims: tuple[int, ...] = ()
    milliseconds: int = 0

    def told_claims(self):
        return tuple(Claim(str(factor), str(factor % 97)) for factor in self.claims)

    def meant(self, _here, _answer):
        """Leave out the claims that were refused: they stay so."""
        return replace(self, claims=tuple(c for c in self.claims if 1 < c < self.value and self.value % c == 0))

    def without(self, _gone, own):
        if own is None:
            return self
        return replace(self, claims=tuple(c for c in self.claims if str(c) not in own)) if own else None


class Report(_Reported, frozen=True):
    """Curves were run on a number, or under an assignment (the step that handed it out) with its number and bounds."""

    work: int | None = None
    bounds: Bounds | None = BOUNDS[0]
    sigmas: tuple[str, ...] = ()
    more: int = 0

    def command(self, here):
        return ReportCurves(
            work="" if self.work is None else name_of(self.work),
            value="" if self.work is not None else str(here.nearest(self.value)),
            bounds=self.bounds,
            curves=len(self.sigmas) + self.more,
            sigmas=self.sigmas,
            claims=self.told_claims(),
            cpu_milliseconds=self.milliseconds,
            program="gmp-ecm",
        )

    def meant(self, here, answer):
        if self.work is None:
            return super().meant(here, answer)
        handed = here.answers[self.work]
        under = replace(
            self,
            work=None,
            value=int(here.office.factoring.number(answer.number).value),  # a correction may have moved the assignment
            bounds=self.bounds or Bounds(handed.b1, handed.b2, handed.param),
            client=self.client or here.history[self.work].step.client,
        )
        return _Reported.meant(under, here, answer)


class Try(_Reported, frozen=True):
    """P-1, P+1 or anything else was run on a number."""

    method: str = "pm1"
    b1: int = 1_000
    b2: int | None = None

    def command(self, here):
        return ReportAttempt(
            value=str(here.nearest(self.value)),
            method=self.method,
            b1=self.b1,
            b2=self.b2,
            runs=1,
            claims=self.told_claims(),
            cpu_milliseconds=self.milliseconds,
            program="prime95",
        )


class Take(Step, frozen=True):
    """Ask for curves to run."""

    handed_out = True
    project: str = ""
    whole: bool = False

    def command(self, here):
        return RequestWork(
            work=name_of(here.index),
            wanted=Wanted(project=self.project, strategy="ladder"),  # what is chosen then depends the least on reports
            lease_seconds=_LEASE_SECONDS,
            work_seconds=60,
            whole=self.whole,
        )


class TakeP1(Step, frozen=True):
    """Ask for P-1 and P+1 on a number."""

    handed_out = True
    value: int

    def command(self, here):
        candidates = (here.number(self.value),)
        return RequestP1Work(work=name_of(here.index), method="p1", candidates=candidates, lease_seconds=_LEASE_SECONDS)


class Reserve(Step, frozen=True):
    """Keep a number for oneself."""

    handed_out = True
    value: int

    def command(self, here):
        return ReserveWork(
            work=name_of(here.index),
            number=here.number(self.value),
            method="nfs",
            metadata="",
            lease_seconds=_LEASE_SECONDS,
        )


class Hold(Step, frozen=True):
    """Tell of an assignment that one has it, goes on with it, or leaves it."""

    handed_out = True
    work: int
    how: str = "renewed"

    def command(self, _here):
        work = name_of(self.work)
        match self.how:
            case "claimed" | "started":
                return AcknowledgeWork(work=work, stage=self.how)
            case "renewed":
                return RenewWork(lease=work)
            case "expired":
                return ExpireWork(lease=work)
        return EndWork(lease=work, outcome=self.how, by_holder=False)


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


class Upload(Step, frozen=True):
    """Hand in residues of stage 1, of a report or of none."""

    value: int
    b1: int
    sigmas: tuple[str, ...]
    of: int | None = None

    def command(self, here):
        contents = Contents(
            value=str(here.nearest(self.value)),
            b1=self.b1,
            param=1,
            sigmas=self.sigmas,
            served_sha256=f"{here.index:064x}",
            bytes=100,
            inferred=0,
            bad=0,
            bad_lines=(),
        )
        reported = None if self.of is None else here.reported(self.of)
        return UploadResidues(sha256=f"{here.index:064x}", contents=contents, stage_1=reported, keep_seconds=1)

    def without(self, gone, _own):
        return replace(self, of=None) if self.of is not None and gone.get(self.of) == frozenset() else self


class ClaimFile(Step, frozen=True):
    """Be given the residue file that a step handed in."""

    of: int

    def command(self, here):
        b1 = here.sent(self.of).b1
        wanted = WantedResidue(min_b1=b1, max_b1=b1)
        return ClaimResidue(claim=name_of(here.index), wanted=wanted, lease_seconds=_LEASE_SECONDS)


class File(Step, frozen=True):
    """The residue file that a step handed in is released, removed, or done with (by what another step reported)."""

    of: int
    by: int | None = None
    how: str = "released"

    def command(self, here):
        residue = here.answer(self.of).residue
        if self.how == "done":
            return CompleteResidue(residue=residue, stage_2=None if self.by is None else here.reported(self.by))
        if self.how == "removed":
            return RemoveResidue(residue=residue, reason="")
        return ReleaseResidue(residue=residue)

    def without(self, gone, _own):
        return None if self.how == "done" and gone.get(self.by) == frozenset() else self


class MoveIn(Step, frozen=True, kw_only=True):
    """Take over a number from the system replaced, or the small factors of one that was (`divide`)."""

    client: str = ADMINISTRATOR
    value: int
    divide: bool = False

    def command(self, here):
        if self.divide:
            return DivideOut(number=here.number(self.value))
        return ImportComposite(
            row=here.index, origin=f"{here.index:032x}", text=str(self.value), ceiling_digits=_CEILING
        )


class MoveCurves(Report, frozen=True):
    """Take over curves."""

    def command(self, here):
        origin = f"{here.index:032x}"
        return ImportCurves(row=here.index, origin=origin, report=Report.command(self, here))


class MoveFactor(Step, frozen=True, kw_only=True):
    """Take over a factor of which no attempt tells."""

    client: str = ADMINISTRATOR
    value: int
    factor: int

    def command(self, here):
        return ImportFactor(row=here.index, value=str(self.value), factor=str(self.factor))

    def without(self, _gone, own):
        return self if own is None else None


class Prove(Step, frozen=True, kw_only=True):
    """Tell that a number which passed for a prime is proved to be one."""

    client: str = ADMINISTRATOR
    value: int

    def command(self, here):
        return SettlePrimality(number=here.number(self.value), primality="proven")


class Elsewhere(Step, frozen=True):
    """A command of another context."""

    what: str

    def command(self, here):
        return ELSEWHERE[self.what](here.index)


ELSEWHERE = {
    "access": lambda n: CreateKey(hash=f"{n:064x}", roles=("read",), label=f"key {n}"),
    "counting": lambda n: SubmitJob(job=name_of(n), n=100_000, chunks=2, ceiling=10**18),
    "federation": lambda n: PushSummary(summary_of(StatedSummary(f"agent {n}", "2026-01-01", {"primes": n}, []), {})),
    "notifications": lambda n: Subscribe(seal=f"{n}", sealed="sealed", types=("factoring",)),
    "simulations": lambda n: RegisterMachine(name=f"m{n}", cpu="8 cores", memory_gb=32),
    "steering": lambda n: Resume(target="everything") if n % 2 else Pause(target="everything", drains=n % 4 == 0),
    "tasks": lambda n: SubmitTask(task=name_of(n), operation="add", args=("1", "2"), node="here", most_waiting=10**6),
}


class Resend(Step, frozen=True):
    """Send again what was sent."""

    sent: int

    def without(self, gone, _own):
        return None if self.sent in gone else self

"""Work that is handed out, held and reported."""

from msgspec.structs import replace

from core.factoring.commands.assignment import (
    AcknowledgeWork,
    EndWork,
    ExpireWork,
    RenewWork,
    RequestP1Work,
    RequestWork,
    ReserveWork,
)
from core.factoring.commands.reports import Claim, ReportAttempt, ReportCurves
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.state.numbers import Strategy, Wanted
from tests.twins.steps.step import BOUNDS, LEASE_SECONDS, Step, name_of


class Take(Step, frozen=True):
    """Ask for curves to run."""

    handed_out = True
    project: str = ""
    whole: bool = False
    strategy: Strategy = "ladder"

    def command(self, here):
        return RequestWork(
            work=name_of(here.index),
            wanted=Wanted(project=self.project, strategy=self.strategy),
            lease_seconds=LEASE_SECONDS,
            work_seconds=60,
            whole=self.whole,
        )


class TakeP1(Step, frozen=True):
    """Ask for P-1 and P+1 on a number."""

    handed_out = True
    value: int

    def command(self, here):
        candidates = (here.number(self.value),)
        return RequestP1Work(work=name_of(here.index), method="p1", candidates=candidates, lease_seconds=LEASE_SECONDS)


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
            lease_seconds=LEASE_SECONDS,
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


class Reported(Step, frozen=True):
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


class Report(Reported, frozen=True):
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
        return Reported.meant(under, here, answer)


class Try(Reported, frozen=True):
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

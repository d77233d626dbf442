"""Commands about checks."""

from typing import Literal

from msgspec import Struct

from core.deciding import Command, Kind, Nothing
from core.leases.commands import EndLease, ExpireLease, RenewLease
from core.trust.answers import CheckTaken, CheckWork, Drawing
from core.trust.budget import Spent
from core.trust.drawing import Drawn
from core.trust.events import CheckDrawn, FindMissed, FindsAsked, Weighed
from core.trust.standing import Standing


class CommitChain(Command[Drawing], frozen=True):
    """Draw with another hash chain from now on; see `ChainCommitted`."""

    context = "trust"
    anchor: str
    length: int
    reason: str


class OpenSecret(Command[Drawing], frozen=True):
    """Let everybody know the secret of a day."""

    context = "trust"
    day: int
    secret: str


class Curve(Struct, frozen=True, gc=False):
    """A curve that was drawn: its offset and why, its sigma and the checksum that was reported."""

    drawn: Drawn
    sigma: str
    checksum: int


class Lots(Struct, frozen=True, gc=False):
    """A report, and what was drawn of it.

    Attributes:
        weighed: the report.
        before: how the machine stood when it was drawn.
        value: the number, in decimal.
        b1: bound of stage 1.
        param: parametrisation.
        stage_1: its nominal cost, microseconds.
        curves: what is to be checked.
    """

    weighed: Weighed
    before: Standing
    value: str
    b1: int
    param: int
    stage_1: int
    curves: tuple[Curve, ...]

    def check(self, number: int, curve: Curve) -> CheckDrawn:
        """Return the fact that a curve of it is to be checked."""
        report = self.weighed
        return CheckDrawn(
            check=number,
            report=report.position,
            offset=curve.drawn.offset,
            why=curve.drawn.why,
            client=report.client,
            users=report.users,
            number=report.number,
            value=self.value,
            b1=self.b1,
            param=self.param,
            sigma=curve.sigma,
            checksum=curve.checksum,
            cost=self.stage_1,
        )


class WeighReports(Command[Drawing], frozen=True):
    """Record what was drawn among the reports between two positions, given how machines stood; else it is drawn again.

    `spent` is what was before them, by which the budget of checks goes.
    """

    context = "trust"
    chain: int
    after: int
    upto: int
    lots: tuple[Lots, ...]
    spent: Spent


class CheckEarlier(Command[Drawing], frozen=True):
    """Record what was drawn among earlier curves of a machine that failed a check; `reports` were looked at."""

    context = "trust"
    client: int
    check: int
    reports: tuple[int, ...]
    lots: tuple[Lots, ...]


class RecordMissed(Command[Drawing], frozen=True):
    """Record which earlier curves should have found a factor; those of `lots` are to be run again.

    Attributes:
        after: the position up to which finds were asked about before.
        upto: the position up to which they are now.
        asked: the find, and how many curves were; None when there was no find.
        missed: those that should have found it.
        lots: what is to be checked of them.
    """

    context = "trust"
    after: int
    upto: int
    asked: FindsAsked | None
    missed: tuple[FindMissed, ...]
    lots: tuple[Lots, ...]


class RequestCheck(Command[CheckWork | Nothing], frozen=True):
    """Be given a curve to check.

    Attributes:
        work: a fresh UUID, the id of the lease if there is one.
        users: whose the machine is, under all names of theirs.
        decides: whether it is the operator's, which decides where no two agree.
        lease_seconds: how long to hold it without a sign of life.
        lives_seconds: what would not end within so many seconds is not given; 0 when nobody knows.
    """

    context = "trust"
    hands_out = Kind("trust", "checks of curves")
    work: str
    users: tuple[str, ...]
    decides: bool
    lease_seconds: int
    lives_seconds: int = 0


class AnswerCheck(Command[CheckTaken], frozen=True):
    """The stage 1 of a curve was run again.

    Attributes:
        work: the assignment.
        checksum: of the state after it.
        users: whose the machine is.
        decides: as of `RequestCheck`.
        cpu_milliseconds: what it took, 0 when not said.
        program: what ran it.
    """

    context = "trust"
    repeatable = True
    work: str
    checksum: int
    users: tuple[str, ...]
    decides: bool
    cpu_milliseconds: int = 0
    program: str = ""


class NoteDoubtHeeded(Command[Drawing], frozen=True):
    """Doubtful reports of a machine do not count any more."""

    context = "trust"
    client: int
    positions: tuple[int, ...]


class SettleDoubt(Command[Drawing], frozen=True):
    """Say what becomes of a machine's doubtful reports."""

    context = "trust"
    client: int
    verdict: Literal["withdrawn", "trusted"]
    reason: str


class RenewCheck(RenewLease, frozen=True):
    """The holder of a check is at work."""

    context = "trust"


class EndCheck(EndLease, frozen=True):
    """The holder of a check hands it back."""

    context = "trust"


class ExpireCheck(ExpireLease, frozen=True):
    """The time for a check has run out."""

    context = "trust"

"""Commands by which work is handed out, held and handed back."""

from typing import Literal

from core.deciding import Command, Kind, Nothing
from core.factoring.answers.shapes import LeaseAnswer, WorkAnswer
from core.factoring.state.numbers import Wanted
from core.leases.commands import EndLease, ExpireLease, RenewLease

P1Method = Literal["pm1", "pp1", "p1"]


CURVES = Kind("factoring", "curves, P-1 and P+1", doing="runs curves")


SIEVING = Kind("sieving", "the quadratic sieve")


class RequestWork(Command[WorkAnswer | Nothing], frozen=True):
    """Be given curves to run.

    Attributes:
        work: a fresh UUID, the id of the assignment if there is one.
        wanted: on which numbers.
        lease_seconds: how long to hold it without a sign of life.
        work_seconds: about how much work to hand out.
        cores: that the client has, 0 when it does not say.
        whole: whether the client takes the number all the way to its target, and nobody else a share of it.
        most_held: who holds so many assignments already gets no further one; 0 for no bound.
        beside: whether a run of P-1 or P+1 may be given instead of curves, where it promises more.
        lives_seconds: what would not end within so many seconds is not given; 0 when the client does not say how long it lives.
        unmeasured: whether a client whose speed is not known gets as much as one of the usual speed, since it does not come
            back soon.
        first: the first of several that are asked for at once, which may be this one: short ones, of less than is worth to be
            asked for by itself. Where that one was not short, or nothing, and where what comes next is not, there is no
            further one. Empty when this is asked for alone.
    """

    context = "factoring"
    hands_out = CURVES
    work: str
    wanted: Wanted
    lease_seconds: int
    work_seconds: int
    cores: int = 0
    whole: bool = False
    most_held: int = 0
    beside: bool = False
    lives_seconds: int = 0
    unmeasured: bool = False
    first: str = ""


class RequestP1Work(Command[WorkAnswer | Nothing], frozen=True):
    """Be given a number to run P-1, P+1 or both on.

    Attributes:
        work: a fresh UUID.
        method: `pm1`, `pp1`, or `p1` for both.
        candidates: ids of numbers on which that has not been done far enough, the first first.
        lease_seconds: how long to hold it.
        most_held: as of `RequestWork`.
    """

    context = "factoring"
    hands_out = CURVES
    work: str
    method: P1Method
    candidates: tuple[int, ...]
    lease_seconds: int
    most_held: int = 0


class RequestSieving(Command[WorkAnswer | Nothing], frozen=True):
    """Be given a small number at its target to factor by the quadratic sieve.

    Attributes:
        work: a fresh UUID.
        wanted: on which numbers.
        lease_seconds: how long to hold it without a sign of life.
        lives_seconds: as of `RequestWork`.
    """

    context = "factoring"
    hands_out = SIEVING
    work: str
    wanted: Wanted
    lease_seconds: int
    lives_seconds: int = 0


class AcknowledgeWork(Command[LeaseAnswer], frozen=True):
    """The assignment has been received (`claimed`), or begun with (`started`)."""

    context = "factoring"
    work: str
    stage: Literal["claimed", "started"]


class ReserveWork(Command[LeaseAnswer], frozen=True):
    """Keep a number from being assigned while it is worked on by other means.

    Attributes:
        work: a fresh UUID.
        number: its id; of one that is split, what is left of it.
        method: `nfs`, `snfs`, `gnfs` or `other`.
        metadata: JSON, kept as it is.
        lease_seconds: how long.
    """

    context = "factoring"
    work: str
    number: int
    method: str
    metadata: str
    lease_seconds: int


class RenewWork(RenewLease, frozen=True):
    """The holder is at work, and says how many curves it has run; 0 when it does not say."""

    context = "factoring"
    curves: int = 0


class EndWork(EndLease, frozen=True):
    """The holder has finished (`completed`), or hands the work back (`released`).

    Attributes:
        by_holder: whether only the client that holds it may end it.
        reserved: whether a reservation may be ended, which is no assignment but for administrators.
    """

    context = "factoring"
    by_holder: bool = True
    reserved: bool = False


class ExpireWork(ExpireLease, frozen=True):
    """Its time has run out."""

    context = "factoring"

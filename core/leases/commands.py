"""Commands about leases, from a holder or the clock; every context that leases has its own subclasses."""

from core.deciding import Command
from core.leases.answers import LeaseAnswer
from core.leases.decide import Outcome


class RenewLease(Command[LeaseAnswer], frozen=True):
    """The holder is at work.

    Attributes:
        lease: which.
        seconds: how long to hold it without a further sign of life; 0 for as long as it was granted.
    """

    lease: str
    seconds: int = 0


class EndLease(Command[LeaseAnswer], frozen=True):
    """The holder has finished (`completed`), or hands the work back (`released`).

    Attributes:
        lease: which.
        outcome: how it ends.
        reason: in words, may be empty.
    """

    lease: str
    outcome: Outcome
    reason: str = ""


class ExpireLease(Command[LeaseAnswer], frozen=True):
    """Its time has run out."""

    lease: str

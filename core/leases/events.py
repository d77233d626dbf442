"""Facts about leases, the same for every context."""

from core.events.fact import Fact


class LeaseGranted(Fact, frozen=True):
    """A client holds a piece of work until a time.

    Attributes:
        lease: a UUID.
        context: whose work it is, `factoring`.
        subject: the stream of what is worked on, `composite-17`.
        client: number of the holder.
        seconds: length of the lease; a renewal is for as long again.
        expires_at: microseconds UTC.
    """

    type = "leases.granted.v1"
    lease: str
    context: str
    subject: str
    client: int
    seconds: int
    expires_at: int


class LeaseRenewed(Fact, frozen=True):
    """The holder showed that it is at work."""

    type = "leases.renewed.v1"
    lease: str
    context: str
    expires_at: int


class LeaseEnded(Fact, frozen=True):
    """Nobody holds this lease any more.

    Attributes:
        lease: a UUID.
        context: whose work it was.
        outcome: `completed`, `released` (handed back), `expired` or `revoked` (by an administrator).
        reason: what was said about it, may be empty.
    """

    type = "leases.ended.v1"
    lease: str
    context: str
    outcome: str
    reason: str


FACTS = (LeaseGranted, LeaseRenewed, LeaseEnded)

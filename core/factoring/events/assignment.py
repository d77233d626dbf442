"""Facts about work: handed out, received, reserved."""

from msgspec.structs import astuple

from core.events.fact import Fact


class WorkAssignedBefore(Fact, frozen=True):
    """`WorkAssigned` as it was before it told why a number was chosen."""

    type = "factoring.work_assigned.v1"
    work: str
    assignment: int
    number: int
    client: int
    b1: int
    b2: int
    param: int
    curves: int
    goal_milli: int
    cores: int
    method: str
    exclusive: bool


class WorkAssigned(Fact, frozen=True):
    """A client was asked to run curves on a number.

    Attributes:
        work: a UUID, also the id of the lease.
        assignment: its number, from 1.
        number: what to work on.
        client: who is to.
        b1: bound of stage 1.
        b2: -1 for GMP-ECM's default.
        param: parametrisation.
        curves: how many.
        goal_milli: the t-level that they lead to, together with what others hold.
        cores: how many the client has, 0 when it did not say.
        method: `ecm`, `pm1`, `pp1`, or `p1` for both of the latter.
        exclusive: whether nobody else is given a share of the number meanwhile.
        strategy: why it was this number: `yield`, `fair`, `ladder` or `progressive`; empty where that was no question.
        nominal_microseconds: what the curves take nominally; 0 where that was not said.
    """

    type = "factoring.work_assigned.v2"
    work: str
    assignment: int
    number: int
    client: int
    b1: int
    b2: int
    param: int
    curves: int
    goal_milli: int
    cores: int
    method: str
    exclusive: bool
    strategy: str
    nominal_microseconds: int


class WorkAcknowledged(Fact, frozen=True):
    """A client said that it has taken its assignment (`claimed`), or begun with it (`started`)."""

    type = "factoring.work_acknowledged.v1"
    work: str
    stage: str


class WorkProgressed(Fact, frozen=True):
    """A client said how many curves of its assignment it has run; they are credited when it reports them."""

    type = "factoring.work_progressed.v1"
    work: str
    curves: int


class WorkReserved(Fact, frozen=True):
    """A number is worked on elsewhere, by other means; its lease keeps it from being assigned.

    Attributes:
        work: a UUID, also the id of the lease.
        number: what is worked on.
        client: by whom.
        method: `nfs`, `snfs`, `gnfs` or `other`.
        metadata: JSON, whatever was said about it.
    """

    type = "factoring.work_reserved.v1"
    work: str
    number: int
    client: int
    method: str
    metadata: str


FACTS = (
    WorkAssignedBefore,
    WorkAssigned,
    WorkAcknowledged,
    WorkProgressed,
    WorkReserved,
)


def for_no_said_reason(old: WorkAssignedBefore) -> WorkAssigned:
    """Return an assignment as it is recorded now, of which nobody said why it was this number."""
    said = (*astuple(old), "", 0)
    return WorkAssigned(*said)

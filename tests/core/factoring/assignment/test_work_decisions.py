"""Work given out, held and handed back, decided over a state in memory."""

from msgspec.structs import replace

from core.factoring.answers.shapes import LeaseAnswer, NoWork
from core.factoring.commands.assignment import (
    AcknowledgeWork,
    EndWork,
    ExpireWork,
    RenewWork,
    RequestP1Work,
    RequestSieving,
    RequestWork,
    ReserveWork,
)
from core.factoring.events.assignment import WorkAcknowledged, WorkAssigned, WorkReserved
from core.factoring.events.reports import CurveMeasured
from core.factoring.state.numbers import Wanted
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed
from core.refusals import BadInput, Conflict, Unknown
from core.timestamps import SECOND
from tests.core.factoring.given import (
    NOW,
    Example,
    P,
    Partly,
    Q,
    a_lease,
    a_number,
    a_residue_file,
    an_assignment,
    each,
    holds,
    with_leases,
)
from tests.core.factoring.world import World

ASKS = RequestWork(work="w", wanted=Wanted(), lease_seconds=120, work_seconds=600)
RESERVES = ReserveWork(work="r", number=1, method="snfs", metadata="{}", lease_seconds=60)
ASSIGNED = an_assignment()
ENDED = LeaseAnswer(lease="w", expires_at=NOW + 100 * SECOND, outcome="expired")
FREE, HELD = a_number(), with_leases(a_number())

ASKED_FOR = [
    Example(
        "on a long 2^n-1 curves are of parametrisation 0, with which GMP-ECM is faster there",
        World(a_number(value=2**523 - 1, digits=158)),
        ASKS,
        [
            Partly(CurveMeasured, b1=2_000, b2=-1, param=0),
            Partly(WorkAssigned, b1=2_000, b2=-1, param=0),
            Partly(LeaseGranted),
        ],
    ),
    Example(
        "a number whose residues wait for stage 2 is none for who wants it without",
        World(FREE, files=[a_residue_file()]),
        replace(ASKS, wanted=Wanted(without_residues=True)),
        Partly(NoWork),
    ),
    Example(
        "what that stage 2 is going to add is not planned again",
        World(FREE, files=[a_residue_file(curves=10**6)]),
        ASKS,
        Partly(NoWork),
    ),
    Example(
        "the first number that nobody holds is given, a little of it to one whose speed is not known",
        World(a_number(1, leases=1, exclusive=1), a_number(2, value=P * (Q + 4))),
        ASKS,
        [
            Partly(WorkAssigned, number=2, client=3, b1=2_000, b2=-1, goal_milli=15_000, exclusive=False),
            Partly(LeaseGranted, lease="w", subject="composite-2", client=3, expires_at=NOW + 120 * SECOND),
        ],
    ),
    Example(
        "what a curve is worth is recorded the first time that its bounds are seen",
        World(FREE, worths={}),
        ASKS,
        [Partly(CurveMeasured, b1=2_000, b2=-1, param=1), Partly(WorkAssigned, number=1), Partly(LeaseGranted)],
    ),
    Example(
        "a share of a held number is given when no other is left",
        World(HELD),
        ASKS,
        [Partly(WorkAssigned, number=1), Partly(LeaseGranted)],
    ),
    Example(
        "nobody is given a share of what one has whole",
        World(with_leases(FREE, exclusive=1)),
        ASKS,
        Partly(NoWork),
    ),
    Example(
        "who holds enough gets no more",
        World(FREE, assignments=[ASSIGNED]),
        RequestWork(work="x", wanted=Wanted(), lease_seconds=120, work_seconds=600, most_held=1),
        NoWork(message="1 assignments are held already, of 1 at most; complete or hand back one first."),
    ),
    Example(
        "a lease of no time is refused",
        World(FREE),
        RequestWork(work="w", wanted=Wanted(), lease_seconds=0, work_seconds=600),
        BadInput("A lease of 0 seconds"),
    ),
    Example(
        "P-1 is given on the first candidate that is free",
        World(with_leases(a_number(1)), a_number(2, value=P * (Q + 4), status="finished")),
        RequestP1Work(work="w", method="p1", candidates=(9, 1, 2), lease_seconds=120),
        [Partly(WorkAssigned, number=2, method="p1", b1=11_000, curves=1, exclusive=True), Partly(LeaseGranted)],
    ),
    Example(
        "no P-1 is given when no candidate is free",
        World(HELD),
        RequestP1Work(work="w", method="pm1", candidates=(1,), lease_seconds=120),
        Partly(NoWork),
    ),
    Example(
        "a short number at its target is given to be sieved",
        World(FREE, a_number(2, value=P * (Q + 4), status="finished", t_milli=15_001)),
        RequestSieving(work="w", wanted=Wanted(), lease_seconds=120),
        [
            Partly(WorkAssigned, number=2, client=3, method="qs", b1=0, b2=0, curves=1, exclusive=True),
            Partly(LeaseGranted, lease="w", subject="composite-2", expires_at=NOW + 120 * SECOND),
        ],
    ),
    Example(
        "a long number is left to other sieves",
        World(a_number(value=10**70 + 1, status="finished")),
        RequestSieving(work="w", wanted=Wanted(), lease_seconds=120),
        Partly(NoWork, message="No number of up to 70 digits is left at its target; ask again later."),
    ),
    Example(
        "a number is kept from being assigned while it is sieved",
        World(FREE),
        RESERVES,
        [
            WorkReserved(work="r", number=1, client=3, method="snfs", metadata="{}"),
            Partly(LeaseGranted, lease="r", seconds=60),
        ],
    ),
    Example(
        "what somebody works on is not reserved",
        World(HELD),
        RESERVES,
        Conflict("held by an assignment or a reservation"),
    ),
]

HOLDING = World(HELD, assignments=[ASSIGNED], leases=[a_lease(left=50)])
LAPSED = World(FREE, assignments=[ASSIGNED], leases=[a_lease(outcome="expired")])
HELD_ON = [
    Example(
        "who says that it has begun shows that it is alive",
        HOLDING,
        AcknowledgeWork(work="w", stage="started"),
        [WorkAcknowledged(work="w", stage="started"), Partly(LeaseRenewed, expires_at=NOW + 120 * SECOND)],
    ),
    Example("an ended assignment stays ended", LAPSED, AcknowledgeWork(work="w", stage="claimed"), ENDED),
    Example(
        "to another client it is not there",
        HOLDING,
        AcknowledgeWork(work="w", stage="claimed"),
        Unknown("is not this client's"),
        client=4,
    ),
    Example(
        "a claim on a residue file is no assignment",
        World(FREE, leases=[a_lease(subject="residue-1")]),
        EndWork(lease="w", outcome="released", by_holder=False, reserved=True),
        Unknown("is a claim on residue file 1, no assignment"),
    ),
    Example(
        "nor is a reservation, but for administrators",
        World(FREE, leases=[a_lease()]),
        EndWork(lease="w", outcome="released", by_holder=False),
        Unknown("is a reservation"),
    ),
    Example(
        "they end it",
        World(FREE, leases=[a_lease()]),
        EndWork(lease="w", outcome="released", by_holder=False, reserved=True),
        [Partly(LeaseEnded, lease="w", outcome="released")],
    ),
    Example(
        "a lease of which less than half is left is extended",
        HOLDING,
        RenewWork(lease="w"),
        [LeaseRenewed(lease="w", context="factoring", expires_at=NOW + 120 * SECOND)],
    ),
    Example(
        "a lease of which more is left is not",
        World(HELD, assignments=[ASSIGNED], leases=[a_lease(left=100)]),
        RenewWork(lease="w"),
        LeaseAnswer(lease="w", expires_at=NOW + 100 * SECOND, outcome=None),
    ),
    Example("a lease that there never was is unknown", World(), RenewWork(lease="w"), Unknown("no assignment 'w'")),
    Example(
        "the holder hands work back",
        HOLDING,
        EndWork(lease="w", outcome="released", reason="going home"),
        [LeaseEnded(lease="w", context="factoring", outcome="released", reason="going home")],
    ),
    Example(
        "an administrator takes it back",
        HOLDING,
        EndWork(lease="w", outcome="revoked", by_holder=False),
        [Partly(LeaseEnded, outcome="revoked")],
        client=0,
    ),
    Example("nobody else does", HOLDING, EndWork(lease="w", outcome="released"), Unknown("only its holder"), client=4),
    Example(
        "a lease whose time has run out ends",
        World(HELD, leases=[a_lease(left=0)]),
        ExpireWork(lease="w"),
        [Partly(LeaseEnded, outcome="expired")],
        client=0,
    ),
    Example(
        "one that was renewed meanwhile does not",
        HOLDING,
        ExpireWork(lease="w"),
        LeaseAnswer(lease="w", expires_at=NOW + 50 * SECOND, outcome=None),
        client=0,
    ),
]


EXAMPLES = [*ASKED_FOR, *HELD_ON]


@each(EXAMPLES)
def test_it_is_decided_so(example):
    holds(example)

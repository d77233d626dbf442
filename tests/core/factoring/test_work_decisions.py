"""Daily work decided over a state in memory: numbers handed in, work given out, curves and other attempts reported."""

from msgspec.structs import replace

from core.factoring.answers import CompositeAnswer, LeaseAnswer, NoWork
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
    RequestSieving,
    RequestWork,
    ReserveWork,
    ShareFactors,
    SubmitComposite,
)
from core.factoring.curation.events import NumberUnshelved, ProjectCreated
from core.factoring.events import (
    AttemptMade,
    CompositeChanged,
    CompositeSubmitted,
    CurveMeasured,
    CurvesRun,
    FactorFound,
    NumberSplit,
    Part,
    ProjectJoined,
    Raised,
    WorkAcknowledged,
    WorkAssigned,
    WorkReserved,
)
from core.factoring.evidence import FactorConfirmed
from core.factoring.formats.worklist import Work
from core.factoring.prior_events import DeclaredCurves, PriorWorkDeclared
from core.factoring.reporting import NotSubmitted
from core.factoring.state import Wanted
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed
from core.refusals import BadInput, Conflict, Unknown
from core.timestamps import SECOND
from tests.core.factoring.given import (
    CURVE,
    NOW,
    STAGE_1,
    Example,
    P,
    Partly,
    Q,
    World,
    a_lease,
    a_number,
    a_residue_file,
    an_assignment,
    each,
    holds,
    with_leases,
)

ASKS = RequestWork(work="w", wanted=Wanted(), lease_seconds=120, work_seconds=600)
RAN = ReportCurves(work="", value=str(P * Q), bounds=CURVE, curves=10)
TRIED = ReportAttempt(value=str(P * Q), method="pm1", b1=10**6, b2=None, runs=1)
RESERVES = ReserveWork(work="r", number=1, method="snfs", metadata="{}", lease_seconds=60)
ASSIGNED = an_assignment()
FREE, HELD = a_number(), with_leases(a_number())
PARTS = (
    Part(number=2, value=str(P), digits=7, primality="proven", times=1, target_milli=15_000),
    Part(number=3, value=str(Q), digits=7, primality="proven", times=1, target_milli=15_000),
)
ENDED = LeaseAnswer(lease="w", expires_at=NOW + 100 * SECOND, outcome="expired")

SUBMITTED = [
    Example(
        "a number that nobody knows is recorded with the usual target",
        World(),
        SubmitComposite(text="1000003*1000033", ceiling_digits=100),
        [Partly(CompositeSubmitted, number=1, value=str(P * Q), expression="1000003*1000033", target_milli=15_000)],
    ),
    Example(
        "small factors are taken out at once, and the project of the first number that joins it begins",
        World(),
        SubmitComposite(text="21", ceiling_digits=100, project="small"),
        [
            ProjectCreated(project=1, name="small", description=""),
            Partly(CompositeSubmitted, number=1, value="21", project="small"),
            Partly(FactorFound, factor=1, value="3", client=0, attempt=0),
            Partly(FactorFound, factor=2, value="7", client=0, attempt=0),
            Partly(NumberSplit, number=1),
        ],
    ),
    Example(
        "what is newly wanted of a known number is recorded",
        World(FREE),
        SubmitComposite(text=str(P * Q), ceiling_digits=100, priority=7, project="p"),
        [
            CompositeChanged(number=1, target_milli=None, priority=7),
            ProjectCreated(project=1, name="p", description=""),
            ProjectJoined(number=1, project="p"),
        ],
    ),
    Example(
        "a deleted number that is handed in again is listed again",
        World(a_number(shelf="deleted")),
        SubmitComposite(text=str(P * Q), ceiling_digits=100),
        [NumberUnshelved(number=1)],
    ),
    Example(
        "nothing is recorded when nothing is new",
        World(FREE, projects={"p": 1}, members={(1, "p")}),
        SubmitComposite(text=str(P * Q), ceiling_digits=100, target_milli=15_000, project="p"),
        Partly(CompositeAnswer, outcome="existing", number=1),
    ),
    Example(
        "curves that were run elsewhere are declared",
        World(FREE, worths={CURVE: 1}),
        SubmitComposite(text=str(P * Q), ceiling_digits=100, prior=Prior(work=(Work(5, 2_000, None, 1),))),
        [
            PriorWorkDeclared(
                attempt=1, number=1, client=3, t_milli=0, level=None, curves=(DeclaredCurves(2_000, -1, 1, 5),)
            )
        ],
    ),
    Example(
        "a target that nobody can mean is refused",
        World(),
        SubmitComposite(text="77", ceiling_digits=100, target_milli=100_001),
        BadInput("target_t_level 100.001 is out of bounds"),
    ),
]

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
    Example("what somebody works on is not reserved", World(HELD), RESERVES, Conflict("has an active assignment")),
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

REPORTED = [
    Example(
        "curves without a sigma all count",
        World(FREE),
        RAN,
        [Partly(CurvesRun, attempt=1, number=1, client=3, curves=10, anonymous=10, sigmas=(), doubt="")],
    ),
    Example(
        "a curve known with smaller bounds is raised, one known with these adds nothing",
        World(FREE, curves={(1, 1): {"7": STAGE_1, "8": CURVE}}),
        ReportCurves(work="", value=str(P * Q), bounds=CURVE, curves=3, sigmas=("7", "8", "9")),
        [Partly(CurvesRun, anonymous=0, raised=(Raised(0, 2_000, 0),), uncredited=(1,))],
    ),
    Example(
        "a factor takes the number apart, and what others hold on it ends",
        World(HELD, leases=[a_lease("other", client=4)]),
        ReportCurves(work="", value=str(P * Q), bounds=CURVE, curves=1, sigmas=("7",), claims=(Claim(str(P), "7"),)),
        [
            Partly(CurvesRun, factors=(str(P),), refused=()),
            FactorFound(factor=1, number=1, value=str(P), primality="proven", attempt=1, sigma="7", client=3),
            NumberSplit(number=1, parts=PARTS),
            LeaseEnded(lease="other", context="factoring", outcome="revoked", reason="a factor was found"),
        ],
    ),
    Example(
        "a factor that is known is confirmed",
        World(a_number(status="factored"), a_number(2, value=P), a_number(3, value=Q), parts={1: [2, 3]}),
        ReportCurves(work="", value=str(P * Q), bounds=CURVE, curves=1, claims=(Claim(str(P), "9"),)),
        [
            Partly(CurvesRun, factors=(str(P),)),
            FactorConfirmed(number=1, attempt=1, client=3, value=str(P), sigma="9"),
        ],
    ),
    Example(
        "a claim that divides nothing is turned down by name, and the curves count",
        World(FREE),
        ReportCurves(work="", value=str(P * Q), bounds=CURVE, curves=1, claims=(Claim("17"),)),
        [
            Partly(
                CurvesRun,
                anonymous=1,
                factors=(),
                refused=("The factor 17 does not divide 1000036000099; it was not recorded.",),
            )
        ],
    ),
    Example(
        "the last curves of an assignment end it",
        World(HELD, assignments=[an_assignment(completed=4)], leases=[a_lease()]),
        ReportCurves(work="w", value="", bounds=None, curves=6),
        [Partly(CurvesRun, work="w", b1=2_000, anonymous=6), Partly(LeaseEnded, lease="w", outcome="completed")],
    ),
    Example(
        "more CPU time than there was is doubted",
        World(HELD, assignments=[an_assignment(cores=2)], leases=[a_lease()]),
        ReportCurves(work="w", value="", bounds=None, curves=1, cpu_milliseconds=21_000),
        [Partly(CurvesRun, doubt="21.0 CPU-seconds were reported, but 2 cores had 20.0 since the assignment.")],
    ),
    Example("of a number that nobody handed in nothing is reported", World(), RAN, NotSubmitted("submit it first")),
    Example(
        "in a prime there is nothing to find",
        World(a_number(value=P)),
        ReportCurves(work="", value=str(P), bounds=CURVE, curves=1),
        BadInput("is prime; there is nothing to find in it"),
    ),
    Example(
        "more sigmas than curves are refused",
        World(FREE),
        ReportCurves(work="", value=str(P * Q), bounds=CURVE, curves=1, sigmas=("7", "8")),
        BadInput("2 sigmas were sent for 1 curve"),
    ),
    Example(
        "another attempt adds no effort",
        World(FREE),
        TRIED,
        [Partly(AttemptMade, attempt=1, number=1, method="pm1", b1=10**6, b2=-1, runs=1, factors=())],
    ),
    Example(
        "its factors count",
        World(FREE),
        ReportAttempt(value=str(P * Q), method="qs", b1=0, b2=None, runs=1, claims=(Claim(str(Q)),)),
        [Partly(AttemptMade, method="qs"), Partly(FactorFound, value=str(Q)), NumberSplit(number=1, parts=PARTS)],
    ),
    Example(
        "a method that nobody knows is refused",
        World(FREE),
        ReportAttempt(value=str(P * Q), method="guessing", b1=0, b2=None, runs=1),
        BadInput("method 'guessing' is not known"),
    ),
]
SHARED = [
    Example(
        "a factor of another number that divides this one as well is recorded of it, as nobody's work",
        World(FREE),
        ShareFactors(value=str(P * Q), factors=(str(Q),)),
        [
            Partly(AttemptMade, method="relation", runs=0),
            Partly(FactorFound, value=str(Q)),
            NumberSplit(number=1, parts=PARTS),
        ],
    ),
    Example(
        "what does not divide it is no news",
        World(FREE),
        ShareFactors(value=str(P * Q), factors=("17",)),
        Partly(CompositeAnswer, number=1, outcome="existing"),
    ),
]

EXAMPLES = [*SUBMITTED, *ASKED_FOR, *HELD_ON, *REPORTED, *SHARED]


@each(EXAMPLES)
def test_it_is_decided_so(example):
    holds(example)

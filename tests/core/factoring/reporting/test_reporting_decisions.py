"""Curves and other attempts reported, decided over a state in memory."""

from core.factoring.commands.reports import Claim, ReportAttempt, ReportCurves
from core.factoring.events.evidence import FactorConfirmed
from core.factoring.events.numbers import NumberSplit
from core.factoring.events.reports import AttemptMade, CurvesRun, FactorFound, Raised
from core.factoring.reporting.curves import NotSubmitted
from core.leases.events import LeaseEnded
from core.refusals import BadInput
from tests.core.factoring.given import (
    PARTS,
    Example,
    P,
    Partly,
    Q,
    a_lease,
    a_number,
    an_assignment,
    each,
    holds,
    with_leases,
)
from tests.core.factoring.world import CURVE, STAGE_1, World

RAN = ReportCurves(work="", value=str(P * Q), bounds=CURVE, curves=10)
TRIED = ReportAttempt(value=str(P * Q), method="pm1", b1=10**6, b2=None, runs=1)
FREE, HELD = a_number(), with_leases(a_number())

EXAMPLES = [
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


@each(EXAMPLES)
def test_it_is_decided_so(example):
    holds(example)

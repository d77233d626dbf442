"""Rows of the system replaced decided over a state in memory: they keep their ids where these are free, and come once."""

from core.factoring.answers.shapes import CompositeAnswer, RowKnown
from core.factoring.commands.imports import DivideOut, ImportAttempt, ImportComposite, ImportCurves, ImportFactor
from core.factoring.commands.reports import Claim, ReportAttempt, ReportCurves
from core.factoring.events.evidence import Wish, WishNoted
from core.factoring.events.imports import AttemptImported, CompositeImported, FactorImported
from core.factoring.events.numbers import CompositeSubmitted, NumberShelved, NumberSplit, SnfsFormNoted
from core.factoring.events.reports import AttemptMade, CurvesRun, FactorFound
from core.refusals import BadInput
from tests.core.factoring.given import Example, P, Partly, Q, a_number, each, holds
from tests.core.factoring.world import CURVE, World

VALUE = str(P * Q)
NUMBER = a_number()
ROW = ImportComposite(row=40, origin="o", text=VALUE, ceiling_digits=100, snfs_difficulty=99, shelf="inactive")
RAN = ReportCurves(work="", value=VALUE, bounds=CURVE, curves=2, sigmas=("7", "8"))
FOUND = ReportCurves(work="", value=VALUE, bounds=CURVE, curves=1, claims=(Claim(str(P)),))
TRIED = ReportAttempt(value=VALUE, method="pm1", b1=10**6, b2=None, runs=1)

EXAMPLES = [
    Example(
        "a number keeps its id, with its form and its shelf",
        World(NUMBER),
        ImportComposite(
            row=40, origin="o", text="1000003*1000037", ceiling_digits=100, snfs_difficulty=9, shelf="inactive"
        ),
        [
            Partly(CompositeSubmitted, number=40, expression="1000003*1000037"),
            CompositeImported(number=40, row=40, origin="o"),
            SnfsFormNoted(number=40, difficulty=9),
            Partly(NumberShelved, number=40, shelf="inactive"),
        ],
    ),
    Example(
        "an id that was given out here is not given again",
        World(given_out={"number": 50}),
        ImportComposite(row=40, origin="o", text=VALUE, ceiling_digits=100),
        [Partly(CompositeSubmitted, number=51), CompositeImported(number=51, row=40, origin="o")],
    ),
    Example(
        "a number that is known here stays as it is",
        World(NUMBER),
        ROW,
        [CompositeImported(number=1, row=40, origin="o")],
    ),
    Example(
        "a row comes once", World(NUMBER, origins={"o": 1}), ROW, Partly(CompositeAnswer, outcome="existing", number=1)
    ),
    Example(
        "no row has an id below 0",
        World(),
        ImportComposite(row=-1, origin="o", text=VALUE, ceiling_digits=100),
        BadInput("The id -1 is out of bounds"),
    ),
    Example(
        "curves keep the id of their attempt, and their factors theirs",
        World(NUMBER),
        ImportCurves(row=30, origin="o", report=FOUND, factor_rows=(20,)),
        [
            Partly(CurvesRun, attempt=30, factors=(str(P),)),
            Partly(FactorFound, factor=20, attempt=30),
            Partly(NumberSplit, number=1),
            FactorImported(factor=20, row=20),
            AttemptImported(attempt=30, row=30, origin="o", superseded_by=0),
        ],
    ),
    Example(
        "curves that a later attempt carried further add nothing",
        World(NUMBER),
        ImportCurves(row=30, origin="o", report=RAN, superseded_by=31),
        [
            Partly(CurvesRun, anonymous=0, raised=(), uncredited=(0, 1)),
            AttemptImported(attempt=30, row=30, origin="o", superseded_by=31),
        ],
    ),
    Example(
        "curves come once",
        World(NUMBER, origins={"o": 30}),
        ImportCurves(row=30, origin="o", report=RAN),
        RowKnown(id=30),
    ),
    Example(
        "so do other attempts keep their id",
        World(NUMBER),
        ImportAttempt(row=30, origin="o", report=TRIED),
        [Partly(AttemptMade, attempt=30), AttemptImported(attempt=30, row=30, origin="o", superseded_by=0)],
    ),
    Example(
        "they come once",
        World(NUMBER, origins={"o": 30}),
        ImportAttempt(row=30, origin="o", report=TRIED),
        RowKnown(id=30),
    ),
    Example(
        "a factor of which no attempt tells is declared",
        World(NUMBER),
        ImportFactor(row=20, value=VALUE, factor=str(P)),
        [
            Partly(AttemptMade, method="declared"),
            Partly(FactorFound, factor=20, value=str(P)),
            Partly(NumberSplit),
            FactorImported(factor=20, row=20),
        ],
    ),
    Example(
        "one that is known adds nothing, but it is kept that it was told",
        World(a_number(status="factored"), a_number(2, value=P), a_number(3, value=Q), parts={1: [2, 3]}),
        ImportFactor(row=20, value=VALUE, factor=str(P)),
        [Partly(WishNoted, number=1, wish="describe", left=str(Q))],
    ),
    Example(
        "once for all",
        World(
            *(a_number(status="factored"), a_number(2, value=P), a_number(3, value=Q)),
            parts={1: [2, 3]},
            wishes={(1, "describe", str(Q)): Wish(wish="describe", left=str(Q)).noted(1, 3)},
        ),
        ImportFactor(row=20, value=VALUE, factor=str(P)),
        RowKnown(id=1),
    ),
    Example(
        "small factors are taken out when all numbers are there",
        World(a_number(value=21 * P)),
        DivideOut(number=1),
        [
            Partly(FactorFound, value="3", attempt=0),
            Partly(FactorFound, value="7", attempt=0),
            Partly(NumberSplit, number=1),
            Wish(wish="divide").noted(1, 3),
        ],
    ),
    Example(
        "that they were asked for is kept where a factor is known: its finder may be withdrawn",
        World(a_number(status="factored"), a_number(2, value=P), a_number(3, value=Q), parts={1: [2, 3]}),
        DivideOut(number=1),
        [Wish(wish="divide").noted(1, 3)],
    ),
    Example(
        "there are none where there are none",
        World(NUMBER),
        DivideOut(number=1),
        Partly(CompositeAnswer, outcome="existing", number=1),
    ),
]


@each(EXAMPLES)
def test_it_is_decided_so(example):
    holds(example)

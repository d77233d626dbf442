"""Numbers handed in, and factors that they share, decided over a state in memory."""

from core.factoring.answers.shapes import CompositeAnswer
from core.factoring.commands.numbers import Prior, SubmitComposite
from core.factoring.commands.reports import ShareFactors
from core.factoring.events.numbers import (
    CompositeChanged,
    CompositeSubmitted,
    NumberSplit,
    NumberUnshelved,
    ProjectJoined,
)
from core.factoring.events.prior_work import DeclaredCurves, PriorWorkDeclared
from core.factoring.events.projects import ProjectCreated
from core.factoring.events.reports import AttemptMade, FactorFound
from core.factoring.notation.worklist import Work
from core.refusals import BadInput
from tests.core.factoring.given import PARTS, Example, P, Partly, Q, a_number, each, holds
from tests.core.factoring.world import CURVE, World

FREE = a_number()

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


EXAMPLES = [*SUBMITTED, *SHARED]


@each(EXAMPLES)
def test_it_is_decided_so(example):
    holds(example)

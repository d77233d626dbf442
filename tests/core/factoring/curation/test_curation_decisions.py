"""How the list of numbers is kept, decided over a state in memory."""

from core.corrections.events import Withdrawn
from core.factoring.answers import CompositeAnswer
from core.factoring.curation.commands import (
    ChangeComposite,
    CreateProject,
    DeleteProject,
    DescribeNumber,
    Orphan,
    ShelveNumber,
    UnshelveNumber,
    Withdraw,
)
from core.factoring.curation.events import (
    IdsGivenOut,
    NumberShelved,
    NumberUnshelved,
    ProjectCreated,
    ProjectDeleted,
    SnfsFormNoted,
)
from core.factoring.events import AttemptMade, CompositeChanged, CurvesRun, FactorFound, NumberSplit, Raised
from core.factoring.residues.events import ResidueIdsGivenOut
from core.leases.events import LeaseEnded
from core.refusals import BadInput, Conflict, Unknown
from tests.core.factoring.given import (
    CURVE,
    STAGE_1,
    Example,
    P,
    Partly,
    Q,
    R,
    World,
    a_lease,
    a_number,
    a_residue_file,
    each,
    holds,
    with_leases,
)

NUMBER = a_number()
WHOLE = a_number(1, value=P * Q * R, status="split")
PART, PRIME = a_number(2, value=P * Q), a_number(3, value=R)
UNCHANGED = Partly(CompositeAnswer, outcome="existing", number=1)
VANISHED = CurvesRun(
    attempt=4,
    number=9,
    work="w",
    client=3,
    method="ecm",
    b1=2_000,
    b2=-1,
    param=1,
    curves=4,
    sigmas=("7", "8", "9"),
    anonymous=1,
    raised=(),
    uncredited=(),
    checksums=(),
    factors=(str(P),),
    refused=(),
    cpu_milliseconds=0,
    program="",
    output="",
    doubt="",
)

EXAMPLES = [
    Example(
        "a target is changed",
        World(NUMBER),
        ChangeComposite(number=1, target_milli=20_000, priority=0),
        [CompositeChanged(number=1, target_milli=20_000, priority=None)],
    ),
    Example("nothing changes by the same", World(NUMBER), ChangeComposite(number=1, priority=0), UNCHANGED),
    Example("what is not there is not changed", World(), ChangeComposite(number=1), Unknown("no number with the id 1")),
    Example(
        "a special form is noted",
        World(NUMBER),
        DescribeNumber(number=1, snfs_difficulty=137),
        [SnfsFormNoted(number=1, difficulty=137)],
    ),
    Example(
        "a form that is known adds nothing",
        World(NUMBER, difficulties={1: 137}),
        DescribeNumber(number=1, snfs_difficulty=137),
        UNCHANGED,
    ),
    Example(
        "what is left of a number elsewhere takes it apart here",
        World(NUMBER),
        DescribeNumber(number=1, left=str(Q)),
        [
            Partly(AttemptMade, method="declared", factors=(str(P),), client=3),
            Partly(FactorFound, value=str(P)),
            Partly(NumberSplit, number=1),
        ],
    ),
    Example(
        "what does not divide it is refused",
        World(NUMBER),
        DescribeNumber(number=1, left="17"),
        BadInput("current_composite 17 does not divide 1000036000099"),
    ),
    Example(
        "what is factored elsewhere is done here, and who works on it is told",
        World(with_leases(NUMBER), leases=[a_lease()]),
        DescribeNumber(number=1, factored=True),
        [
            NumberShelved(number=1, shelf="complete", reason="It is factored elsewhere."),
            Partly(LeaseEnded, lease="w", outcome="revoked"),
        ],
    ),
    Example(
        "a number is put aside with its parts",
        World(WHOLE, PART, PRIME, parts={1: [2, 3]}),
        ShelveNumber(number=1, shelf="inactive", reason="later"),
        [NumberShelved(number=number, shelf="inactive", reason="later") for number in (1, 2, 3)],
    ),
    Example(
        "what stands there already stays",
        World(a_number(shelf="inactive")),
        ShelveNumber(number=1, shelf="inactive"),
        UNCHANGED,
    ),
    Example(
        "a reason is no book",
        World(NUMBER),
        ShelveNumber(number=1, shelf="deleted", reason="x" * 501),
        BadInput("The reason takes 501 characters"),
    ),
    Example(
        "a number is taken up again with the parts that stand on its shelf",
        World(
            a_number(1, value=P * Q * R, status="split", shelf="inactive"),
            a_number(2, value=P * Q, shelf="inactive"),
            a_number(3, value=R, shelf="complete"),
            parts={1: [2, 3]},
        ),
        UnshelveNumber(number=1),
        [NumberUnshelved(number=1), NumberUnshelved(number=2)],
    ),
    Example("what stands on no shelf stays", World(NUMBER), UnshelveNumber(number=1), UNCHANGED),
    Example("what is not there is on no shelf", World(), UnshelveNumber(number=1), Unknown("no number with the id 1")),
    Example(
        "a project begins",
        World(projects={"old": 1}),
        CreateProject(name="new", description="why"),
        [ProjectCreated(project=2, name="new", description="why")],
    ),
    Example(
        "no two have one name", World(projects={"old": 1}), CreateProject(name="old"), Conflict("project 'old' already")
    ),
    Example("none is without one", World(), CreateProject(name=" "), BadInput("The project has no name")),
    Example(
        "a project ends", World(projects={"old": 1}), DeleteProject(project=1), [ProjectDeleted(project=1, name="old")]
    ),
    Example("none that is not there ends", World(), DeleteProject(project=1), Unknown("no project with the id 1")),
    Example(
        "a correction says which ids are given out for ever",
        World(NUMBER, files=[a_residue_file()], given_out={"number": 7, "attempt": 5, "factor": 2}),
        Withdraw(positions=(5, 6), reason="a wrong B1"),
        [
            Withdrawn(context="factoring", positions=(5, 6), reason="a wrong B1"),
            IdsGivenOut(number=7, attempt=5, factor=2, assignment=0, project=0),
            ResidueIdsGivenOut(residue=1),
        ],
    ),
    Example(
        "curves on what vanishes move to what it divides, each once, without what they found",
        World(NUMBER, curves={(1, 1): {"7": STAGE_1, "8": CURVE}}),
        Withdraw(
            positions=(5,), reason="", orphans=(Orphan(VANISHED, 1, 11), Orphan(VANISHED, 1, 11)), efforts=((1, 0),)
        ),
        [
            Partly(Withdrawn, positions=(5,)),
            Partly(
                CurvesRun, number=1, work="", anonymous=1, raised=(Raised(0, 2_000, 0),), uncredited=(1,), factors=()
            ),
            Partly(CurvesRun, number=1, work="", anonymous=0, raised=(), uncredited=(0, 1, 2), factors=()),
            Partly(IdsGivenOut, number=1),
        ],
    ),
    Example(
        "what does not count is not withdrawn again",
        World(NUMBER),
        Withdraw(positions=(5,), reason="", already=((5, 9),)),
        Conflict("Event 5 does not count any more since event 9"),
    ),
    Example(
        "what was reported meanwhile has it looked at again",
        World(a_number(effort=8)),
        Withdraw(positions=(5,), reason="", efforts=((1, 7),)),
        Conflict("send it again"),
    ),
]


@each(EXAMPLES)
def test_it_is_decided_so(example):
    holds(example)

"""How the list of numbers is kept, decided over a state in memory."""

from core.corrections.events import Concluded, ReportsReinstated, ReportsWithdrawn, Restated
from core.deciding import Asking
from core.events.envelope import NewEvent
from core.factoring.answers.shapes import CompositeAnswer, ProjectAnswer
from core.factoring.commands.corrections import Correct, Restatement
from core.factoring.commands.numbers import ChangeComposite, DescribeNumber, SetDeadline, ShelveNumber, UnshelveNumber
from core.factoring.commands.projects import CreateProject, DeleteProject, PauseProject, ResumeProject, SetShare
from core.factoring.events.corrections import IdsGivenOut
from core.factoring.events.evidence import Wish, WishNoted
from core.factoring.events.numbers import (
    CompositeChanged,
    NumberDeadlineSet,
    NumberShelved,
    NumberSplit,
    NumberUnshelved,
    SnfsFormNoted,
)
from core.factoring.events.projects import (
    ProjectCreated,
    ProjectDeleted,
    ProjectPaused,
    ProjectResumed,
    ProjectShareSet,
)
from core.factoring.events.reports import AttemptMade, FactorFound
from core.factoring.events.residues import ResidueIdsGivenOut
from core.factoring.redeciding.wishing import decide_wish
from core.factoring.state.assignment import Share
from core.leases.events import LeaseEnded
from core.refusals import BadInput, Conflict, Unknown
from core.steering.pausing import Pause
from tests.core.factoring.given import (
    NOW,
    Example,
    P,
    Partly,
    Q,
    R,
    a_lease,
    a_number,
    a_residue_file,
    each,
    holds,
    with_leases,
)
from tests.core.factoring.world import World

NUMBER = a_number()
DRAINED = Pause("project-1", drains=True, reason="", since=1, position=1)
WHOLE = a_number(1, value=P * Q * R, status="split")
PART, PRIME = a_number(2, value=P * Q), a_number(3, value=R)
UNCHANGED = Partly(CompositeAnswer, outcome="existing", number=1)

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
            Partly(WishNoted, number=1, wish="describe"),
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
            Partly(WishNoted, number=1, wish="describe"),
        ],
    ),
    Example(
        "a number is put aside with its parts",
        World(WHOLE, PART, PRIME, parts={1: [2, 3]}),
        ShelveNumber(number=1, shelf="inactive", reason="later"),
        [
            *(NumberShelved(number=number, shelf="inactive", reason="later") for number in (1, 2, 3)),
            Partly(WishNoted, number=1, wish="shelve", shelf="inactive"),
        ],
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
        BadInput("and has 501 characters"),
    ),
    Example(
        "nor a command to a terminal",
        World(NUMBER),
        ShelveNumber(number=1, shelf="deleted", reason="a\x1b[2J"),
        BadInput("U+001B (a control character) does not print"),
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
        [NumberUnshelved(number=1), NumberUnshelved(number=2), Partly(WishNoted, number=1, wish="unshelve")],
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
    Example("none is without one", World(), CreateProject(name=""), BadInput("name is ''; 1 to 100")),
    Example(
        "none is of blanks",
        World(),
        CreateProject(name=" "),
        BadInput("name is ' '; 1 to 100 printable characters, not all blank"),
    ),
    Example(
        "a project ends", World(projects={"old": 1}), DeleteProject(project=1), [ProjectDeleted(project=1, name="old")]
    ),
    Example(
        "a project is paused",
        World(projects={"old": 1}),
        PauseProject(project=1, drains=True, reason="a wrong list"),
        [ProjectPaused(project=1, name="old", drains=True, reason="a wrong list")],
    ),
    Example(
        "one that is drained is stopped",
        World(projects={"old": 1}, paused={1: DRAINED}),
        PauseProject(project=1, drains=False),
        [ProjectPaused(project=1, name="old", drains=False, reason="")],
    ),
    Example(
        "one that is paused so already stays so",
        World(projects={"old": 1}, paused={1: DRAINED}),
        PauseProject(project=1, drains=True),
        ProjectAnswer(project=1, name="old"),
    ),
    Example(
        "a project is given a weight",
        World(projects={"old": 1}, shares=(Share("old", 1, 0, NOW + 9),)),
        SetShare(project=1, weight=5),
        [ProjectShareSet(project=1, name="old", weight=5, deadline=NOW + 9)],
    ),
    Example(
        "its deadline is taken away",
        World(projects={"old": 1}, shares=(Share("old", 3, 0, NOW + 9),)),
        SetShare(project=1, deadline=0),
        [ProjectShareSet(project=1, name="old", weight=3, deadline=None)],
    ),
    Example(
        "the weight that it has changes nothing",
        World(projects={"old": 1}),
        SetShare(project=1, weight=1),
        ProjectAnswer(project=1, name="old"),
    ),
    Example(
        "a weight of 0 is none",
        World(projects={"old": 1}),
        SetShare(project=1, weight=0),
        BadInput("weight is 0; a whole"),
    ),
    Example(
        "a project's deadline is in the future",
        World(projects={"old": 1}),
        SetShare(project=1, deadline=NOW),
        BadInput("which is past"),
    ),
    Example("none that is not there is given a weight", World(), SetShare(project=1, weight=2), Unknown("the id 1")),
    Example(
        "a number is given a deadline",
        World(NUMBER),
        SetDeadline(number=1, deadline=NOW + 9),
        [NumberDeadlineSet(number=1, deadline=NOW + 9)],
    ),
    Example(
        "the deadline that it has changes nothing",
        World(NUMBER, deadlines={1: NOW + 9}),
        SetDeadline(number=1, deadline=NOW + 9),
        UNCHANGED,
    ),
    Example(
        "a number's deadline is in the future",
        World(NUMBER),
        SetDeadline(number=1, deadline=NOW - 1),
        BadInput("which is past"),
    ),
    Example("none that is not there is paused", World(), PauseProject(project=1, drains=True), Unknown("the id 1")),
    Example(
        "a project is resumed",
        World(projects={"old": 1}, paused={1: DRAINED}),
        ResumeProject(project=1),
        [ProjectResumed(project=1, name="old")],
    ),
    Example(
        "one that is not paused stays so",
        World(projects={"old": 1}),
        ResumeProject(project=1),
        ProjectAnswer(project=1, name="old"),
    ),
    Example("none that is not there ends", World(), DeleteProject(project=1), Unknown("no project with the id 1")),
    Example(
        "a correction says which ids are given out for ever",
        World(NUMBER, files=[a_residue_file()], given_out={"number": 7, "attempt": 5, "factor": 2}),
        Correct(withdrawn=(5, 6), reinstated=(), reason="a wrong B1", given_out=(0, 6, 1)),
        [
            ReportsWithdrawn(context="factoring", positions=(5, 6), reason="a wrong B1"),
            IdsGivenOut(number=7, attempt=6, factor=2, assignment=0, project=0),
            ResidueIdsGivenOut(residue=1),
            Concluded(context="factoring"),
        ],
    ),
    Example(
        "what counts instead stands behind the places for which it counts",
        World(NUMBER),
        Correct(
            withdrawn=(),
            reinstated=(9,),
            reason="",
            restated=(
                Restatement(3, (NewEvent("composite-1", NumberUnshelved(number=1), cause=3),)),
                Restatement(5, ()),
                Restatement(9, None),
            ),
        ),
        [
            ReportsReinstated(context="factoring", positions=(9,), reason=""),
            Restated(context="factoring", places=((3, 1), (5, 0), (9, -1))),
            NumberUnshelved(number=1),
            Partly(IdsGivenOut, number=1),
            Concluded(context="factoring"),
        ],
    ),
    Example(
        "what does not count is not withdrawn again",
        World(NUMBER),
        Correct(withdrawn=(), reinstated=(), reason="", refusal="Event 5 does not count any more since event 9"),
        Conflict("Event 5 does not count any more since event 9"),
    ),
]


@each(EXAMPLES)
def test_it_is_decided_so(example):
    holds(example)


def test_a_number_stays_put_aside_for_a_reason_of_an_earlier_version():
    """A correction decides again what was recorded when a reason could hold anything."""
    wish = Wish(wish="shelve", shelf="inactive", reason="a\x1b[2J")
    shelved, *_ = decide_wish(wish, 1, NUMBER.value, (), Asking(now=NOW, client=0), World(NUMBER))
    assert shelved.fact == NumberShelved(number=1, shelf="inactive", reason=wish.reason)

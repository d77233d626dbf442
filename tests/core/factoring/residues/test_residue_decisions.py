"""Residue files decided over a state in memory: kept, claimed, handed back, completed, removed."""

from msgspec.structs import replace

from core.factoring.answers.residues import ResidueAnswer
from core.factoring.answers.shapes import LeaseAnswer, NoWork
from core.factoring.commands.residues import (
    ClaimResidue,
    CompleteResidue,
    Contents,
    ReleaseResidue,
    RemoveResidue,
    Uncounted,
    UploadResidues,
    reported_at,
)
from core.factoring.events.residues import (
    CurvesIdentified,
    ResidueClaimed,
    ResidueCompleted,
    ResidueCurves,
    ResidueCurvesSkipped,
    ResidueRemoved,
    ResiduesUploaded,
    StageOneNamed,
)
from core.factoring.state.residues import Identified, WantedResidue
from core.leases.events import LeaseEnded, LeaseGranted
from core.refusals import BadInput, Forbidden, Unknown
from core.timestamps import SECOND
from tests.core.factoring.given import NOW, Example, P, Partly, Q, a_lease, a_number, a_residue_file, a_run, each, holds
from tests.core.factoring.world import CURVE, World

NUMBER = a_number()
STAGE_1 = a_run(b2=0)
STAGE_2 = a_run(attempt=6, sigmas=("7", "8"), anonymous=0)
CONTENTS = Contents(
    value=str(P * Q),
    b1=2_000,
    param=1,
    sigmas=("7", "8"),
    served_sha256="as it is handed out",
    bytes=100,
    inferred=0,
    bad=0,
    bad_lines=(),
    checksums=(70, None),
)
UPLOADS = UploadResidues(sha256="as it came", contents=CONTENTS, stage_1=None, keep_seconds=60)
IDENTIFIED = CurvesIdentified(
    attempt=4, number=1, residue=1, b1=2_000, b2=0, param=1, was_param=1, sigmas=(), known=(), anonymous=0
)
FILE, CLAIMED = a_residue_file(), a_residue_file(claim="c")
CLAIM = a_lease("c", "residue-1")
RETURNED = a_lease("c", "residue-1", outcome="released")
LINES = {1: ("7", "8")}
WAITING = World(NUMBER, files=[FILE], sigmas=LINES)
TAKEN = World(NUMBER, files=[CLAIMED], sigmas=LINES, leases=[CLAIM], claimed={(3, 1): "c"})
DONE = World(
    NUMBER,
    files=[CLAIMED],
    sigmas=LINES,
    leases=[CLAIM],
    claimed={(3, 1): "c"},
    curves={(1, 1): {"7": CURVE, "8": CURVE}},
)
HALF = World(
    NUMBER, files=[CLAIMED], sigmas=LINES, leases=[CLAIM], claimed={(3, 1): "c"}, curves={(1, 1): {"7": CURVE}}
)
QUARTERS = {1: ("7", "8", "9", "10")}
THREE = {(1, 1): {"7": CURVE, "8": CURVE, "9": CURVE}}
FOUR = a_residue_file(claim="c", curves=4)
MOST = World(NUMBER, files=[FOUR], sigmas=QUARTERS, leases=[CLAIM], claimed={(3, 1): "c"}, curves=THREE)
TWO = World(
    NUMBER,
    files=[FOUR],
    sigmas=QUARTERS,
    leases=[CLAIM],
    claimed={(3, 1): "c"},
    curves={(1, 1): {"7": CURVE, "8": CURVE}},
)
ENDED, OTHERS = replace(CLAIM, outcome="completed"), a_lease("d", "residue-1", client=4)
AFTERWARDS, TAKEN_OVER = (
    World(
        NUMBER,
        files=[replace(FOUR, claim="d")],
        sigmas=QUARTERS,
        leases=[own, OTHERS],
        claimed={(3, 1): "c", (4, 1): "d"},
        curves=THREE,
    )
    for own in (ENDED, replace(CLAIM, outcome="expired"))
)
ASKS = ClaimResidue(claim="c", wanted=WantedResidue(), lease_seconds=120)
COMPLETES = CompleteResidue(residue=1, stage_2=reported_at(70, STAGE_2))

EXAMPLES = [
    Example(
        "a file is kept with its curves",
        World(NUMBER),
        UPLOADS,
        [
            Partly(ResiduesUploaded, residue=1, number=1, client=3, attempt=0, curves=2, keep_until=NOW + 60 * SECOND),
            ResidueCurves(residue=1, offset=0, sigmas=("7", "8"), checksums=(70, None)),
        ],
    ),
    Example(
        "curves that were reported without a sigma get theirs",
        World(NUMBER, identified={4: Identified(sigmas=frozenset({(1, "5")}))}),
        UploadResidues(sha256="x", contents=CONTENTS, stage_1=reported_at(12, STAGE_1), keep_seconds=60),
        [Partly(ResiduesUploaded, attempt=4), Partly(ResidueCurves), replace(IDENTIFIED, sigmas=("7",), anonymous=1)],
    ),
    Example(
        "those that count already don't count a second time without one",
        World(NUMBER, curves={(1, 1): {"8": CURVE}}),
        UploadResidues(sha256="x", contents=CONTENTS, stage_1=reported_at(12, STAGE_1), keep_seconds=60),
        [
            Partly(ResiduesUploaded, attempt=4),
            Partly(ResidueCurves),
            replace(IDENTIFIED, sigmas=("7",), anonymous=1),
            replace(IDENTIFIED, known=("8",), anonymous=1),
        ],
    ),
    Example(
        "unless the report told them itself, or another file of it did",
        World(
            NUMBER, curves={(1, 1): {"7": CURVE, "8": CURVE}}, identified={4: Identified(known=frozenset({(1, "8")}))}
        ),
        UploadResidues(
            sha256="x",
            contents=CONTENTS,
            stage_1=reported_at(12, a_run(b2=0, sigmas=("7",), curves=3, anonymous=2)),
            keep_seconds=60,
        ),
        [Partly(ResiduesUploaded, attempt=4), Partly(ResidueCurves)],
    ),
    *(
        Example(
            f"a file is kept, and what was said of {words}, which may count again",
            World(NUMBER, given_out={"attempt": 4}),
            UploadResidues(sha256="x", contents=CONTENTS, stage_1=said, keep_seconds=60),
            [Partly(ResiduesUploaded, attempt=0), Partly(ResidueCurves), StageOneNamed(residue=1, attempt=4)],
        )
        for words, said in (
            ("a report that does not count", Uncounted(4)),
            ("a report on another number", reported_at(12, replace(STAGE_1, number=2))),
            ("a report of another method", reported_at(12, replace(STAGE_1, method="pm1"))),
        )
    ),
    Example(
        "nothing is kept of a report that was never made",
        World(NUMBER, given_out={"attempt": 3}),
        UploadResidues(sha256="x", contents=CONTENTS, stage_1=Uncounted(4), keep_seconds=60),
        [Partly(ResiduesUploaded, attempt=0), Partly(ResidueCurves)],
    ),
    Example(
        "which report was of its stage 1 may be said when a file comes once more",
        World(NUMBER, files=[FILE], sigmas=LINES, given_out={"attempt": 4}),
        replace(UPLOADS, stage_1=reported_at(12, STAGE_1)),
        [replace(IDENTIFIED, sigmas=("7", "8"), anonymous=2), StageOneNamed(residue=1, attempt=4)],
    ),
    Example(
        "and is kept once",
        World(NUMBER, files=[FILE], sigmas=LINES, named=[(1, 4)], given_out={"attempt": 4}),
        replace(UPLOADS, stage_1=Uncounted(4)),
        Partly(ResidueAnswer, outcome="existing", residue=1),
    ),
    Example("the same file is kept once", WAITING, UPLOADS, Partly(ResidueAnswer, outcome="existing", residue=1)),
    Example("residues are of a number that is known", World(), UPLOADS, BadInput("submit that number first")),
    Example(
        "nothing is to be found in a prime",
        World(a_number(status="prime")),
        UPLOADS,
        BadInput("is prime; there is nothing to find"),
    ),
    Example(
        "of a number that was factored while stage 1 ran they are taken",
        World(a_number(status="factored")),
        UPLOADS,
        [Partly(ResiduesUploaded), Partly(ResidueCurves)],
    ),
    Example(
        "the first file that nobody holds is given",
        WAITING,
        ASKS,
        [
            ResidueClaimed(residue=1, claim="c", client=3),
            Partly(LeaseGranted, lease="c", subject="residue-1", expires_at=NOW + 120 * SECOND),
        ],
    ),
    Example(
        "its holder is not given the curves whose stage 2 is done",
        World(NUMBER, files=[a_residue_file(curves=4)], sigmas=QUARTERS, curves=THREE),
        ASKS,
        [
            Partly(ResidueClaimed),
            Partly(LeaseGranted),
            ResidueCurvesSkipped(residue=1, claim="c", sigmas=("7", "8", "9")),
        ],
    ),
    Example(
        "unless they were only taken for the ones that were run",
        World(NUMBER, files=[a_residue_file(curves=4)], sigmas=QUARTERS, curves=THREE, assumed={(1, 1): ("8", "9")}),
        ASKS,
        [Partly(ResidueClaimed), Partly(LeaseGranted), ResidueCurvesSkipped(residue=1, claim="c", sigmas=("7",))],
    ),
    Example(
        "but all of them when none is left, so that somebody completes the file",
        World(NUMBER, files=[FILE], sigmas=LINES, curves={(1, 1): {"7": CURVE, "8": CURVE}}),
        ASKS,
        [Partly(ResidueClaimed), Partly(LeaseGranted)],
    ),
    Example("none is given when none waits", TAKEN, ASKS, Partly(NoWork)),
    Example(
        "no B1 is larger than itself",
        WAITING,
        ClaimResidue(claim="c", wanted=WantedResidue(min_b1=3, max_b1=2), lease_seconds=120),
        BadInput("min_b1 3 exceeds max_b1 2"),
    ),
    Example(
        "its holder hands it back",
        TAKEN,
        ReleaseResidue(residue=1),
        [Partly(LeaseEnded, lease="c", outcome="released")],
    ),
    Example("nobody else does", TAKEN, ReleaseResidue(residue=1), BadInput("held by another client"), client=4),
    Example(
        "who handed it back says so again",
        World(NUMBER, files=[FILE], sigmas=LINES, leases=[RETURNED], claimed={(3, 1): "c"}),
        ReleaseResidue(residue=1),
        Partly(LeaseAnswer, lease="c", outcome="released"),
    ),
    Example(
        "or after somebody else took it",
        World(
            NUMBER,
            files=[a_residue_file(claim="d")],
            sigmas=LINES,
            leases=[RETURNED, a_lease("d", "residue-1", client=4)],
            claimed={(3, 1): "c", (4, 1): "d"},
        ),
        ReleaseResidue(residue=1),
        Partly(LeaseAnswer, lease="c", outcome="released"),
    ),
    Example(
        "an administrator takes it back",
        TAKEN,
        ReleaseResidue(residue=1, by_holder=False, reason="idle"),
        [Partly(LeaseEnded, outcome="revoked", reason="idle")],
        client=0,
    ),
    Example("what nobody holds is not handed back", WAITING, ReleaseResidue(residue=1), BadInput("Nobody holds")),
    Example(
        "stage 2 is done when it was run on every curve",
        DONE,
        COMPLETES,
        [ResidueCompleted(residue=1, attempt=6), Partly(LeaseEnded, lease="c", outcome="completed")],
    ),
    Example("with too few of them it is not done", TWO, COMPLETES, BadInput("Stage 2 is done for 2 of the 4 curves")),
    Example(
        "with three quarters of them the claim ends, and the file waits for somebody to run the others",
        MOST,
        COMPLETES,
        [Partly(LeaseEnded, lease="c", outcome="completed")],
    ),
    Example(
        "who completed so is told the same again", AFTERWARDS, COMPLETES, Partly(ResidueAnswer, outcome="returned")
    ),
    Example(
        "whose time ran out is not, when somebody else holds it", TAKEN_OVER, COMPLETES, Forbidden("another client")
    ),
    Example(
        "who stopped at a factor leaves the others",
        HALF,
        CompleteResidue(residue=1, stage_2=reported_at(70, replace(STAGE_2, factors=(str(P),)))),
        [Partly(LeaseEnded, lease="c", outcome="completed")],
    ),
    Example("only who holds a file completes it", DONE, COMPLETES, Forbidden("held by another client"), client=4),
    Example(
        "a report of other curves completes nothing",
        DONE,
        CompleteResidue(residue=1, stage_2=reported_at(70, replace(STAGE_2, sigmas=("99",)))),
        BadInput("The attempt 6 is not of the stage 2 of residue file 1"),
    ),
    Example(
        "a file is removed from under who holds it",
        TAKEN,
        RemoveResidue(residue=1, reason="no room"),
        [ResidueRemoved(residue=1, reason="no room"), Partly(LeaseEnded, lease="c", outcome="revoked")],
    ),
    Example(
        "the clock leaves a file whose stage 2 is not done",
        TAKEN,
        RemoveResidue(residue=1, reason="done", only_done=True),
        Partly(ResidueAnswer, outcome="existing"),
    ),
    Example(
        "it removes one that is done and was kept long enough",
        World(NUMBER, files=[a_residue_file(completed_by=6)]),
        RemoveResidue(residue=1, reason="done", only_done=True),
        [ResidueRemoved(residue=1, reason="done")],
    ),
    Example(
        "a file that there never was is unknown",
        World(),
        RemoveResidue(residue=1, reason=""),
        Unknown("no residue file"),
    ),
]


@each(EXAMPLES)
def test_it_is_decided_so(example):
    holds(example)

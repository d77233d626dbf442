"""Curves that are checked."""

from hashlib import sha256

from core.factoring.commands.reports import Claim
from tests.drawing import Drawing
from tests.golden.staging import fresh, leads_to, report, submitted


@leads_to("trust.finds_asked.v1", "trust.find_missed.v1")
def miss_a_find(office):
    """Somebody finds what an earlier curve should have found."""
    drawing = Drawing(office, sha256(b"%d" % fresh(office)).digest(), {})
    _, small, large = submitted(office)
    office.perform(report(small * large, 1, sigmas=("11",)), client="mallory")
    found = office.perform(report(small * large, 1, sigmas=("12",), claims=(Claim(str(small), "12"),)), client="alice")
    drawing.miss(found.attempt, str(small))


@leads_to(
    *("trust.chain_committed.v1", "trust.reports_weighed.v3", "trust.check_drawn.v1", "trust.check_assigned.v1"),
    *("trust.check_answered.v1", "trust.check_settled.v1", "trust.earlier_drawn.v1", "trust.reports_doubted.v1"),
    *("trust.doubt_heeded.v1", "trust.doubt_settled.v1", "trust.secret_opened.v1"),
)
def check_curves(office):
    """A machine invents checksums, two others say so twice, and its reports are withdrawn."""
    seed = sha256(b"%d" % fresh(office)).digest()
    drawing = Drawing(office, seed, {"mallory": "user-91", "alice": "user-92", "bob": "user-93"})
    _, small, large = submitted(office)
    invented = {"sigmas": tuple(map(str, range(60))), "checksums": tuple(range(1, 61))}
    office.perform(report(small * large, 60, **invented), client="mallory")
    drawing.weigh()
    for _ in range(2):
        drawing.check("alice", 7)
        drawing.check("bob", 7)
        drawing.look_back()
    drawing.settle("mallory")
    drawing.open(1)

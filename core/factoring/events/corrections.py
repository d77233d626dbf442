"""Facts about corrections, and which kinds of event may be withdrawn and taken back in."""

from core.events.fact import Fact
from core.factoring.events.prior_work import PriorWorkDeclared
from core.factoring.events.reports import AttemptMade, CurvesRun, FactorFound


class IdsGivenOut(Fact, frozen=True):
    """So far have ids been given out; recorded with a correction, since none is given again for what it withdraws.

    Attributes:
        number: the newest of a number.
        attempt: the newest of an attempt.
        factor: the newest of a factor.
        assignment: the newest of an assignment.
        project: the newest of a project.
    """

    type = "factoring.ids_given_out.v1"
    number: int
    attempt: int
    factor: int
    assignment: int
    project: int


FACTS = (IdsGivenOut,)
REPORTS = frozenset({CurvesRun.type, AttemptMade.type})
"""Reports, each with whatever it claims to have found."""
MAY_BE_WITHDRAWN = (CurvesRun.type, AttemptMade.type, PriorWorkDeclared.type, FactorFound.type)

"""The kinds of event that may be withdrawn, and taken back in."""

from core.factoring.events import AttemptMade, CurvesRun, FactorFound
from core.factoring.prior_events import PriorWorkDeclared

REPORTS = frozenset({CurvesRun.type, AttemptMade.type})
"""Reports, each with whatever it claims to have found."""

MAY_BE_WITHDRAWN = (CurvesRun.type, AttemptMade.type, PriorWorkDeclared.type, FactorFound.type)

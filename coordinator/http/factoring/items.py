"""Items of factoring at the bulk address; null says the same as leaving a field out."""

from coordinator.http.bulk.ingest import Ingest, Item
from coordinator.http.factoring.results import Program, value_of
from coordinator.http.factoring.shapes import ClaimedFactor, claim_of
from coordinator.http.factoring.submitting import SubmittedComposite, submission
from coordinator.http.requests.parameters import CpuSeconds
from coordinator.setup.settings import Settings
from core.factoring.commands.reports import ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of


class ClaimedFactorItem(ClaimedFactor, frozen=True, forbid_unknown_fields=True):
    """A factor, and the sigma of the curve that found it."""


class RunCurves(Item, frozen=True, kw_only=True):
    """Curves that were run; `b2` null is GMP-ECM's default, 0 is stage 1 only."""

    b1: int
    param: int
    curves: int
    b2: int | None = None
    work_assignment_id: str | None = None
    composite: str | int | None = None
    sigmas: tuple[str | int, ...] | None = None
    checksums: tuple[int | None, ...] | None = None
    factors: tuple[ClaimedFactorItem, ...] | None = None
    cpu_seconds: CpuSeconds | None = None
    program: Program | None = None
    program_version: Program | None = None


def report(item: RunCurves, settings: Settings) -> ReportCurves:
    """Read curves that were run; their number may be written as it was submitted."""
    return ReportCurves(
        work=item.work_assignment_id or "",
        value=value_of(item.composite, settings),
        bounds=bounds_of(item.b1, item.b2, item.param),
        curves=item.curves,
        sigmas=tuple(map(str, item.sigmas or ())),
        checksums=item.checksums or (),
        claims=tuple(claim_of(found) for found in item.factors or ()),
        cpu_milliseconds=round((item.cpu_seconds or 0) * 1000),
        program=" ".join(filter(None, (item.program, item.program_version))),
    )


INGESTS = (
    Ingest("factoring.composite_submitted", SubmittedComposite, submission, "submit"),
    Ingest("factoring.curves_run", RunCurves, report, "work"),
)

"""Items of factoring at the bulk address; null says the same as leaving a field out."""

from coordinator.http.factoring.results import Program
from coordinator.http.factoring.shapes import ClaimedFactor, PriorCurves, claim_of, milli_of, prior_of
from coordinator.http.ingest import Ingest, Item
from coordinator.http.parameters import CpuSeconds
from coordinator.settings import Settings
from core.factoring.commands import ReportCurves, SubmitComposite
from core.factoring.curves import bounds_of
from core.factoring.formats.expressions import number_from


class SubmittedComposite(Item, frozen=True, kw_only=True):
    """A number to factor, with what was done on it elsewhere."""

    number: str | int
    target_t_level: float | None = None
    priority: int | None = None
    project: str | None = None
    prior_t_level: float | None = None
    work: str | list[PriorCurves] | None = None


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


def submit(item: SubmittedComposite, settings: Settings) -> SubmitComposite:
    """Read a submitted number."""
    return SubmitComposite(
        text=str(item.number),
        ceiling_digits=settings.number_ceiling_digits,
        target_milli=milli_of(item.target_t_level),
        priority=item.priority,
        project=item.project or "",
        prior=prior_of(item.prior_t_level, item.work),
    )


def report(item: RunCurves, settings: Settings) -> ReportCurves:
    """Read curves that were run; their number may be written as it was submitted."""
    written = "" if item.composite is None else str(item.composite).strip()
    plain = not written or (written.isascii() and written.isdigit())
    return ReportCurves(
        work=item.work_assignment_id or "",
        value=written if plain else number_from(written, settings.number_ceiling_digits).digits(),
        bounds=bounds_of(item.b1, item.b2, item.param),
        curves=item.curves,
        sigmas=tuple(map(str, item.sigmas or ())),
        checksums=item.checksums or (),
        claims=tuple(claim_of(found) for found in item.factors or ()),
        cpu_milliseconds=round((item.cpu_seconds or 0) * 1000),
        program=" ".join(filter(None, (item.program, item.program_version))),
    )


INGESTS = (
    Ingest("factoring.composite_submitted", SubmittedComposite, submit, "submit"),
    Ingest("factoring.curves_run", RunCurves, report, "work"),
)

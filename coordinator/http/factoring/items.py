"""What factoring takes at the bulk address."""

import msgspec

from coordinator.http.factoring.shapes import PriorCurves, milli_of, prior_of
from coordinator.http.ingest import Ingest, Item
from core.factoring.commands import Claim, ReportCurves, SubmitComposite
from core.factoring.curves import bounds_of

CEILING_DIGITS = 10_000


class SubmittedComposite(Item, frozen=True, kw_only=True):
    """A number to factor, with what was done on it elsewhere."""

    number: str | int
    target_t_level: float | None = None
    priority: int | None = None
    project: str = ""
    prior_t_level: float | None = None
    work: str | list[PriorCurves] | None = None


class FoundFactor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A factor, and the sigma of the curve that found it."""

    factor: str | int
    sigma: str | int | None = None


class RunCurves(Item, frozen=True, kw_only=True):
    """Curves that were run; `b2` null is GMP-ECM's default, 0 is stage 1 only."""

    b1: int
    param: int
    curves: int
    b2: int | None = None
    work_assignment_id: str = ""
    composite: str | int = ""
    sigmas: tuple[str | int, ...] = ()
    checksums: tuple[int | None, ...] = ()
    factors: tuple[FoundFactor, ...] = ()
    cpu_seconds: float = 0.0
    program: str = ""
    program_version: str = ""


def submit(item: SubmittedComposite) -> SubmitComposite:
    """Read a submitted number."""
    return SubmitComposite(
        text=str(item.number),
        ceiling_digits=CEILING_DIGITS,
        target_milli=milli_of(item.target_t_level),
        priority=item.priority,
        project=item.project,
        prior=prior_of(item.prior_t_level, item.work),
    )


def report(item: RunCurves) -> ReportCurves:
    """Read curves that were run."""
    return ReportCurves(
        work=item.work_assignment_id,
        value=str(item.composite),
        bounds=bounds_of(item.b1, item.b2, item.param),
        curves=item.curves,
        sigmas=tuple(map(str, item.sigmas)),
        checksums=item.checksums,
        claims=tuple(Claim(str(f.factor), "" if f.sigma is None else str(f.sigma)) for f in item.factors),
        cpu_milliseconds=round(item.cpu_seconds * 1000),
        program=" ".join(filter(None, (item.program, item.program_version))),
    )


INGESTS = (
    Ingest("factoring.composite_submitted", SubmittedComposite, submit, "submit"),
    Ingest("factoring.curves_run", RunCurves, report, "work"),
)

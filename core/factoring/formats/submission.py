"""What a submission says in the words of the ECM Coordination Middleware, whose fields are often wrong.

The program's own output, where it was sent, knows better: which curves were run (so that no curve counts twice,
whoever sends it), with which parametrisation and bounds. What it does not show is taken from the fields.

A curve that the output shows to be over was run, even when the fields count fewer; the one announced last, whose end
is not shown, was run when the fields count one more. Curves beyond those that are visible have no identity.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from core.factoring.bounds import require_curves
from core.factoring.commands import Claim
from core.factoring.curves import Bounds, bounds_of
from core.factoring.formats.gmp_ecm.transcript import Output, requested_b2
from core.refusals import BadInput

USUAL_PARAM = 1
"""What GMP-ECM chooses itself on 64-bit machines, when nobody says what it chose."""
SIGMAS_A_RUN = 1_000
"""So many fit into one event, with 40 digits each; what shows more is several runs."""
MOST_RUNS = 500
_MENTIONED = re.compile(r"Stage 2 from residue ([0-9]{1,18})(?![0-9])", re.ASCII)
_SIGMA = re.compile(r"(?:(?P<param>[0-3]):)?(?P<sigma>[0-9]{1,40})\Z", re.ASCII)


class Told(Struct, frozen=True, gc=False):
    """What the fields of a submission say of its curves.

    Attributes:
        b1: None when it is not said.
        b2: None or -1 for GMP-ECM's default, 0 for stage 1 only.
        param: None when it is not said.
        curves: how many were completed.
        sigma: of one of the curves, `3:123` or `123`; empty when it is not said.
        claims: the factors found; the sigma of each like that above.
        cpu_milliseconds: what all of it took.
    """

    b1: int | None
    b2: int | None
    param: int | None
    curves: int
    sigma: str
    claims: tuple[Claim, ...]
    cpu_milliseconds: int


class Run(Struct, frozen=True, gc=False):
    """Curves of one kind, as they are reported; see `ReportCurves`."""

    bounds: Bounds
    curves: int
    sigmas: tuple[str, ...]
    claims: tuple[Claim, ...]
    cpu_milliseconds: int


def claims_of(told: Told, output: Output) -> tuple[Claim, ...]:
    """Return the factors that the fields or the output name, each once, with its sigma in decimal where one is said.

    Raises:
        BadInput: a sigma is none.
    """
    shown = {curve.factor: curve.sigma or "" for curve in output.curves if curve.factor}
    shown |= {factor: "" for factor in output.other_factors if factor not in shown}
    claims: dict[str, Claim] = {}
    for claim in told.claims:
        sigma = _parts(claim.sigma)[1] or shown.get(claim.factor, "")
        if not claims.get(claim.factor, Claim("")).sigma:
            claims[claim.factor] = Claim(claim.factor, sigma)
    for factor, sigma in shown.items():
        claims.setdefault(factor, Claim(factor, sigma))
    return tuple(claims.values())


def runs_of(told: Told, output: Output) -> list[Run]:
    """Return the ECM curves of a submission, by their kinds; the first run is the main one.

    Raises:
        BadInput: bounds, a count or a sigma is not acceptable, or B1 is said nowhere.
    """
    visible = _visible(output, told.curves)
    count = sum(map(len, visible.values()))
    curves = max(told.curves, count) if count else told.curves
    require_curves(curves)
    main = max(visible, key=lambda kind: len(visible[kind])) if visible else _bounds_told(told)
    for text in filter(None, (told.sigma, *(claim.sigma for claim in told.claims))):
        param, sigma = _parts(text)
        kind = replace(main, param=main.param if param is None else param)
        shown = any(sigma in sigmas for other, sigmas in visible.items() if other.param == kind.param)
        if count < curves and not shown:
            visible.setdefault(kind, []).append(sigma)
            count += 1
    runs = list(_cut(main, visible.pop(main, []), anonymous=curves - count))
    runs += [run for kind, sigmas in visible.items() for run in _cut(kind, sigmas)]
    if len(runs) > MOST_RUNS:
        raise BadInput(f"The output shows {len(runs)} kinds of curves; at most {MOST_RUNS} are accepted at a time.")
    return _shared_out(runs, claims_of(told, output), told.cpu_milliseconds, curves)


def resumed_runs(told: Told, output: Output, b1: int, param: int, sigmas: Sequence[str]) -> list[Run]:
    """Return the curves of a submission of stage 2, which continued those of a residue file.

    Those that the output shows were run: several processes, each with a part of the file, stop in the middle of each part.
    Beyond them it is the first of the file's that were.

    Args:
        told: what the fields say; how many curves, and to which B2.
        output: what the program printed; it knows B2 better.
        b1: bound of the file's stage 1.
        param: the file's parametrisation.
        sigmas: of the file's curves.

    Raises:
        BadInput: a bound or a count is not acceptable.
    """
    ordinary = runs_of(replace(told, b1=told.b1 or b1), output)
    curves = min(sum(run.curves for run in ordinary), len(sigmas))
    shown = {sigma for run in ordinary if run.bounds.param == param for sigma in run.sigmas}
    run_first = sorted(sigmas, key=lambda sigma: sigma not in shown)
    runs = list(_cut(bounds_of(b1, ordinary[0].bounds.b2, param), run_first[:curves]))
    return _shared_out(runs, claims_of(told, output), told.cpu_milliseconds, curves)


def residue_mentioned(output: str) -> int | None:
    """Return the id of the residue file that a submission of stage 2 says to come from."""
    found = _MENTIONED.search(output)
    return int(found[1]) if found else None


def _visible(output: Output, told: int) -> dict[Bounds, list[str]]:
    """Return the sigmas of the visible curves that were run to their end, by their kinds."""
    printed: dict[tuple[int, int, int], list[str]] = {}
    over = 0
    for curve in output.curves:
        if curve.param is not None and curve.sigma is not None:
            printed.setdefault((curve.b1, curve.b2, curve.param), []).append(curve.sigma)
            over += 1
    for curve in output.unfinished[: max(told - over, 0)]:
        if curve.param is not None and curve.sigma is not None:
            printed.setdefault((curve.b1, curve.b2, curve.param), []).append(curve.sigma)
    visible: dict[Bounds, list[str]] = {}
    for kind, sigmas in printed.items():
        visible.setdefault(_bounds_printed(*kind), []).extend(sigmas)
    return visible


@lru_cache(maxsize=1024)
def _bounds_printed(b1: int, b2: int, param: int) -> Bounds:
    return bounds_of(b1, requested_b2(b1, b2), param)


def _bounds_told(told: Told) -> Bounds:
    if told.b1 is None:
        raise BadInput("b1 is missing; the bound of stage 1 is required where the output does not show it.")
    param = _parts(told.sigma)[0]
    if param is None:
        param = USUAL_PARAM if told.param is None else told.param
    return bounds_of(told.b1, told.b2, param)


def _parts(text: str) -> tuple[int | None, str]:
    """Read a sigma as clients write it, `3:123` or `123`: its parametrisation when it is there, and its digits."""
    if not text:
        return None, ""
    match = _SIGMA.match(text)
    if match is None:
        raise BadInput(f"sigma {text[:50]!r} is not acceptable; 123, or 3:123 with its parametrisation, is.")
    return int(match["param"]) if match["param"] else None, match["sigma"].lstrip("0") or "0"


def _cut(bounds: Bounds, sigmas: Sequence[str], anonymous: int = 0) -> Iterator[Run]:
    """Cut curves of one kind into runs that fit into an event each; those without a sigma go with the first."""
    for start in range(0, max(len(sigmas), 1), SIGMAS_A_RUN):
        some = tuple(sigmas[start : start + SIGMAS_A_RUN])
        curves = len(some) + (0 if start else anonymous)
        if curves:
            yield Run(bounds, curves, some, (), 0)


def _shared_out(runs: Sequence[Run], claims: Sequence[Claim], cpu_milliseconds: int, curves: int) -> list[Run]:
    """Give each run the factors that its curves found, and its share of the time; the first takes what is left."""
    shares = [cpu_milliseconds * run.curves // curves for run in runs]
    shares[0] += cpu_milliseconds - sum(shares)
    holders = {sigma: offset for offset, run in enumerate(runs) for sigma in run.sigmas} if claims else {}
    found: list[list[Claim]] = [[] for _ in runs]
    for claim in claims:
        found[holders.get(claim.sigma, 0)].append(claim)
    return [
        replace(run, claims=tuple(mine), cpu_milliseconds=share)
        for run, mine, share in zip(runs, found, shares, strict=True)
    ]

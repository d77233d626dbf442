"""A submission in the words of the ECM Coordination Middleware, whose fields are often wrong.

The program's own output, where it was sent, knows better: which curves were run (so that no curve counts twice,
whoever sends it), with which parametrisation and bounds. What it does not show is taken from the fields.

A curve that the output shows to be over was run, even when the fields count fewer. Where the output is whole, no other one
was; where it is cut, the fields tell how many can't be seen, and the one announced last, whose end is not shown, is the first
of these. Curves beyond those that are visible have no identity.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from core.factoring.commands.reports import Claim
from core.factoring.events.reports import portions
from core.factoring.formats.credit.shown import Shown, in_words
from core.factoring.mathematics.curves.bounds import Bounds, bounds_of
from core.factoring.mathematics.curves.limits import require_curves, require_param
from core.factoring.mathematics.curves.parametrisation import USUAL_PARAM
from core.refusals import BadInput
from core.wording import count_of, shortened

SIGMAS_A_RUN = 1_000
"""So many fit into one event, with 40 digits each; what shows more is several runs."""
MOST_RUNS = 500
_MENTIONED = re.compile(r"Stage 2 from residue ([0-9]{1,18})(?![0-9])", re.ASCII)
_SIGMA = re.compile(r"(?:(?P<param>[0-3]):)?(?P<sigma>-?[0-9]{1,1000})\Z", re.ASCII)
_BELOW_2_TO_32 = (1, 3)
"""Parametrisations whose sigmas are below 2^32: GMP-ECM refuses larger ones."""
_LARGER_SIGMA = 2**32


class Told(Struct, frozen=True, gc=False):
    """The curves that the fields of a submission tell of.

    Attributes:
        b1: None when it is not said.
        b2: None or -1 for GMP-ECM's default, 0 for stage 1 only.
        param: None when it is not said.
        curves: how many were completed.
        sigma: of one of the curves, `3:123` or `123`; empty when it is not said.
        may_be_param_0: whether GMP-ECM may choose parametrisation 0 for the number by itself.
        claims: the factors found; the sigma of each like that above.
        cpu_milliseconds: what all of it took.
        by_gmp_ecm: whether it is GMP-ECM's output that comes with them, if any does.
    """

    b1: int | None
    b2: int | None
    param: int | None
    curves: int
    sigma: str
    claims: tuple[Claim, ...]
    cpu_milliseconds: int
    may_be_param_0: bool = False
    by_gmp_ecm: bool = False


class Run(Struct, frozen=True, gc=False):
    """Curves of one kind, as they are reported; see `ReportCurves`. Those `if_known` count only where they are known already.

    The last `assumed` of its sigmas stand for curves that were run, of which it is not known which they were.
    """

    bounds: Bounds
    curves: int
    sigmas: tuple[str, ...]
    claims: tuple[Claim, ...]
    cpu_milliseconds: int
    if_known: bool = False
    assumed: int = 0


def claims_of(told: Told, shown: Shown) -> tuple[Claim, ...]:
    """Return the factors that the fields or the output name, each once, with its sigma in decimal where one is said.

    Raises:
        BadInput: a sigma is none.
    """
    seen = {ran.factor: ran.sigma for ran in shown.curves if ran.factor}
    seen |= {factor: "" for factor in (*shown.factors, *_found_beside(shown)) if factor not in seen}
    claims: dict[str, Claim] = {}
    for claim in told.claims:
        sigma = _parts(claim.sigma)[1] or seen.get(claim.factor, "")
        if not claims.get(claim.factor, Claim("")).sigma:
            claims[claim.factor] = Claim(claim.factor, sigma)
    for factor, sigma in seen.items():
        claims.setdefault(factor, Claim(factor, sigma))
    return tuple(claims.values())


def claims_of_curves(told: Told, shown: Shown) -> tuple[Claim, ...]:
    """Return the same without what the output shows to be found by P-1 or P+1, and by no curve: that is theirs."""
    others = set(_found_beside(shown)) - {ran.factor for ran in shown.curves}
    return tuple(claim for claim in claims_of(told, shown) if claim.factor not in others)


def _found_beside(shown: Shown) -> tuple[str, ...]:
    return tuple(dict.fromkeys(factor for run in shown.others for factor in run.found))


def runs_of(told: Told, shown: Shown) -> list[Run]:
    """Return the ECM curves of a submission, by their kinds, the main one first; none when none was run.

    Curves of which nobody says B1 are none either when a factor came with them, which is worth more than they are.

    Raises:
        BadInput: bounds, a count or a sigma is not acceptable, or B1 is said nowhere.
    """
    if told.curves:
        require_curves(told.curves, "curves_completed")
    visible = _visible(shown, told.curves)
    if _without_b1(told, shown) and claims_of(told, shown):
        return []
    curves = sum(map(len, visible.values())) + _unseen(told, shown) - _announced_among(told, shown)
    return _runs(told, shown, visible, curves) if curves else []


def _runs(told: Told, shown: Shown, visible: dict["_Kind", list[str]], curves: int) -> list[Run]:
    """Cut curves into runs: those that are visible, by kind, and as many without a sigma as are left."""
    count = sum(map(len, visible.values()))
    sure = [kind for kind in visible if not kind.if_known]
    main = max(sure, key=lambda kind: len(visible[kind])) if sure else None
    if main is None and count < curves:
        main = _Kind(_bounds_told(told, shown.param))
    for text in filter(None, (told.sigma, *(claim.sigma for claim in told.claims))):
        if count == curves or main is None:
            break
        param, sigma = _parts(text)
        kind = _Kind(replace(main.bounds, param=param_of(sigma, main.bounds.param) if param is None else param))
        if not any(sigma in sigmas for other, sigmas in visible.items() if other.bounds.param == kind.bounds.param):
            visible.setdefault(kind, []).append(sigma)
            count += 1
    runs = list(_cut(main, visible.pop(main, []), anonymous=curves - count)) if main else []
    runs += [run for kind, sigmas in visible.items() for run in _cut(kind, sigmas)]
    if len(runs) > MOST_RUNS:
        raise BadInput(f"The output shows {len(runs)} kinds of curves; at most {MOST_RUNS} are accepted at a time.")
    return _shared_out(runs, claims_of_curves(told, shown), told.cpu_milliseconds, curves)


def remarks_on(told: Told, shown: Shown) -> list[str]:
    """Return what has to be said of a submission of curves: which don't count, or count for less, and why."""
    remarks = [*in_words(shown.left_out), *_beside_in_words(shown)]
    if told.curves and _without_b1(told, shown):
        remarks.append("b1 is missing, and no output shows it: the factor counts, and the curves don't.")
    remarks += _other_b1_in_words(told.b1, shown)
    if told.curves and _shows_no_run(told, shown):
        remarks.append(
            "The output is none of GMP-ECM, which prints its name, or with -q the number: it shows that no curve was run."
            " Without an output curves_completed is believed."
        )
    seen = shown.over + (shown.unseen or 0)
    if shown.unseen is not None and told.curves > seen:
        remarks.append(
            f"curves_completed says {told.curves}, and the output, which lacks none, shows {seen}: no others count."
        )
    if told.may_be_param_0 and _guesses_param(told, shown):
        remarks.append(
            "The parametrisation is not known: for a number of this kind or size GMP-ECM chooses 0 or 1 itself, as it was"
            f" built. The curves count as of {USUAL_PARAM}, which is worth less."
        )
    return remarks


def _other_b1_in_words(b1: int | None, shown: Shown) -> Iterator[str]:
    """Say that no curve was run with the B1 that the fields tell of: GMP-ECM 7.0.5 reads a B1 of 250,000 as 250."""
    ran = sorted({curve.bounds.b1 for curve in (*shown.curves, *shown.unfinished)})
    if b1 is not None and ran and b1 not in ran:
        bounds = f"{ran[0]}" if len(ran) == 1 else f"{ran[0]} to {ran[-1]}"
        yield f"b1 says {b1}, and the output shows {bounds}: that counts."


def _beside_in_words(shown: Shown) -> Iterator[str]:
    for method in dict.fromkeys(run.method for run in shown.others):
        runs = sum(run.runs for run in shown.others if run.method == method)
        beside = ", beside the curves" if shown.curves else ""
        yield f"{count_of(runs, 'run')} of {method} {'is' if runs == 1 else 'are'} recorded as such{beside}."


def resumed_runs(told: Told, shown: Shown, b1: int, param: int, sigmas: Sequence[str]) -> list[Run]:
    """Return the curves of a submission of stage 2, which continued those of a residue file.

    Those that the output shows were run: several processes, each with a part of the file, stop in the middle of each part.
    Beyond them it is the first of the file's that were.

    Args:
        told: what the fields say; how many curves, and to which B2.
        shown: what the program printed; it knows B2 better.
        b1: bound of the file's stage 1.
        param: the file's parametrisation.
        sigmas: of the file's curves.

    Raises:
        BadInput: a bound or a count is not acceptable.
    """
    ordinary = runs_of(replace(told, b1=told.b1 or b1), shown)
    curves = min(sum(run.curves for run in ordinary), len(sigmas))
    if not curves:
        return []
    seen = {sigma for run in ordinary if run.bounds.param == param for sigma in run.sigmas}
    run_first = sorted(sigmas, key=lambda sigma: sigma not in seen)[:curves]
    sure = curves if curves == len(sigmas) else sum(sigma in seen for sigma in run_first)
    kind = _Kind(bounds_of(b1, ordinary[0].bounds.b2, param))
    runs, start = [], 0
    for run in _cut(kind, run_first):
        start += run.curves
        runs.append(replace(run, assumed=min(max(start - sure, 0), run.curves)))
    return _shared_out(runs, claims_of_curves(told, shown), told.cpu_milliseconds, curves)


def residue_mentioned(output: str) -> int | None:
    """Return the id of the residue file that a submission of stage 2 says to come from."""
    found = _MENTIONED.search(output)
    return int(found[1]) if found else None


class _Kind(Struct, frozen=True, gc=False):
    """The parameters that curves reported together have in common."""

    bounds: Bounds
    if_known: bool = False


def _without_b1(told: Told, shown: Shown) -> bool:
    """Tell whether neither the fields nor the output say how far any curve was run."""
    return told.b1 is None and not shown.curves and not shown.unfinished


def shows_what_ran(told: Told, shown: Shown) -> bool:
    """Tell whether an output says what was run, be it nothing, so that the fields need not be believed."""
    return bool(shown.curves or shown.others) or shown.unseen == 0 or _shows_no_run(told, shown)


def _shows_no_run(told: Told, shown: Shown) -> bool:
    """Tell whether what should be GMP-ECM's output is what others say who could not start it, or who ended it."""
    return told.by_gmp_ecm and shown.foreign


def _unseen(told: Told, shown: Shown) -> int:
    """Return how many curves were run that the output does not show to be over."""
    if _shows_no_run(told, shown):
        return 0
    more = max(told.curves - shown.over, 0)
    return more if shown.unseen is None else min(more, shown.unseen)


def _announced_among(told: Told, shown: Shown) -> int:
    """Return how many of those are visible all the same: they were announced, and the fields say that they were run."""
    return min(_unseen(told, shown), len(shown.unfinished)) if shown.unseen is None else 0


def _visible(shown: Shown, told: int) -> dict[_Kind, list[str]]:
    """Return the sigmas of the visible curves that were run to their end, by their kinds."""
    announced = shown.unfinished[: max(told - shown.over, 0)] if shown.unseen is None else ()
    visible: dict[_Kind, list[str]] = {}
    for kind, alike in groupby((*shown.curves, *announced), key=attrgetter("bounds", "if_known")):
        visible.setdefault(_Kind(*kind), []).extend(ran.sigma for ran in alike)
    return visible


def _guesses_param(told: Told, shown: Shown) -> bool:
    """Tell whether curves count of which neither the fields nor the output say the parametrisation."""
    if told.b1 is None or shown.curves or not _unseen(told, shown):
        return False
    return told.param is None and shown.param is None and not _parts(told.sigma)[1]


def _bounds_told(told: Told, shown: int | None) -> Bounds:
    """Return the bounds that the fields tell of, with the parametrisation that the output shows where it does."""
    if told.b1 is None:
        raise BadInput("b1 is missing; the bound of stage 1 is required where the output does not show it.")
    param, sigma = _parts(told.sigma)
    if shown is not None:
        param = shown
    elif param is None:
        said = USUAL_PARAM if told.param is None else told.param
        require_param(said, "parametrization")
        param = param_of(sigma, said)
    return bounds_of(told.b1, told.b2, param)


def param_of(sigma: str, said: int) -> int:
    """Return the parametrisation of a sigma that comes without one, by what is said of it otherwise.

    Args:
        sigma: in decimal; empty when there is none, like what is no sigma at all, which is for others to refuse.
        said: what it is else.
    """
    too_large = _SIGMA.match(sigma) is not None and ":" not in sigma and int(sigma) >= _LARGER_SIGMA
    return 0 if too_large and said in _BELOW_2_TO_32 else said


def _parts(text: str) -> tuple[int | None, str]:
    """Read a sigma as clients write it, `3:123` or `123`: its parametrisation when it is there, and its digits."""
    if not text:
        return None, ""
    match = _SIGMA.match(text)
    if match is None:
        raise BadInput(f"sigma {shortened(text)!r} is not acceptable; 123, or 3:123 with its parametrisation, is.")
    sigma = str(int(match["sigma"]))
    if match["param"] is None:
        return None, sigma
    param = int(match["param"])
    if param in _BELOW_2_TO_32 and int(sigma) >= _LARGER_SIGMA:
        raise BadInput(f"sigma {shortened(text)!r} is not acceptable; below 2^32 it is, with parametrisation {param}.")
    return param, sigma.removeprefix("-") if param == 1 else sigma


def _cut(kind: _Kind, sigmas: Sequence[str], anonymous: int = 0) -> Iterator[Run]:
    """Cut curves of one kind into runs that fit into an event each; those without a sigma go with the first."""
    cut = list(portions(sigmas, SIGMAS_A_RUN)) or ([()] if anonymous else [])
    for offset, some in enumerate(cut):
        yield Run(kind.bounds, len(some) + (0 if offset else anonymous), some, (), 0, kind.if_known)


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

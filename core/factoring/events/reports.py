"""Facts about what was run on numbers, what a curve of it is worth, and what it found."""

from collections.abc import Iterator, Sequence

import msgspec

from core.events.fact import Fact

_DIGITS_AN_EVENT = 40_000
"""So long may the sigmas of one event be together; a usual one has at most 20 digits."""


class CurveMeasured(Fact, frozen=True):
    """The effort of one curve with these bounds, kept so that every replay counts with the same integers.

    Attributes:
        b1: bound of stage 1.
        b2: bound of stage 2; -1 for GMP-ECM's default, 0 for stage 1 only.
        param: GMP-ECM's parametrisation, 0 to 3.
        lanes: -ln(1 - P) in units of 2^-40 towards a factor of 10, 11, … digits; sizes left out count 0.
    """

    type = "factoring.curve_measured.v1"
    b1: int
    b2: int
    param: int
    lanes: tuple[int, ...]


class Raised(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A curve that was known with smaller bounds: its offset among the sigmas, and the bounds it had."""

    offset: int
    b1: int
    b2: int


class CurvesRun(Fact, frozen=True):
    """A client ran curves on a number.

    Attributes:
        attempt: its id, from 1.
        number: what they were run on.
        work: UUID of the assignment they belong to; empty for none.
        client: who ran them, 0 for an unnamed caller.
        method: `ecm`.
        b1: bound of stage 1.
        b2: -1 for GMP-ECM's default, 0 for stage 1 only.
        param: parametrisation.
        curves: how many are reported.
        sigmas: those of them whose sigma is known.
        anonymous: how many without a known sigma are credited.
        raised: curves known with smaller bounds, whose credit these replace.
        uncredited: offsets in `sigmas` of curves known with these bounds or larger, which add nothing.
        checksums: of the state after stage 1, by offset in `sigmas`; empty when none were sent.
        factors: the factors claimed that divide the number, in decimal.
        refused: why other claims were turned down, a sentence each; the curves count all the same.
        cpu_milliseconds: what they took, 0 when not said.
        program: what ran them, with its version.
        output: SHA-256 of the program's output, which itself is not stored; empty when none was sent.
        doubt: why nobody could have run them; empty when nothing speaks against it.
    """

    type = "factoring.curves_run.v1"
    attempt: int
    number: int
    work: str
    client: int
    method: str
    b1: int
    b2: int
    param: int
    curves: int
    sigmas: tuple[str, ...]
    anonymous: int
    raised: tuple[Raised, ...]
    uncredited: tuple[int, ...]
    checksums: tuple[int | None, ...]
    factors: tuple[str, ...]
    refused: tuple[str, ...]
    cpu_milliseconds: int
    program: str
    output: str
    doubt: str


class AttemptMade(Fact, frozen=True):
    """A client tried to factor a number by other means than ECM curves; what it found counts, effort it adds none.

    Attributes:
        attempt: its id, from 1, in one sequence with those of curves.
        number: what was tried.
        client: who did, 0 for an unnamed caller.
        method: `pm1`, `pp1`, `qs`, `nfs`; `auto` when the program chose by itself; `ecm` when no curve was counted;
            `declared` for factors that were just told, `relation` for those that another number was known to have.
        b1: bound of stage 1, 0 when the method has none.
        b2: -1 for the program's default, 0 for stage 1 only.
        runs: how often; 0 when no run was finished, or none was told of.
        factors: the factors claimed that divide the number, in decimal.
        refused: why other claims were turned down, a sentence each.
        cpu_milliseconds: what it took, 0 when not said.
        program: what ran it, with its version.
        output: SHA-256 of the program's output; empty when none was sent.
    """

    type = "factoring.attempt_made.v1"
    attempt: int
    number: int
    client: int
    method: str
    b1: int
    b2: int
    runs: int
    factors: tuple[str, ...]
    refused: tuple[str, ...]
    cpu_milliseconds: int
    program: str
    output: str


class FactorFound(Fact, frozen=True):
    """A factor was found.

    Attributes:
        factor: its id, from 1.
        number: the number on which it was found.
        value: in decimal.
        primality: of the factor.
        attempt: the curves that found it, 0 for a division by small primes.
        sigma: of the curve that found it, empty when not said.
        client: who found it, 0 for the coordinator itself.
    """

    type = "factoring.factor_found.v1"
    factor: int
    number: int
    value: str
    primality: str
    attempt: int
    sigma: str
    client: int


FACTS = (
    CurveMeasured,
    CurvesRun,
    AttemptMade,
    FactorFound,
)


def portions(sigmas: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    """Cut sigmas into portions that fit into an event each, of at most `most`; none is empty."""
    portion: list[str] = []
    digits = 0
    for sigma in sigmas:
        if portion and (len(portion) == most or digits + len(sigma) > _DIGITS_AN_EVENT):
            yield tuple(portion)
            portion, digits = [], 0
        portion.append(sigma)
        digits += len(sigma)
    if portion:
        yield tuple(portion)

"""Facts about numbers, the work on them and what it found."""

import msgspec
from msgspec.structs import astuple

from core.events.fact import Fact


class CompositeSubmitted(Fact, frozen=True):
    """Somebody wants a number factored.

    Attributes:
        number: its id, from 1.
        value: in decimal.
        expression: as it was written, `2^1277-1`; empty when it was written as digits.
        digits: how many it has.
        primality: `composite`, `proven` or `probable`; a prime is recorded and never assigned.
        target_milli: the t-level to reach, thousandths of a digit.
        priority: the higher, the earlier.
        project: what it belongs to; empty for none.
    """

    type = "factoring.composite_submitted.v1"
    number: int
    value: str
    expression: str
    digits: int
    primality: str
    target_milli: int
    priority: int
    project: str


class CompositeChanged(Fact, frozen=True):
    """The target or priority of a number changed; None leaves a field as it was."""

    type = "factoring.composite_changed.v1"
    number: int
    target_milli: int | None
    priority: int | None


class ProjectJoined(Fact, frozen=True):
    """A number belongs to a project from now on."""

    type = "factoring.project_joined.v1"
    number: int
    project: str


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


class WorkAssignedBefore(Fact, frozen=True):
    """`WorkAssigned` as it was before it told why a number was chosen."""

    type = "factoring.work_assigned.v1"
    work: str
    assignment: int
    number: int
    client: int
    b1: int
    b2: int
    param: int
    curves: int
    goal_milli: int
    cores: int
    method: str
    exclusive: bool


class WorkAssigned(Fact, frozen=True):
    """A client was asked to run curves on a number.

    Attributes:
        work: a UUID, also the id of the lease.
        assignment: its number, from 1.
        number: what to work on.
        client: who is to.
        b1: bound of stage 1.
        b2: -1 for GMP-ECM's default.
        param: parametrisation.
        curves: how many.
        goal_milli: the t-level that they lead to, together with what others hold.
        cores: how many the client has, 0 when it did not say.
        method: `ecm`, `pm1`, `pp1`, or `p1` for both of the latter.
        exclusive: whether nobody else is given a share of the number meanwhile.
        strategy: why it was this number: `yield`, `fair`, `ladder` or `progressive`; empty where that was no question.
        nominal_microseconds: what the curves take nominally; 0 where that was not said.
    """

    type = "factoring.work_assigned.v2"
    work: str
    assignment: int
    number: int
    client: int
    b1: int
    b2: int
    param: int
    curves: int
    goal_milli: int
    cores: int
    method: str
    exclusive: bool
    strategy: str
    nominal_microseconds: int


class WorkAcknowledged(Fact, frozen=True):
    """A client said that it has taken its assignment (`claimed`), or begun with it (`started`)."""

    type = "factoring.work_acknowledged.v1"
    work: str
    stage: str


class WorkProgressed(Fact, frozen=True):
    """A client said how many curves of its assignment it has run; they are credited when it reports them."""

    type = "factoring.work_progressed.v1"
    work: str
    curves: int


class WorkReserved(Fact, frozen=True):
    """A number is worked on elsewhere, by other means; its lease keeps it from being assigned.

    Attributes:
        work: a UUID, also the id of the lease.
        number: what is worked on.
        client: by whom.
        method: `nfs`, `snfs`, `gnfs` or `other`.
        metadata: JSON, whatever was said about it.
    """

    type = "factoring.work_reserved.v1"
    work: str
    number: int
    client: int
    method: str
    metadata: str


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


class Part(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One part of a number that was split.

    Attributes:
        number: its id; a number exists once, so a part may have been known before.
        value: in decimal.
        digits: how many it has.
        primality: `composite`, `proven` or `probable`.
        times: how often it divides what was split.
        target_milli: the t-level to reach on it; what a known part had wins.
    """

    number: int
    value: str
    digits: int
    primality: str
    times: int
    target_milli: int


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


class NumberSplit(Fact, frozen=True):
    """A composite is known as the product of its parts, each to the power `times`."""

    type = "factoring.number_split.v1"
    number: int
    parts: tuple[Part, ...]


FACTS = (
    CompositeSubmitted,
    CompositeChanged,
    ProjectJoined,
    CurveMeasured,
    WorkAssignedBefore,
    WorkAssigned,
    WorkAcknowledged,
    WorkProgressed,
    WorkReserved,
    CurvesRun,
    AttemptMade,
    FactorFound,
    NumberSplit,
)


def for_no_said_reason(old: WorkAssignedBefore) -> WorkAssigned:
    """Return an assignment as it is recorded now, of which nobody said why it was this number."""
    said = (*astuple(old), "", 0)
    return WorkAssigned(*said)

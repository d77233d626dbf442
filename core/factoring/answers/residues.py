"""Answers to commands about residue files."""

from collections.abc import Sequence

from core.deciding import Answer
from core.events.fact import Fact
from core.factoring.events.residues import (
    BadLine,
    CurvesIdentified,
    ResidueClaimed,
    ResidueCompleted,
    ResidueRemoved,
    ResiduesUploaded,
    StageOneNamed,
    residue_of_subject,
)
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.factoring.state.residues import ResidueFile
from core.leases.events import LeaseEnded, LeaseGranted


class ResidueAnswer(Answer, frozen=True, tag="residue"):
    """A residue file as it stands just now.

    Attributes:
        outcome: `new`, `existing`, `identified` where a file that is kept tells of a report's curves, `completed`, `returned` for
            others to go on with, or `removed`.
        residue: its id.
        number: of which the residues are.
        value: the same in decimal.
        b1: bound of stage 1.
        param: parametrisation.
        curves: how many.
        attempt: the report of stage 1; 0 when it was not said.
        completed_by: the report that ended stage 2; 0 while that is not done.
        bytes: the length of the file.
        keep_until: when it may be removed at the earliest.
        t_milli: the t-level of the number.
        factored: whether that is taken apart into primes, so that nobody is given its residues.
        inferred: in how many lines PARAM was put in.
        bad: how many lines were not taken.
        bad_lines: the first of those.
    """

    outcome: str
    residue: int
    number: int
    value: str
    b1: int
    param: int
    curves: int
    attempt: int
    completed_by: int
    bytes: int
    keep_until: int
    t_milli: int
    factored: bool = False
    inferred: int = 0
    bad: int = 0
    bad_lines: tuple[BadLine, ...] = ()


class ResidueWorkAnswer(Answer, frozen=True, tag="residue-work"):
    """A residue file was claimed."""

    claim: str
    residue: int
    number: int
    value: str
    digits: int
    b1: int
    param: int
    curves: int
    attempt: int
    expires_at: int


ANSWERS = (ResidueAnswer, ResidueWorkAnswer)
_OUTCOMES: dict[type[Fact], str] = {
    CurvesIdentified: "identified",
    StageOneNamed: "existing",
    ResidueCompleted: "completed",
    ResidueRemoved: "removed",
}
_TOLD_BY: frozenset[type[Fact]] = frozenset({ResiduesUploaded, ResidueClaimed, LeaseEnded, *_OUTCOMES})


def answer(facts: Sequence[Fact], state: FactoringState) -> Answer | None:
    """Render the answer to a command about a residue file; None when none of its facts is of that kind."""
    if _TOLD_BY.isdisjoint(map(type, facts)):
        return None
    for fact in facts:
        match fact:
            case ResiduesUploaded():
                return _uploaded(fact, state)
            case ResidueClaimed():
                return _claimed(fact, next(f for f in facts if isinstance(f, LeaseGranted)), state)
            case (
                CurvesIdentified(residue=residue)
                | StageOneNamed(residue=residue)
                | ResidueCompleted(residue=residue)
                | ResidueRemoved(residue=residue)
            ):
                return residue_answer(_file(residue, state), _OUTCOMES[type(fact)], state)
            case LeaseEnded(outcome="completed"):
                return _returned(fact, state)
    return None


def _returned(fact: LeaseEnded, state: FactoringState) -> ResidueAnswer | None:
    """Describe the file that a lease was on; None when it was on something else."""
    lease = state.lease(fact.lease)
    residue = residue_of_subject(lease.subject) if lease else None
    return None if residue is None else residue_answer(_file(residue, state), "returned", state)


def residue_answer(file: ResidueFile, outcome: str, state: FactoringState) -> ResidueAnswer:
    """Describe a residue file as it stands."""
    number = number_of(file, state)
    return ResidueAnswer(
        outcome=outcome,
        residue=file.residue,
        number=file.number,
        value=number.value,
        b1=file.b1,
        param=file.param,
        curves=file.curves,
        attempt=file.attempt,
        completed_by=file.completed_by,
        bytes=file.bytes,
        keep_until=file.keep_until,
        t_milli=number.t_milli,
        factored=number.status == "factored",
    )


def number_of(file: ResidueFile, state: FactoringState) -> Number:
    """Return the number that a file's residues are of."""
    number = state.number(file.number)
    assert number is not None, f"number {file.number} was submitted"
    return number


def _file(residue: int, state: FactoringState) -> ResidueFile:
    file = state.residues.get(residue)
    assert file is not None, f"residue file {residue} was uploaded"
    return file


def _uploaded(fact: ResiduesUploaded, state: FactoringState) -> ResidueAnswer:
    number = state.number(fact.number)
    assert number is not None, f"number {fact.number} was submitted"
    return ResidueAnswer(
        outcome="new",
        residue=fact.residue,
        number=fact.number,
        value=number.value,
        b1=fact.b1,
        param=fact.param,
        curves=fact.curves,
        attempt=fact.attempt,
        completed_by=0,
        bytes=fact.bytes,
        keep_until=fact.keep_until,
        t_milli=number.t_milli,
        factored=number.status == "factored",
        inferred=fact.inferred,
        bad=fact.bad,
        bad_lines=fact.bad_lines,
    )


def _claimed(fact: ResidueClaimed, lease: LeaseGranted, state: FactoringState) -> ResidueWorkAnswer:
    file = _file(fact.residue, state)
    number = number_of(file, state)
    return ResidueWorkAnswer(
        claim=fact.claim,
        residue=file.residue,
        number=file.number,
        value=number.value,
        digits=number.digits,
        b1=file.b1,
        param=file.param,
        curves=file.curves - len(state.residues.skipped(fact.claim)),
        attempt=file.attempt,
        expires_at=lease.expires_at,
    )

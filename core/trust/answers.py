"""Answers to commands about checks."""

from collections.abc import Sequence

from core.deciding import Answer, Nothing
from core.events.envelope import Event
from core.leases.answers import LeaseAnswer, lease_answer
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed
from core.trust.events import CheckAnswered, CheckAssigned
from core.trust.state import TrustState


class Drawing(Answer, frozen=True, tag="drawing"):
    """Something was recorded that goes by itself."""


class CheckWork(Answer, frozen=True, tag="check"):
    """The stage 1 of a curve is to be run again."""

    check: int
    work: str
    value: str
    b1: int
    param: int
    sigma: str
    lease_seconds: int
    expires_at: int


class NoCheck(Nothing, frozen=True, tag="no-check"):
    """There is nothing to check, and why."""


class CheckTaken(Answer, frozen=True, tag="check-taken"):
    """A checksum was recorded, or was not needed any more (`known`); whether it agrees, nobody is told."""

    check: int
    known: bool


ANSWERS = (Drawing, CheckWork, NoCheck, CheckTaken, LeaseAnswer)


def answer(events: Sequence[Event], state: TrustState) -> Answer:
    """Render the answer to a command from its events and the state just after them."""
    facts = [event.fact for event in events]
    for fact in facts:
        match fact:
            case CheckAnswered():
                return CheckTaken(check=fact.check, known=False)
            case CheckAssigned():
                return _work(fact, next(f for f in facts if isinstance(f, LeaseGranted)), state)
            case LeaseRenewed(lease=lease) | LeaseEnded(lease=lease):
                return lease_answer(lease, state)
    return Drawing()


def _work(fact: CheckAssigned, lease: LeaseGranted, state: TrustState) -> CheckWork:
    check = state.check(fact.check)
    assert check is not None, f"check {fact.check} was drawn"
    return CheckWork(
        check=check.check,
        work=fact.work,
        value=check.value,
        b1=check.b1,
        param=check.param,
        sigma=check.sigma,
        lease_seconds=lease.seconds,
        expires_at=lease.expires_at,
    )

"""Answers to commands about leases."""

from core.deciding import Answer
from core.leases.decide import Leases


class LeaseAnswer(Answer, frozen=True, tag="lease"):
    """How a lease stands: when it expires, or how it ended."""

    lease: str
    expires_at: int
    outcome: str | None


def lease_answer(lease: str, state: Leases, kind: type[LeaseAnswer] = LeaseAnswer) -> LeaseAnswer:
    """Describe a lease as it stands; a context may have a kind of its own."""
    known = state.lease(lease)
    assert known is not None, f"lease {lease} was granted"
    return kind(lease=lease, expires_at=known.expires_at, outcome=known.outcome)

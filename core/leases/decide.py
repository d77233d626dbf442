"""Decisions about leases, composed into the decisions of each context."""

from typing import Literal, Protocol

import msgspec

from core.events.envelope import NewEvent
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed
from core.timestamps import SECOND

Outcome = Literal["completed", "released", "expired", "revoked"]


class Lease(msgspec.Struct, frozen=True, gc=False):
    """A lease as it stands.

    Attributes:
        id: a UUID.
        subject: stream of what is worked on.
        client: number of the holder.
        seconds: its length.
        expires_at: microseconds UTC.
        outcome: None while it lives, else how it ended.
        granted: position of the event that granted it.
        ended_at: when it ended, microseconds UTC; None while it lives.
    """

    id: str = msgspec.field(name="lease")
    subject: str
    client: int
    seconds: int
    expires_at: int
    outcome: str | None
    granted: int
    ended_at: int | None = None


class Leases(Protocol):
    """The state that a decision needs of leases."""

    def lease(self, lease: str) -> Lease | None:
        """Return a lease, live or ended."""
        ...


def stream_of(lease: str) -> str:
    """Return the stream in which a lease's events stand."""
    return f"assignment-{lease}"


def grant(lease: str, context: str, subject: str, client: int, seconds: int, now: int) -> NewEvent:
    """Grant a lease of so many seconds from now."""
    fact = LeaseGranted(
        lease=lease,
        context=context,
        subject=subject,
        client=client,
        seconds=seconds,
        expires_at=now + seconds * SECOND,
    )
    return NewEvent(stream_of(lease), fact)


def renew(lease: Lease, context: str, now: int, seconds: int = 0) -> list[NewEvent]:
    """Extend a live lease to so many seconds from now; no event while more than half of that is left.

    Without `seconds` it is extended by the length that it was granted for.
    """
    length = (seconds or lease.seconds) * SECOND
    if lease.outcome is not None or 2 * (lease.expires_at - now) > length:
        return []
    fact = LeaseRenewed(lease=lease.id, context=context, expires_at=now + length)
    return [NewEvent(stream_of(lease.id), fact, cause=lease.granted)]


def end(lease: Lease, context: str, outcome: Outcome, reason: str = "") -> list[NewEvent]:
    """End a live lease; nothing happens to one that has ended."""
    if lease.outcome is not None:
        return []
    fact = LeaseEnded(lease=lease.id, context=context, outcome=outcome, reason=reason)
    return [NewEvent(stream_of(lease.id), fact, cause=lease.granted)]


def expire(lease: Lease | None, context: str, now: int) -> list[NewEvent]:
    """End a lease whose time has run out; nothing happens when it was renewed or ended meanwhile."""
    if lease is None or lease.expires_at > now:
        return []
    return end(lease, context, "expired")

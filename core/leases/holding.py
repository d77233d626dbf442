"""Decisions about a lease that somebody holds, the same for every context."""

from core.deciding import Asking, Decision
from core.free_text import check_reason
from core.leases import decide as leases
from core.leases.answers import LeaseAnswer, lease_answer
from core.leases.commands import EndLease, ExpireLease, RenewLease
from core.refusals import Unknown
from core.wording import shortened


def known_lease(lease: str, state: leases.Leases) -> leases.Lease:
    """Return a lease, live or ended.

    Raises:
        Unknown: there was never such a lease.
    """
    known = state.lease(lease)
    if known is None:
        raise Unknown(f"There is no assignment {shortened(lease)!r}.")
    return known


def decide(
    command: RenewLease | EndLease | ExpireLease,
    asking: Asking,
    state: leases.Leases,
    kind: type[LeaseAnswer] = LeaseAnswer,
) -> Decision:
    """Renew or end a lease; one that has ended stays as it ended, and whoever asks is told so."""
    lease = known_lease(command.lease, state)
    match command:
        case RenewLease():
            events = leases.renew(lease, command.context, asking.now, command.seconds)
        case EndLease():
            check_reason(command.reason)
            events = leases.end(lease, command.context, command.outcome, command.reason)
        case ExpireLease():
            events = leases.expire(lease, command.context, asking.now)
    return events or lease_answer(command.lease, state, kind)

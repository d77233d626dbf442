"""Decisions about checks: who runs a curve again, and what it says when the checksums differ.

A machine of another user runs it. When it finds another checksum, a third one decides: as soon as two agree, whoever says
otherwise was wrong. When three have said three things, only the operator's machine decides.
"""

from collections.abc import Sequence

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.free_text import check_reason
from core.leases import decide as leases
from core.leases.ending import ends_in_time
from core.refusals import BadInput, Unknown
from core.timestamps import SECOND
from core.trust.answers import CheckTaken, NoCheck
from core.trust.commands import AnswerCheck, NoteDoubtHeeded, RequestCheck, SettleDoubt
from core.trust.events import CheckAnswered, CheckAssigned, CheckSettled, DoubtHeeded, DoubtSettled, ReportsDoubted
from core.trust.standing import Standing, mistaken
from core.trust.state import Check, Said, TrustState
from core.trust.weighing import CONTEXT, stream_of
from core.wording import shortened

_MAX_CHECKSUM = 2**32 - 1
_POSITIONS_AN_EVENT = 4_000


def assign(command: RequestCheck, asking: Asking, state: TrustState) -> Decision:
    """Give a client the first check that it may make."""
    for check in state.waiting():
        if not check.open_to(asking.client, command.users, decides=command.decides):
            continue
        if not ends_in_time(check.cost / SECOND, command.lives_seconds):
            continue
        assigned = CheckAssigned(check=check.check, work=command.work, client=asking.client, users=command.users)
        stream = stream_of(check.check)
        grant = leases.grant(command.work, CONTEXT, stream, asking.client, command.lease_seconds, asking.now)
        return [NewEvent(stream, assigned, cause=check.position), NewEvent(grant.stream, grant.fact, within=0)]
    return NoCheck(message="There is no curve of anybody else's to check; ask again later.")


def report(command: AnswerCheck, asking: Asking, state: TrustState) -> Decision:
    """Record a checksum, and settle the check as soon as two agree."""
    if not 0 <= command.checksum <= _MAX_CHECKSUM:
        raise BadInput(f"The checksum {command.checksum} is out of bounds: 0 to {_MAX_CHECKSUM} is accepted.")
    lease = state.lease(command.work)
    if lease is None or lease.client != asking.client:
        raise Unknown(f"There is no check {shortened(command.work)!r} that this client was given.")
    check = state.check_held(command.work)
    if check is None:  # it ran out, and others were asked
        return CheckTaken(check=int(lease.subject.removeprefix("check-")), known=True)
    said = Said(asking.client, command.users, command.checksum, command.decides)
    answered = CheckAnswered(
        check=check.check,
        work=command.work,
        client=asking.client,
        users=command.users,
        decides=command.decides,
        checksum=command.checksum,
        cpu_milliseconds=command.cpu_milliseconds,
        program=command.program,
    )
    events = [NewEvent(stream_of(check.check), answered, cause=lease.granted), *leases.end(lease, CONTEXT, "completed")]
    return events + _settled(check, said, state)


def _settled(check: Check, said: Said, state: TrustState) -> list[NewEvent]:
    """Settle a check when two have said the same, or when the operator's machine is among three that have not."""
    others = [Said(check.client, check.users, check.checksum), *check.answers]
    agreeing = (other.checksum for other in others if other.checksum == said.checksum)
    deciding = (one.checksum for one in [*others, said] if one.decides and check.disputed)
    right = next(agreeing, next(deciding, None))
    if right is None:
        return []
    wrong = tuple(sorted({one.client for one in [*others, said] if one.checksum != right}))
    outcome = "matched" if check.checksum == right else "failed"
    settled = CheckSettled(check=check.check, outcome=outcome, wrong=wrong)
    events = [NewEvent(stream_of(check.check), settled, within=0)]
    return events + [event for client in wrong for event in _doubted(client, check, state)]


def _doubted(client: int, check: Check, state: TrustState) -> list[NewEvent]:
    """Doubt what a machine did since matches said that it was sound, when it was found wrong for the second time."""
    standing: Standing = mistaken(state.standing(client))
    if not standing.doubtful:
        return []
    positions = state.reports_since(client, standing.sound)
    return [
        NewEvent(stream_of(check.check), ReportsDoubted(client=client, check=check.check, positions=some), within=0)
        for some in _cut(positions)
    ]


def _cut(positions: Sequence[int]) -> list[tuple[int, ...]]:
    return [
        tuple(positions[start : start + _POSITIONS_AN_EVENT]) for start in range(0, len(positions), _POSITIONS_AN_EVENT)
    ]


def note_heeded(command: NoteDoubtHeeded, _: Asking, __: TrustState) -> Decision:
    """Record that doubtful reports do not count."""
    stream = _machine(command.client)
    return [NewEvent(stream, DoubtHeeded(client=command.client, positions=some)) for some in _cut(command.positions)]


def settle(command: SettleDoubt, _: Asking, state: TrustState) -> Decision:
    """Record what becomes of doubtful reports.

    Raises:
        Unknown: none of the machine's is in doubt.
    """
    if not state.doubts(command.client, "heeded"):
        raise Unknown(f"No report of client-{command.client} waits for somebody to settle whether it is trusted.")
    check_reason(command.reason)
    fact = DoubtSettled(client=command.client, verdict=command.verdict, reason=command.reason)
    return [NewEvent(_machine(command.client), fact)]


def _machine(client: int) -> str:
    return f"machine-{client}"

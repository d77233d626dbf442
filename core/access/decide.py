"""Decisions about API keys and invitations; `naming` has those about whose names are whose."""

from collections.abc import Sequence

from core.access.answers import InvitationAnswer, KeyAnswer, Noted
from core.access.commands import (
    AcceptInvitation,
    AttributeKeys,
    CreateKey,
    GiveName,
    Invite,
    MergeClients,
    MergeUsers,
    NoteUses,
    PartClients,
    PartUsers,
    RenewKey,
    RevokeKey,
    WithdrawInvitation,
)
from core.access.events import (
    FACTS,
    InvitationWithdrawn,
    Invited,
    KeyCreated,
    KeyCreatedBefore,
    KeyRevoked,
    KeysUsed,
    NameTaken,
    owned_by_nobody,
)
from core.access.naming import (
    attribute,
    give_name,
    known_user,
    merge_clients,
    merge_users,
    named,
    part_clients,
    part_users,
)
from core.access.state import AccessState, Key
from core.access.users import numbered, one_called
from core.deciding import Answer, Asking, ClientClaim, Context, Decision
from core.events.envelope import Event, NewEvent
from core.free_text import check_prose
from core.refusals import BadInput, Conflict, Unknown
from core.timestamps import to_iso

MAX_LABEL = 200
USES = "keys"
"""The stream in which it stands when keys were used."""


def stream_of(key: int) -> str:
    """Return the stream of a key's events, which is also how it appears as an actor."""
    return f"key-{key}"


def create(command: CreateKey, asking: Asking, state: AccessState) -> Decision:
    """Create a key, and its user unless that is known.

    Raises:
        BadInput: the label is too long, or the key would have expired already.
        Unknown: there is no such user.
        Conflict: several are called so.
    """
    check_prose("label", command.label, MAX_LABEL)
    _check_end("expires_at", command.expires_at, asking.now)
    user, naming = _owner(command.user, command.name, asking, state)
    fact = KeyCreated(
        key=state.next_key(),
        hash=command.hash,
        roles=command.roles,
        label=command.label,
        user=user,
        expires_at=command.expires_at,
    )
    return [*naming, NewEvent(stream_of(fact.key), fact)]


def renew(command: RenewKey, asking: Asking, state: AccessState) -> Decision:
    """Create a key like another, for the same user.

    Raises:
        BadInput: it would have expired already.
        Unknown: there is no such key.
        Conflict: that was revoked.
    """
    known = _key(command.key, state)
    if known.revoked_at is not None:
        raise Conflict(f"Key {command.key} is revoked; make a new one for {known.user} instead.")
    _check_end("expires_at", command.expires_at, asking.now)
    fact = KeyCreated(
        key=state.next_key(),
        hash=command.hash,
        roles=known.roles,
        label=known.label,
        user=known.user,
        expires_at=command.expires_at,
    )
    return [NewEvent(stream_of(fact.key), fact)]


def revoke(command: RevokeKey, _: Asking, state: AccessState) -> Decision:
    """Revoke a key.

    Raises:
        Unknown: there is no such key.
        Conflict: it is revoked already.
    """
    if _key(command.key, state).revoked_at is not None:
        raise Conflict(f"Key {command.key} is revoked already.")
    return [NewEvent(stream_of(command.key), KeyRevoked(key=command.key))]


def note_uses(command: NoteUses, _: Asking, state: AccessState) -> Decision:
    """Record when keys were last used, of those that were used later than is recorded."""
    later = tuple(
        (key, at) for key, at in command.uses if (known := state.key(key)) is not None and at > (known.used_at or 0)
    )
    return [NewEvent(USES, KeysUsed(uses=later))] if later else Noted()


def invite(command: Invite, asking: Asking, state: AccessState) -> Decision:
    """Make an invitation, and its user unless that is known.

    Raises:
        BadInput: the label is too long, or the link or the key would have expired already.
        Unknown: there is no such user.
        Conflict: several are called so.
    """
    check_prose("label", command.label, MAX_LABEL)
    _check_end("expires_at", command.expires_at, asking.now)
    _check_end("key_expires_at", command.key_expires_at, asking.now)
    user, naming = _owner(command.user, command.name, asking, state)
    fact = Invited(
        invitation=state.next_invitation(),
        hash=command.hash,
        roles=command.roles,
        label=command.label,
        user=user,
        expires_at=command.expires_at,
        key_expires_at=command.key_expires_at,
    )
    return [*naming, NewEvent(_invitation_stream(fact.invitation), fact)]


def accept(command: AcceptInvitation, asking: Asking, state: AccessState) -> Decision:
    """Make the key of an invitation.

    Raises:
        Unknown: there is no such invitation.
        Conflict: it was used, withdrawn, or has expired.
    """
    found = state.invitation_of(command.invitation)
    if found is None:
        raise Unknown("There is no such invitation; ask whoever sent the link for another.")
    if found.key:
        raise Conflict("The invitation was used already; ask whoever sent the link for another.")
    if found.withdrawn_at is not None:
        raise Conflict("The invitation was withdrawn; ask whoever sent the link for another.")
    if found.expires_at <= asking.now:
        raise Conflict(f"The invitation expired at {to_iso(found.expires_at)}; ask whoever sent the link for another.")
    fact = KeyCreated(
        key=state.next_key(),
        hash=command.hash,
        roles=found.roles,
        label=found.label,
        user=found.user,
        expires_at=found.key_expires_at,
        invitation=found.id,
    )
    return [NewEvent(stream_of(fact.key), fact)]


def withdraw_invitation(command: WithdrawInvitation, _: Asking, state: AccessState) -> Decision:
    """Withdraw an invitation.

    Raises:
        Unknown: there is no such invitation.
        Conflict: a key was made of it.
    """
    found = state.invitation(command.invitation)
    if found is None:
        raise Unknown(f"There is no invitation {command.invitation}.")
    if found.key:
        raise Conflict(f"Invitation {found.id} was used; revoke key {found.key} instead.")
    if found.withdrawn_at is not None:
        return InvitationAnswer(found.id)
    return [NewEvent(_invitation_stream(found.id), InvitationWithdrawn(invitation=found.id))]


def _owner(user: str, name: ClientClaim | None, asking: Asking, state: AccessState) -> tuple[str, Sequence[NewEvent]]:
    """Return whose it becomes, and how that user gets a name who is made; nobody is where one is called so by now."""
    if user:
        return known_user(user, state), ()
    if asking.namesakes:
        return one_called(asking.namesakes, name.name if name else ""), ()
    made = numbered(state.next_user())
    return made, named(made, name)


def _key(key: int, state: AccessState) -> Key:
    known = state.key(key)
    if known is None:
        raise Unknown(f"There is no key {key}.")
    return known


def _check_end(field: str, expires_at: int | None, now: int) -> None:
    if expires_at is not None and expires_at <= now:
        raise BadInput(f"{field} is {to_iso(expires_at)}, which is past; a time in the future is accepted.")


def _invitation_stream(invitation: int) -> str:
    return f"invitation-{invitation}"


def answer(events: Sequence[Event], state: AccessState) -> Answer:  # noqa: ARG001 - one shape for all
    """Tell the number of the key or the invitation."""
    match events[-1].fact:
        case KeyCreated(key=key) | KeyRevoked(key=key):
            return KeyAnswer(key)
        case Invited(invitation=invitation) | InvitationWithdrawn(invitation=invitation):
            return InvitationAnswer(invitation)
    return Noted()


ACCESS = Context(
    name="access",
    facts=FACTS,
    decisions={
        CreateKey: create,
        RenewKey: renew,
        RevokeKey: revoke,
        NoteUses: note_uses,
        Invite: invite,
        AcceptInvitation: accept,
        WithdrawInvitation: withdraw_invitation,
        GiveName: give_name,
        MergeUsers: merge_users,
        PartUsers: part_users,
        MergeClients: merge_clients,
        PartClients: part_clients,
        AttributeKeys: attribute,
    },
    answer=answer,
    answers=(KeyAnswer, InvitationAnswer, Noted),
    upcasters={KeyCreatedBefore: owned_by_nobody},
    incidental=frozenset({NameTaken.type}),
    credits=False,
)

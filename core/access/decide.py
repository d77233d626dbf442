"""Decisions about API keys."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from core.access.answers import KeyAnswer
from core.access.commands import CreateKey, RevokeKey
from core.access.events import FACTS, KeyCreated, KeyRevoked
from core.deciding import Answer, Asking, Context, Decision
from core.events.envelope import Event, NewEvent
from core.refusals import BadInput, Conflict, Unknown

MAX_LABEL = 200


class Key(msgspec.Struct, frozen=True, gc=False):
    """An API key as it stands."""

    id: int
    hash: str
    roles: tuple[str, ...]
    label: str
    created_at: int
    revoked_at: int | None


class AccessState(Protocol):
    """The state that decisions about keys need."""

    def key(self, key: int) -> Key | None:
        """Return a key by its number."""
        ...

    def next_key(self) -> int:
        """Return the number that the next key gets."""
        ...


def stream_of(key: int) -> str:
    """Return the stream of a key's events, which is also how it appears as an actor."""
    return f"key-{key}"


def create(command: CreateKey, _: Asking, state: AccessState) -> Decision:
    """Create a key."""
    if len(command.label) > MAX_LABEL:
        raise BadInput(f"The label has {len(command.label)} characters; at most {MAX_LABEL} are accepted.")
    number = state.next_key()
    fact = KeyCreated(key=number, hash=command.hash, roles=command.roles, label=command.label)
    return [NewEvent(stream_of(number), fact)]


def revoke(command: RevokeKey, _: Asking, state: AccessState) -> Decision:
    """Revoke a key."""
    known = state.key(command.key)
    if known is None:
        raise Unknown(f"There is no key {command.key}.")
    if known.revoked_at is not None:
        raise Conflict(f"Key {command.key} is revoked already.")
    return [NewEvent(stream_of(command.key), KeyRevoked(key=command.key))]


def answer(events: Sequence[Event], state: AccessState) -> Answer:  # noqa: ARG001 - one shape for all
    """Tell the key's number."""
    fact = events[-1].fact
    assert isinstance(fact, KeyCreated | KeyRevoked)
    return KeyAnswer(key=fact.key)


ACCESS = Context(
    name="access",
    facts=FACTS,
    decisions={CreateKey: create, RevokeKey: revoke},
    answer=answer,
    answers=(KeyAnswer,),
)

"""Decisions about what clients and users are called. That one is new is recorded along with whatever it does first."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from core.clients.answers import Forgotten, Renamed, UserForgotten
from core.clients.commands import ForgetClient, ForgetUser, RenameClient, RenameUser
from core.clients.events import FACTS, ClientForgotten, ClientNamed, ClientRenamed, UserNamed, UserRenamed
from core.clients.events import UserForgotten as UserWasForgotten
from core.clients.naming import KnownClients, stream_of
from core.deciding import Answer, Asking, Context, Decision
from core.events.envelope import Event, NewEvent
from core.refusals import Conflict, Unknown


class Client(msgspec.Struct, frozen=True, gc=False):
    """A client as it stands.

    Attributes:
        id: its number.
        name: None once its key is destroyed.
        seal: id of the key under which the name is sealed.
        named_at: microseconds UTC.
        forgotten_at: microseconds UTC; None when it was not forgotten.
    """

    id: int
    name: str | None
    seal: str
    named_at: int
    forgotten_at: int | None


class ClientsState(KnownClients, Protocol):
    """The state that decisions about clients need; implemented by `projections.clients.state`."""

    def client(self, client: int) -> Client | None:
        """Return a client by its number."""
        ...

    def user_name(self, user: str) -> str:
        """Return what a user is called: the name, `user-3` for one without."""
        ...

    def users_named(self, name: str) -> Sequence[str]:
        """Return the users whose names are seen as one is."""
        ...


def forget(command: ForgetClient, _: Asking, state: ClientsState) -> Decision:
    """Forget a client; one that is forgotten already stays so.

    Raises:
        Unknown: there was never such a client.
    """
    known = state.client(command.client)
    if known is None:
        raise Unknown(f"There is no client {stream_of(command.client)}.")
    if known.forgotten_at is not None:
        return Forgotten(known.id)
    return [NewEvent(stream_of(known.id), ClientForgotten(client=known.id, seal=known.seal))]


def rename(command: RenameClient, _: Asking, state: ClientsState) -> Decision:
    """Show a client under another name.

    Raises:
        Unknown: there was never such a client.
        Conflict: it is forgotten, or the name is another's.
    """
    known = state.client(command.client)
    if known is None:
        raise Unknown(f"There is no client {stream_of(command.client)}.")
    if known.forgotten_at is not None:
        raise Conflict(f"{stream_of(known.id)} is forgotten; it gets no name any more.")
    bearer = state.number_of(command.name.name)
    if bearer not in {None, known.id}:
        raise Conflict(f"{command.name.name!r} is the name of {stream_of(bearer or 0)}; merge the two instead.")
    if known.name == command.name.name:
        return Renamed()
    fact = ClientRenamed(client=known.id, seal=command.name.seal, sealed=command.name.sealed)
    return [NewEvent(stream_of(known.id), fact)]


def rename_user(command: RenameUser, _: Asking, state: ClientsState) -> Decision:
    """Call a user otherwise.

    Raises:
        Conflict: the name is another's.
    """
    name = command.name.name
    if state.user_name(command.user) == name:
        return Renamed()
    bearer = next((user for user in state.users_named(name) if user != command.user), None)
    if bearer is not None:
        raise Conflict(f"{name!r} is the name of {bearer}; merge the two, or rename that one first.")
    fact = UserRenamed(user=command.user, seal=command.name.seal, sealed=command.name.sealed)
    return [NewEvent(command.user, fact)]


def forget_user(command: ForgetUser, asking: Asking, state: ClientsState) -> Decision:
    """Forget a user, with the names that were theirs alone; one that has none any more stays as it is."""
    events = [NewEvent(user, UserWasForgotten(user=user)) for user in command.merged if state.user_name(user) != user]
    for client in command.clients:
        decision = forget(ForgetClient(client), asking, state)
        events += () if isinstance(decision, Answer) else decision
    if not events and state.user_name(command.user) == command.user:
        return UserForgotten(command.user)
    return [NewEvent(command.user, UserWasForgotten(user=command.user)), *events]


def answer(events: Sequence[Event], state: ClientsState) -> Answer:  # noqa: ARG001 - one shape for all
    """Tell who was forgotten."""
    match events[0].fact:
        case UserWasForgotten(user=user):
            return UserForgotten(user)
        case ClientForgotten(client=client):
            return Forgotten(client)
    return Renamed()


CLIENTS = Context(
    name="clients",
    facts=FACTS,
    decisions={
        ForgetClient: forget,
        RenameClient: rename,
        RenameUser: rename_user,
        ForgetUser: forget_user,
    },
    answer=answer,
    answers=(Forgotten, UserForgotten, Renamed),
    incidental=frozenset({ClientNamed.type, UserNamed.type}),
    credits=False,
)

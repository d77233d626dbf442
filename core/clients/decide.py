"""Decisions about clients: one can be forgotten. That one is new is recorded along with whatever it does first."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from core.clients.answers import Forgotten
from core.clients.commands import ForgetClient
from core.clients.events import FACTS, ClientForgotten, ClientNamed
from core.clients.naming import KnownClients, stream_of
from core.deciding import Answer, Asking, Context, Decision
from core.events.envelope import Event, NewEvent
from core.refusals import Unknown


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
    """The state that decisions about clients need."""

    def client(self, client: int) -> Client | None:
        """Return a client by its number."""
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


def answer(events: Sequence[Event], state: ClientsState) -> Answer:  # noqa: ARG001 - one shape for all
    """Tell the client's number."""
    fact = events[-1].fact
    assert isinstance(fact, ClientForgotten)
    return Forgotten(fact.client)


CLIENTS = Context(
    name="clients",
    facts=FACTS,
    decisions={ForgetClient: forget},
    answer=answer,
    answers=(Forgotten,),
    incidental=frozenset({ClientNamed.type}),
)

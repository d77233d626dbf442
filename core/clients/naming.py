"""From the name that a client gives to the number that events carry, and what a user may be called."""

import re
from collections.abc import Mapping
from typing import Protocol

from core.clients.events import ClientNamed
from core.deciding import ClientClaim
from core.events.envelope import NewEvent
from core.free_text import as_seen, check_plain_name
from core.refusals import BadInput

MAX_NAME = 128
MAX_USER_NAME = 200
_NO_USER_NAME = re.compile(r"user-[0-9]+|anonymous|shared-key|local-worker|operator|clock")


class Unsealed(Exception):  # noqa: N818 - names what is the case
    """A client is new here and its claim does not bring its name sealed: it was forgotten meanwhile. Nothing happened."""


class KnownClients(Protocol):
    """The state that a decision needs of clients."""

    def number_of(self, name: str) -> int | None:
        """Return the number of a client, None when it was never seen."""
        ...

    def next_number(self) -> int:
        """Return the number that the next new client gets."""
        ...


def check_name(name: str, field: str = "client_id") -> str:
    """Return the name when it is acceptable; `field` is where it stood.

    Raises:
        BadInput: it is empty or blank, longer than 128 characters, or holds characters that do not print.
    """
    return check_plain_name(field, name, MAX_NAME)


def check_user_name(name: str, field: str = "name") -> str:
    """Return what a user is to be called when it is acceptable; `field` is where it stood.

    Raises:
        BadInput: it is empty or too long, does not print, or is how a user without a name is shown.
    """
    if _NO_USER_NAME.fullmatch(as_seen(name)):
        raise BadInput(
            f"{field} is {name!r}, as users without a name are shown; 1 to {MAX_USER_NAME} printable characters are accepted"
            " that are not such a name."
        )
    return check_plain_name(field, name, MAX_USER_NAME)


def stream_of(client: int) -> str:
    """Return the stream of a client's own events, which is also how it appears as an actor."""
    return f"client-{client}"


def client_of(stream: str) -> int:
    """Return whose events are in a stream, or who an actor is; 0 when that is no client."""
    of, _, number = stream.partition("-")
    return int(number) if of == "client" else 0


def client_name(client: int, known: Mapping[int, str]) -> str | None:
    """Return a client's name, `client-5` when it is forgotten, None when there is no client."""
    return known.get(client, stream_of(client)) if client else None


def introduce(clients: KnownClients, claim: ClientClaim) -> tuple[int, list[NewEvent]]:
    """Return the client's number, and the event that gives it one when it is new.

    Raises:
        Unsealed: it is new, and its name is not sealed.
    """
    number = clients.number_of(claim.name)
    if number is not None:
        return number, []
    if not claim.seal:
        raise Unsealed(claim.name)
    number = clients.next_number()
    return number, [NewEvent(stream_of(number), ClientNamed(client=number, seal=claim.seal, sealed=claim.sealed))]

"""Facts about clients."""

from core.events.fact import Fact


class ClientNamed(Fact, frozen=True):
    """A client was seen for the first time; everything else names it by its number only.

    Attributes:
        client: its number, from 1.
        seal: id of the key, kept outside the log, under which the name is sealed.
        sealed: the name, encrypted, in base64; unreadable once the key is destroyed.
    """

    type = "clients.named.v1"
    client: int
    seal: str
    sealed: str


class ClientForgotten(Fact, frozen=True):
    """The key under which a client's name is sealed was destroyed; when the client comes again, it is a new one.

    Attributes:
        client: its number.
        seal: id of the key.
    """

    type = "clients.forgotten.v1"
    client: int
    seal: str


FACTS = (ClientNamed, ClientForgotten)

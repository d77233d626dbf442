"""Facts about what clients and users are called."""

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


class ClientRenamed(Fact, frozen=True):
    """A client is shown under another name; it is still known by those that it had, and goes by any of them.

    Attributes:
        client: its number.
        seal: id of the key under which the new name is sealed.
        sealed: the name, encrypted, in base64.
    """

    type = "clients.renamed.v1"
    client: int
    seal: str
    sealed: str


class UserNamed(Fact, frozen=True):
    """A user that was made was given a name; the fields are those of `ClientRenamed`."""

    type = "clients.user_named.v1"
    user: str
    seal: str
    sealed: str


class UserRenamed(Fact, frozen=True):
    """A user is called otherwise; the fields are those of `ClientRenamed`."""

    type = "clients.user_renamed.v1"
    user: str
    seal: str
    sealed: str


class UserForgotten(Fact, frozen=True):
    """The keys under which the names of a user are sealed were destroyed."""

    type = "clients.user_forgotten.v1"
    user: str


FACTS = (ClientNamed, ClientForgotten, ClientRenamed, UserNamed, UserRenamed, UserForgotten)

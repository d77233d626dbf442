"""Commands about what clients and users are called."""

from core.clients.answers import Forgotten, Renamed, UserForgotten
from core.deciding import ClientClaim, Command


class ForgetClient(Command[Forgotten], frozen=True):
    """Have nobody be able to tell any more who a client was; what it did stays."""

    context = "clients"
    client: int


class RenameClient(Command[Renamed], frozen=True):
    """Have a client be shown under another name, which comes sealed; it goes on to be known by those that it had."""

    context = "clients"
    client: int
    name: ClientClaim


class RenameUser(Command[Renamed], frozen=True):
    """Have a user that there is be called otherwise; the name comes sealed."""

    context = "clients"
    user: str
    name: ClientClaim


class ForgetUser(Command[UserForgotten], frozen=True):
    """Have nobody be able to tell any more who a user was.

    Attributes:
        user: who is meant.
        merged: the users that were merged into it.
        clients: the numbers of those whose names were theirs alone, which are forgotten too.
    """

    context = "clients"
    user: str
    merged: tuple[str, ...]
    clients: tuple[int, ...]

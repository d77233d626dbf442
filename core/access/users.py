"""Ownership of clients' names: the one place that says who may go by one."""

from collections.abc import Collection, Sequence
from typing import Protocol

from core.access.events import NameTaken
from core.clients.naming import stream_of
from core.events.envelope import NewEvent
from core.events.fact import Fact
from core.refusals import Conflict, Forbidden

SHARED_KEY = "shared-key"
LOCAL_WORKER = "local-worker"
ANONYMOUS = "anonymous"
"""Who calls without a key. Nothing is theirs: a name that they use belongs to the first user who does."""
UNNUMBERED = (SHARED_KEY, LOCAL_WORKER)
"""The users behind keys that stand in no log; each is named as it appears as an actor."""
_EVERYBODY = frozenset({"operator", "clock", "proofs"})
"""Actors who may speak for every client, and to whom no name belongs."""
_NAMED = 3


class KnownUsers(Protocol):
    """The state that a decision needs of users."""

    def user_of(self, actor: str | None) -> str:
        """Return the user for whom an actor acts, as they are merged; empty for an anonymous caller."""
        ...

    def holders(self, client: int) -> Collection[str]:
        """Return the users whose name a client's is, as they are merged."""
        ...


class UserNames(Protocol):
    """The state from which a sentence has what users are called."""

    def user_name(self, user: str) -> str:
        """Return what a user is called: the name, `user-3` for one without."""
        ...


class KnownNames(UserNames, Protocol):
    """The same for users and clients."""

    def client_name(self, client: int) -> str:
        """Return what a client is called: the name, `client-5` for one that is forgotten."""
        ...


def numbered(user: int) -> str:
    """Return the user of a number, which is also its stream."""
    return f"user-{user}"


def one_called(users: Sequence[str], name: str) -> str:
    """Return the one of users that are called so.

    Raises:
        Conflict: there are several.
    """
    if len(users) > 1:
        raise Conflict(f"{', '.join(users)} are all called {name!r}; say which by its number.")
    return users[0]


def take_name(actor: str | None, client: int, name: str, users: KnownUsers, names: UserNames) -> Sequence[NewEvent]:
    """Have a caller go by a client's name: return the event by which it becomes theirs, none when that is settled.

    Args:
        actor: the caller, as events name it; None for an anonymous one.
        client: the client's number.
        name: its name.
        users: whose names are whose.
        names: what they are called.

    Raises:
        Forbidden: the name is somebody else's.
    """
    if actor in _EVERYBODY:
        return ()
    user, holders = users.user_of(actor), users.holders(client)
    if user and not holders:
        return (NewEvent(stream_of(client), NameTaken(client=client, user=user)),)
    if not holders or user in holders:
        return ()
    called = sorted(map(names.user_name, holders))
    owners = ", ".join(called[:_NAMED]) + (" and others" if len(called) > _NAMED else "")
    way_out = (
        "send a key of theirs, go by another name,"
        if not user
        else f"and the key is {names.user_name(user)}'s; go by another name,"
    )
    raise Forbidden(
        f"The name {name!r} belongs to {owners}{':' if not user else ','} {way_out}"
        " or have whoever runs the coordinator say whose it is (tallystick clients give)."
    )


def check_credited(actor: str | None, facts: Sequence[Fact], users: KnownUsers, names: KnownNames) -> None:
    """Have a caller who gives no name be credited as nobody else: a report may say under which assignment it was done.

    Raises:
        Forbidden: the name of a client that the facts name is somebody else's.
    """
    for client in {getattr(fact, "client", 0) for fact in facts} - {0}:
        take_name(actor, client, names.client_name(client), users, names)

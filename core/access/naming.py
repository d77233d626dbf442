"""Decisions about who somebody is: whose a name is, and which users and clients are the same."""

from collections import defaultdict

from core.access.answers import Noted
from core.access.commands import AttributeKeys, GiveName, MergeClients, MergeUsers, PartClients, PartUsers
from core.access.events import ClientsMerged, ClientsParted, KeyGiven, NameGiven, NameTaken, UsersMerged, UsersParted
from core.access.state import AccessState
from core.access.users import numbered
from core.clients.events import UserNamed
from core.clients.naming import stream_of
from core.deciding import Asking, ClientClaim, Decision
from core.events.envelope import NewEvent
from core.refusals import Conflict, Unknown
from core.wording import shortened

MAX_HOLDERS = 100


def known_user(user: str, state: AccessState) -> str:
    """Return a user that there is.

    Raises:
        Unknown: there is none such.
    """
    if not state.has_user(user):
        raise Unknown(f"There is no user {shortened(user)!r}.")
    return user


def named(user: str, name: ClientClaim | None) -> list[NewEvent]:
    """Return the event by which a new user gets a name, if it gets one."""
    if name is None:
        return []
    return [NewEvent(user, UserNamed(user=user, seal=name.seal, sealed=name.sealed))]


def give_name(command: GiveName, _: Asking, state: AccessState) -> Decision:
    """Say whose a name is.

    Raises:
        Unknown: there is no such user.
        Conflict: there are too many.
    """
    users = tuple(sorted({known_user(user, state) for user in command.users}))
    if len(users) > MAX_HOLDERS:
        raise Conflict(f"{len(users)} users can't share a name; up to {MAX_HOLDERS} can.")
    if state.stated_holders(command.client) == frozenset(users):
        return Noted()
    return [NewEvent(stream_of(command.client), NameGiven(client=command.client, users=users))]


def merge_users(command: MergeUsers, _: Asking, state: AccessState) -> Decision:
    """Have one user be another.

    Raises:
        Unknown: there is no such user.
        Conflict: they are the same already, by another way.
    """
    user, into = known_user(command.user, state), known_user(command.into, state)
    if state.user_into(user) == into:
        return Noted()
    if state.user_into(user):
        raise Conflict(f"{user} is merged into {state.user_into(user)}; part them first.")
    if state.user_as_merged(into) == user:
        raise Conflict(f"{into} and {user} are the same already.")
    return [NewEvent(user, UsersMerged(user=user, into=into))]


def part_users(command: PartUsers, _: Asking, state: AccessState) -> Decision:
    """Undo a merging of users.

    Raises:
        Unknown: there is no such user.
    """
    user = known_user(command.user, state)
    return [NewEvent(user, UsersParted(user=user))] if state.user_into(user) else Noted()


def merge_clients(command: MergeClients, _: Asking, state: AccessState) -> Decision:
    """Have the credit of one client count as another's.

    Raises:
        Conflict: they are the same already, by another way.
    """
    client, into = command.client, command.into
    if state.client_into(client) == into:
        return Noted()
    if state.client_into(client):
        raise Conflict(f"{stream_of(client)} is merged into {stream_of(state.client_into(client))}; part them first.")
    if state.client_as_merged(into) == client:
        raise Conflict(f"{stream_of(into)} and {stream_of(client)} are the same already.")
    return [NewEvent(stream_of(client), ClientsMerged(client=client, into=into))]


def part_clients(command: PartClients, _: Asking, state: AccessState) -> Decision:
    """Undo a merging of clients."""
    client = command.client
    return [NewEvent(stream_of(client), ClientsParted(client=client))] if state.client_into(client) else Noted()


def attribute(command: AttributeKeys, _: Asking, state: AccessState) -> Decision:
    """Make users of labels, once: keys that have a user keep it, and so do names."""
    events: list[NewEvent] = []
    users: dict[str, str] = {}
    for user, labelled in enumerate(command.labelled, state.next_user()):
        bare = [key for key in labelled.keys if (known := state.key(key)) is not None and not known.user]
        users |= {f"key-{key}": numbered(user) for key in bare}
        events += [NewEvent(f"key-{key}", KeyGiven(key=key, user=numbered(user))) for key in bare]
        events += named(numbered(user), labelled.name) if bare else []
    by_client: defaultdict[int, set[str]] = defaultdict(set)
    for actor, client in command.used:
        by_client[client].add(users.get(actor) or state.user_of(actor))
    for client, used_by in sorted(by_client.items()):
        if not events or state.stated_holders(client):
            continue
        few = tuple(sorted(used_by - {""}))[:MAX_HOLDERS]
        if len(few) == 1:
            events.append(NewEvent(stream_of(client), NameTaken(client=client, user=few[0])))
        elif few:
            events.append(NewEvent(stream_of(client), NameGiven(client=client, users=few)))
    return events or Noted()

"""Facts about users: their API keys, and the names that are theirs.

A user is a text: `user-3`, or one of those that need no key of their own (`core.access.users`). What a user is called
stands with the names of clients, where it can be forgotten.
"""

from core.events.fact import Fact


class KeyCreatedBefore(Fact, frozen=True):
    """An API key was handed out, before there were users."""

    type = "access.key_created.v1"
    key: int
    hash: str
    roles: tuple[str, ...]
    label: str


class KeyCreated(Fact, frozen=True):
    """An API key was handed out.

    Attributes:
        key: its number, from 1.
        hash: SHA-256 of the key itself, in hexadecimal; the key is kept nowhere.
        roles: what it opens.
        label: which of the user's keys it is, in the words of who made it; it stays in the log for ever.
        user: whose it is; a number not seen before makes a user. Empty for a key from before there were users.
        expires_at: from when on it opens nothing, microseconds UTC; None when it lasts.
        invitation: that it came of; 0 for none.
    """

    type = "access.key_created.v2"
    key: int
    hash: str
    roles: tuple[str, ...]
    label: str
    user: str = ""
    expires_at: int | None = None
    invitation: int = 0


class KeyRevoked(Fact, frozen=True):
    """An API key opens nothing any more."""

    type = "access.key_revoked.v1"
    key: int


class KeyGiven(Fact, frozen=True):
    """A key from before there were users belongs to one."""

    type = "access.key_given.v1"
    key: int
    user: str


class KeysUsed(Fact, frozen=True):
    """Keys were used; at most once an hour for each.

    Attributes:
        uses: (key, when it was used last, microseconds UTC).
    """

    type = "access.keys_used.v1"
    uses: tuple[tuple[int, int], ...]


class Invited(Fact, frozen=True):
    """A link was made by which whoever has it makes one key, once.

    Attributes:
        invitation: its number, from 1.
        hash: SHA-256 of what the link ends in, in hexadecimal.
        roles: what the key will open.
        label: which of the user's keys it will be.
        user: whose it will be.
        expires_at: until when the link works, microseconds UTC.
        key_expires_at: from when on the key opens nothing; None when it lasts.
    """

    type = "access.invited.v1"
    invitation: int
    hash: str
    roles: tuple[str, ...]
    label: str
    user: str
    expires_at: int
    key_expires_at: int | None


class InvitationWithdrawn(Fact, frozen=True):
    """The link of an invitation makes no key any more."""

    type = "access.invitation_withdrawn.v1"
    invitation: int


class NameTaken(Fact, frozen=True):
    """A client's name belongs to the user whose key used it first."""

    type = "access.name_taken.v1"
    client: int
    user: str


class NameGiven(Fact, frozen=True):
    """It was decided whose a client's name is.

    Attributes:
        client: its number.
        users: those who may use it; none leaves it to the next who does.
    """

    type = "access.name_given.v1"
    client: int
    users: tuple[str, ...]


class UsersMerged(Fact, frozen=True):
    """One user is another: keys, names and credit of both are that one's, until they are parted."""

    type = "access.users_merged.v1"
    user: str
    into: str


class UsersParted(Fact, frozen=True):
    """A user that was merged into another stands for itself again."""

    type = "access.users_parted.v1"
    user: str


class ClientsMerged(Fact, frozen=True):
    """One client is another: its credit counts there, until they are parted. What it holds it goes on to hold itself."""

    type = "access.clients_merged.v1"
    client: int
    into: int


class ClientsParted(Fact, frozen=True):
    """A client that was merged into another stands for itself again."""

    type = "access.clients_parted.v1"
    client: int


FACTS = (
    KeyCreatedBefore,
    KeyCreated,
    KeyRevoked,
    KeyGiven,
    KeysUsed,
    Invited,
    InvitationWithdrawn,
    NameTaken,
    NameGiven,
    UsersMerged,
    UsersParted,
    ClientsMerged,
    ClientsParted,
)


def owned_by_nobody(old: KeyCreatedBefore) -> KeyCreated:
    """Read a key from before there were users."""
    return KeyCreated(key=old.key, hash=old.hash, roles=old.roles, label=old.label)

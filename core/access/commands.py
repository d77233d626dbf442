"""Commands about users, their API keys and their names."""

from collections.abc import Sequence

import msgspec

from core.access.answers import InvitationAnswer, KeyAnswer, Noted
from core.access.roles import Role
from core.deciding import ClientClaim, Command


class CreateKey(Command[KeyAnswer], frozen=True):
    """Hand out a key whose SHA-256 (hexadecimal) is `hash`.

    Attributes:
        hash: of the key.
        roles: what it shall open.
        label: which of the user's keys it is.
        user: whose it shall be; empty makes a user.
        name: what a user that is made is called, sealed; None for no name.
        expires_at: from when on it opens nothing, microseconds UTC.
    """

    context = "access"
    hash: str
    roles: tuple[Role, ...]
    label: str = ""
    user: str = ""
    name: ClientClaim | None = None
    expires_at: int | None = None

    @property
    def names_user(self) -> str:
        """Return the name of the user that is made."""
        return self.name.name if self.name and not self.user else ""


class RenewKey(Command[KeyAnswer], frozen=True):
    """Hand out another key to the user of one, with its roles and its label; both open what they open."""

    context = "access"
    key: int
    hash: str
    expires_at: int | None = None


class RevokeKey(Command[KeyAnswer], frozen=True):
    """Take a key back."""

    context = "access"
    key: int


class NoteUses(Command[Noted], frozen=True):
    """Record when keys were last used: (key, microseconds UTC)."""

    context = "access"
    uses: tuple[tuple[int, int], ...]


class Invite(Command[InvitationAnswer], frozen=True):
    """Have whoever knows what has the SHA-256 `hash` make one key, once; the other fields are those of `CreateKey`."""

    context = "access"
    hash: str
    roles: tuple[Role, ...]
    expires_at: int
    label: str = ""
    user: str = ""
    name: ClientClaim | None = None
    key_expires_at: int | None = None

    @property
    def names_user(self) -> str:
        """Return the name of the user that is made."""
        return self.name.name if self.name and not self.user else ""


class AcceptInvitation(Command[KeyAnswer], frozen=True):
    """Make the key of an invitation: `hash` is the key's, `invitation` that of what its link ends in."""

    context = "access"
    invitation: str
    hash: str


class WithdrawInvitation(Command[InvitationAnswer], frozen=True):
    """Have the link of an invitation make no key any more."""

    context = "access"
    invitation: int


class GiveName(Command[Noted], frozen=True):
    """Say whose the name of a client is; of nobody, it is the next one's who uses it."""

    context = "access"
    client: int
    users: tuple[str, ...]


class MergeUsers(Command[Noted], frozen=True):
    """Have one user be another."""

    context = "access"
    user: str
    into: str


class PartUsers(Command[Noted], frozen=True):
    """Undo that a user is another."""

    context = "access"
    user: str


class MergeClients(Command[Noted], frozen=True):
    """Have the credit of one client count as another's."""

    context = "access"
    client: int
    into: int


class PartClients(Command[Noted], frozen=True):
    """Undo that the credit of a client counts as another's."""

    context = "access"
    client: int


class Labelled(msgspec.Struct, frozen=True):
    """Keys from before there were users that bear the same label, and that label sealed; None for an empty one."""

    keys: tuple[int, ...]
    name: ClientClaim | None


class AttributeKeys(Command[Noted], frozen=True):
    """Make users of the labels of keys from before there were any, and theirs the names that they used.

    Attributes:
        labelled: the keys.
        used: (actor, number of a client whose name it used), of everybody who came with a key.
    """

    context = "access"
    labelled: Sequence[Labelled]
    used: Sequence[tuple[str, int]]

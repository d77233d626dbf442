"""The state that decisions about users, keys and names need."""

from typing import Protocol

import msgspec

from core.access.users import KnownUsers


class Key(msgspec.Struct, frozen=True, gc=False):
    """An API key as it stands.

    Attributes:
        user: whose it is; empty for one from before there were users.
        expires_at: from when on it opens nothing, microseconds UTC; None when it lasts.
        used_at: when its last use was recorded.
    """

    id: int
    hash: str
    roles: tuple[str, ...]
    label: str
    created_at: int
    revoked_at: int | None
    user: str
    expires_at: int | None
    used_at: int | None


class Invitation(msgspec.Struct, frozen=True, gc=False):
    """An invitation as it stands; `key` is the one that came of it, 0 for none."""

    id: int
    hash: str
    roles: tuple[str, ...]
    label: str
    user: str
    created_at: int
    expires_at: int
    key_expires_at: int | None
    key: int
    withdrawn_at: int | None


class AccessState(KnownUsers, Protocol):
    """Implemented by `projections.access.state`."""

    def key(self, key: int) -> Key | None:
        """Return a key by its number."""
        ...

    def next_key(self) -> int:
        """Return the number that the next key gets."""
        ...

    def next_user(self) -> int:
        """Return the number that the next user gets."""
        ...

    def has_user(self, user: str) -> bool:
        """Tell whether there is such a user, also as one that needs no key of its own."""
        ...

    def user_as_merged(self, user: str) -> str:
        """Return the user that one is, after all merging."""
        ...

    def user_into(self, user: str) -> str:
        """Return into which user one was merged itself; empty for none."""
        ...

    def client_as_merged(self, client: int) -> int:
        """Return the client that one's credit counts as, after all merging."""
        ...

    def client_into(self, client: int) -> int:
        """Return into which client one was merged itself; 0 for none."""
        ...

    def stated_holders(self, client: int) -> frozenset[str]:
        """Return the users whose name a client's was said to be, merged or not."""
        ...

    def invitation(self, invitation: int) -> Invitation | None:
        """Return an invitation by its number."""
        ...

    def invitation_of(self, digest: str) -> Invitation | None:
        """Return an invitation by the hash of what its link ends in."""
        ...

    def next_invitation(self) -> int:
        """Return the number that the next invitation gets."""
        ...

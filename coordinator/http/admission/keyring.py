"""The keys that open something, by their hashes, in memory."""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable

import msgspec

from coordinator.node import Node
from coordinator.ownkeys import kept_admin_key
from coordinator.setup.credentials import ADMIN_KEY, SHARED_KEY, secret
from coordinator.time.wallclock import now
from core.access import users
from core.access.decide import stream_of
from core.access.events import KeyCreated, KeyRevoked
from core.access.roles import ROLES, Role
from core.access.state import Key
from core.events.envelope import Event
from core.timestamps import to_iso
from projections.access.state import keys


class Holder(msgspec.Struct, frozen=True, gc=False):
    """Whom a key stands for.

    Attributes:
        actor: how the holder appears in the log: `key-3`, `operator` for the admin key, `shared-key`, or `local-worker`.
        roles: what the key opens.
        key: its number; 0 for one that stands in no log.
        expires_at: from when on it opens nothing, microseconds UTC; None when it lasts.
    """

    actor: str
    roles: frozenset[Role]
    key: int = 0
    expires_at: int | None = None


OPERATOR = Holder("operator", frozenset(ROLES))
SHARED = Holder(users.SHARED_KEY, frozenset(ROLES) - {"admin"})
LOCAL_WORKER = Holder(users.LOCAL_WORKER, frozenset(("work",)))


def new_key(bits: bytes | None = None) -> str:
    """Make a key: 256 random bits, those that are given or new ones, and what they are for."""
    return f"ts_{in_url(bits or secrets.token_bytes(32))}"


def in_url(bits: bytes) -> str:
    """Write bits as they may stand in an address."""
    return base64.urlsafe_b64encode(bits).decode().rstrip("=")


def hash_of(key: str) -> str:
    """Return the SHA-256 of a key, in hexadecimal; the only form in which keys are kept."""
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()


class Keyring:
    """Tells whom a key stands for.

    Only hashes are compared, the admin key's in constant time. How long it takes to look up another key's tells at
    most how much of a hash was right, and nobody can make keys whose hashes come ever closer to a given one.

    Args:
        admin_key: opens everything.
        given: whether somebody chose it; else it was made here.
        shared_key: opens everything but administration, as in the systems replaced; None when there is none.
    """

    def __init__(self, admin_key: str, *, given: bool = False, shared_key: str | None = None) -> None:
        self._admin_given = given
        self._admin_hash = hash_of(admin_key)
        self._shared_hash = "" if shared_key is None else hash_of(shared_key)
        self._holders: dict[str, Holder] = {}
        self._hashes: dict[int, str] = {}
        self.used: dict[int, int] = {}
        """When keys that stand in the log were used last, by number, microseconds UTC; as far as this process knows."""

    @property
    def in_use(self) -> bool:
        """Whether somebody was given a key: one that stands in the log, or one by the environment."""
        return self._admin_given or bool(self._shared_hash) or bool(self._holders)

    def learn(self, known: Iterable[Key]) -> None:
        """Take the keys as they stand."""
        for key in known:
            self._add(key.id, key.hash, key.roles, key.expires_at)
            if key.revoked_at is not None:
                self._revoke(key.id)

    def follow(self, events: Iterable[Event]) -> None:
        """Take what happened to keys; told of every batch as it is committed."""
        for event in events:
            if isinstance(event.fact, KeyCreated):
                self._add(event.fact.key, event.fact.hash, event.fact.roles, event.fact.expires_at)
            elif isinstance(event.fact, KeyRevoked):
                self._revoke(event.fact.key)

    def lend(self, holder: Holder, key: str = "") -> str:
        """Make a key that stands in no log, and opens what a holder may do as long as this process lives.

        Args:
            holder: whom it stands for.
            key: one that another process has made; empty makes one.
        """
        key = key or new_key()
        self._holders[hash_of(key)] = holder
        return key

    def _add(self, key: int, digest: str, roles: Iterable[str], expires_at: int | None) -> None:
        self._hashes[key] = digest
        self._holders[digest] = Holder(stream_of(key), opened_by(roles), key, expires_at)

    def _revoke(self, key: int) -> None:
        """Take a key from its holder; one that is also the shared key opens nothing any more either."""
        digest = self._hashes.pop(key, "")
        self._holders.pop(digest, None)
        if digest == self._shared_hash:
            self._shared_hash = ""

    def holder(self, key: str) -> Holder | None:
        """Return whom a key stands for, None for nobody."""
        return self.holder_of(hash_of(key))

    def holder_of(self, digest: str) -> Holder | None:
        """Return whom the key with a hash stands for, None for nobody; it was used then."""
        if hmac.compare_digest(digest, self._admin_hash):
            return OPERATOR
        holder = self._holders.get(digest)
        if holder is None:
            return SHARED if hmac.compare_digest(digest, self._shared_hash) else None
        if holder.key:
            moment = now()
            if holder.expires_at is not None and holder.expires_at <= moment:
                return None
            self.used[holder.key] = moment
        return holder

    def why_not(self, key: str) -> str:
        """Return why a key opens nothing."""
        holder = self._holders.get(hash_of(key))
        if holder is None or holder.expires_at is None:
            return "The API key is not known, or was revoked."
        return f"The API key expired at {to_iso(holder.expires_at)}; ask whoever made it for another."


def opened_by(roles: Iterable[str]) -> frozenset[Role]:
    """Return the roles that a key's roles include; `admin` includes the others."""
    named = frozenset(role for role in ROLES if role in set(roles))
    return frozenset(ROLES) if "admin" in named else named


async def open_keyring(node: Node) -> Keyring:
    """Return the keyring of a node, which follows what happens to keys."""
    given = secret(os.environ, ADMIN_KEY)
    keyring = Keyring(
        given or kept_admin_key(node.directory),
        given=given is not None,
        shared_key=secret(os.environ, SHARED_KEY),
    )
    keyring.learn(await node.readers["access"].query(keys))
    node.on_commit.append(keyring.follow)
    return keyring

"""Sessions of those who have signed in with a browser.

A session stands for the key that opened it: it opens what the key opens, and nothing once the key is revoked. It is
known by random bits in a cookie that scripts can't read and other sites' requests do not carry; its forms carry other
random bits. Sessions are kept in memory: after a restart people sign in again. Where there are several nodes, each knows
them.
"""

import asyncio
import hmac
import secrets
from collections import OrderedDict

from msgspec import Struct

from coordinator.http.admission.keyring import Holder, Keyring, hash_of
from coordinator.http.requests.refusals import TooMany, Unidentified
from core.refusals import BadInput, Forbidden
from core.timestamps import SECOND, lately

COOKIE = "tallystick_session"
LIFETIME_SECONDS = 12 * 3600
_WRONG_KEYS = 10
_WRONG_KEYS_SECONDS = 60
_ADDRESSES_REMEMBERED = 10_000


class Session(Struct, frozen=True):
    """Somebody who has signed in.

    Attributes:
        holder: whom the key stands for, as of now.
        token: what the session's forms carry.
    """

    holder: Holder
    token: str

    def check(self, token: object) -> None:
        """Tell a form of this session from one that another page sends in its name.

        Raises:
            Forbidden: it is not this session's.
        """
        if not (isinstance(token, str) and hmac.compare_digest(token.encode(), self.token.encode())):
            raise Forbidden(
                "The form does not belong to the session of this browser, and nothing was recorded; send it from a page opened since."
            )


class Kept(Struct, frozen=True):
    """A session as it is remembered.

    Attributes:
        key_hash: of the key that opened it.
        token: what its forms carry.
        expires_at: microseconds UTC.
    """

    key_hash: str
    token: str
    expires_at: int


class Sessions:
    """The sessions of one coordinator.

    Args:
        keyring: the keys with which people sign in.

    Attributes:
        changed: set when one was opened or closed.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._kept: dict[str, Kept] = {}
        self._wrong: OrderedDict[str, list[int]] = OrderedDict()
        self.changed = asyncio.Event()

    def open(self, key: str, address: str, now: int) -> str:
        """Open a session with a key; return what its cookie holds.

        Args:
            key: as it was typed in.
            address: from which it was sent; ten wrong keys from one address within a minute are as many as it gets,
                while one that opens something does so always: others may be behind the same address.
            now: microseconds UTC.

        Raises:
            BadInput: there is no key.
            Unidentified: the key opens nothing.
            Forbidden: the key opens no page.
            TooMany: too many wrong keys came from there.
        """
        if not key:
            raise BadInput("No key was given; the one in admin.key, or one with the role admin or read, is accepted.")
        holder = self._keyring.holder(key)
        if holder is None:
            self._note_wrong(address, now)
            raise Unidentified("The key is not known, or was revoked.")
        if holder.roles.isdisjoint(("admin", "read")):
            raise Forbidden("The key opens no page; one with the role admin or read does.")
        self._forget_expired(now)
        cookie = secrets.token_urlsafe(32)
        kept = Kept(hash_of(key), secrets.token_urlsafe(32), now + LIFETIME_SECONDS * SECOND)
        self._kept[hash_of(cookie)] = kept
        self.changed.set()
        return cookie

    def find(self, cookie: str, now: int) -> Session | None:
        """Return the session of a cookie; None once it has ended."""
        kept = self._kept.get(hash_of(cookie))
        if kept is None or kept.expires_at <= now:
            return None
        holder = self._keyring.holder_of(kept.key_hash)
        return None if holder is None else Session(holder, kept.token)

    def close(self, cookie: str) -> None:
        """End the session of a cookie."""
        self._kept.pop(hash_of(cookie), None)
        self.changed.set()

    def all(self) -> dict[str, Kept]:
        """Return all of them, by the hash of their cookie."""
        return self._kept

    def learn(self, kept: dict[str, Kept]) -> None:
        """Know these, and no others."""
        self._kept = kept

    def _forget_expired(self, now: int) -> None:
        self._kept = {digest: kept for digest, kept in self._kept.items() if kept.expires_at > now}

    def _note_wrong(self, address: str, now: int) -> None:
        wrong = [moment for moment in self._wrong.get(address, ()) if lately(moment, now, _WRONG_KEYS_SECONDS * SECOND)]
        if len(wrong) >= _WRONG_KEYS:
            raise TooMany(
                f"{_WRONG_KEYS} wrong keys came from {address} within a minute; try again in a minute.",
                seconds=_WRONG_KEYS_SECONDS,
            )
        self._wrong[address] = [*wrong, now]
        self._wrong.move_to_end(address)
        if len(self._wrong) > _ADDRESSES_REMEMBERED:
            self._wrong.popitem(last=False)

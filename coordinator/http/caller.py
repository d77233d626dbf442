"""Who calls, and whether they may.

A route states its role with `guards=[needs("work")]`, or that it has none with `guards=[PUBLIC]`; the application
refuses to start with a route that does neither. A key comes as `Authorization: Bearer`, `X-API-Key` or `X-Admin-Key`.
"""

import ipaddress
from typing import Any, Literal, cast

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from coordinator.http.keyring import Holder, Keyring
from coordinator.http.refusals import Unidentified
from coordinator.settings import Settings
from core.access.roles import Role
from core.refusals import Forbidden

Connection = ASGIConnection[Any, Any, Any, Any]
AnonymousRole = Literal["read", "work", "submit"]

ADMIN_KEY_MISSING = "Admin API key required. Provide X-Admin-Key header."
ADMIN_KEY_WRONG = "Invalid admin API key"
_OPEN_ON_LOOPBACK: frozenset[Role] = frozenset({"read", "work", "submit"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Caller(msgspec.Struct, frozen=True, gc=False):
    """Who sent a request.

    Attributes:
        actor: `key-3`, or `operator` for the admin key; None for an anonymous caller.
        role: what the route asked for; None on a route that is open to all.
    """

    actor: str | None = None
    role: Role | None = None


ANONYMOUS = Caller()


def caller_of(connection: Connection) -> Caller:
    """Return who sent a request, as the route's guard found."""
    return cast("Caller", connection.scope.get("caller", ANONYMOUS))


class RoleGuard:
    """Admits callers who have a role.

    Args:
        role: None admits everybody.
    """

    def __init__(self, role: Role | None) -> None:
        self.role = role

    async def __call__(self, connection: Connection, _: BaseRouteHandler) -> None:
        """Admit the caller or refuse.

        Raises:
            Unidentified: a key is needed, or the one that was sent opens nothing.
            Forbidden: the key does not open this, or the way of the request is not trusted.
        """
        if self.role is not None:
            door: Door = connection.app.state.door
            cast("dict[str, Any]", connection.scope)["caller"] = door.admit(connection, self.role)


_GUARDS: dict[Role, RoleGuard] = {role: RoleGuard(role) for role in ("read", "work", "submit", "admin")}
PUBLIC = RoleGuard(None)


def needs(role: Role) -> RoleGuard:
    """Return the guard that admits callers with this role."""
    return _GUARDS[role]


class ExposedWithoutKeys(Exception):  # noqa: N818 - names what would be the case
    """The coordinator would listen on an address that others reach, and nobody has a key."""


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_exposure(settings: Settings, *, keys_exist: bool) -> None:
    """Refuse to listen on an address that others reach while nobody has a key and it was not said who may do what.

    Raises:
        ExposedWithoutKeys: that would be so.
    """
    if is_loopback(settings.host) or keys_exist or settings.allow_anonymous is not None:
        return
    raise ExposedWithoutKeys(
        f"{settings.host} can be reached by others, and there is no API key yet; create one (tallystick keys create),"
        " or say with --allow-anonymous read,work,submit (or none) what callers without a key may do."
    )


class Door:
    """Decides who is admitted.

    Args:
        settings: who may come without a key, and whose word on where a request came from is believed.
        keyring: the keys that open something.
    """

    def __init__(self, settings: Settings, keyring: Keyring) -> None:
        self.keyring = keyring
        self._stated = settings.allow_anonymous is not None
        self._anonymous: frozenset[Role] = (
            frozenset(settings.allow_anonymous)
            if settings.allow_anonymous is not None
            else (_OPEN_ON_LOOPBACK if is_loopback(settings.host) else frozenset())
        )
        self._proxies = [ipaddress.ip_network(proxy, strict=False) for proxy in settings.trusted_proxies]
        self._origins = {origin.encode() for origin in settings.cors_origins}

    def admit(self, connection: Connection, role: Role) -> Caller:
        """Return who calls, when they may use a route of this role.

        Raises:
            Unidentified: a key is needed, or the one that was sent opens nothing.
            Forbidden: the key does not open this, or the way of the request is not trusted.
        """
        headers = dict(connection.scope["headers"])
        key = _key_in(headers)
        if key is None:
            self._admit_anonymous(connection, headers, role)
            return _ANONYMOUS_IN[role]
        holder = self.keyring.holder(key)
        if holder is None:
            raise Unidentified(ADMIN_KEY_WRONG if role == "admin" else "The API key is not known, or was revoked.")
        _check_role(holder, role)
        return Caller(holder.actor, role)

    def _admit_anonymous(self, connection: Connection, headers: dict[bytes, bytes], role: Role) -> None:
        if role not in self._anonymous:
            raise Unidentified(
                ADMIN_KEY_MISSING
                if role == "admin"
                else f"A key with the role {role} is required; send it as Authorization: Bearer or X-API-Key."
            )
        if not self._stated and _was_forwarded(headers) and not self._trusts(connection):
            raise Forbidden(
                "The request was forwarded by a proxy that is not trusted, and carries no key;"
                " send a key, or have the operator name the proxy in --trusted-proxies."
            )
        origin = headers.get(b"origin")
        if origin is not None and connection.scope.get("method") not in _SAFE_METHODS:
            self._check_origin(origin, headers.get(b"host", b""))

    def _check_origin(self, origin: bytes, host: bytes) -> None:
        """Keep web pages of other origins from writing in the name of whoever looks at them."""
        if origin.partition(b"://")[2] != host and origin not in self._origins:
            raise Forbidden(
                f"Pages of {origin.decode(errors='replace')[:100]!r} may not write here;"
                " the operator can name their origin in --cors-origins."
            )

    def _trusts(self, connection: Connection) -> bool:
        peer = connection.scope.get("client")
        if not peer:
            return False
        try:
            address = ipaddress.ip_address(peer[0])
        except ValueError:
            return False
        return any(address in network for network in self._proxies)


_ANONYMOUS_IN: dict[Role, Caller] = {role: Caller(None, role) for role in _GUARDS}


def _check_role(holder: Holder, role: Role) -> None:
    if role not in holder.roles:
        has = ", ".join(sorted(holder.roles))
        raise Forbidden(f"The key has the role {has}; this address needs {role}.")


def _key_in(headers: dict[bytes, bytes]) -> str | None:
    """Return the key that a request brings; an empty one is none."""
    raw = headers.get(b"x-admin-key") or headers.get(b"x-api-key")
    if not raw:
        scheme, _, credentials = headers.get(b"authorization", b"").partition(b" ")
        raw = credentials.strip() if scheme.lower() == b"bearer" else b""
    return raw.decode("latin-1") or None


def _was_forwarded(headers: dict[bytes, bytes]) -> bool:
    return any(name == b"forwarded" or name.startswith(b"x-forwarded-") for name in headers)

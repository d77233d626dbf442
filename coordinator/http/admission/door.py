"""The door: who is admitted, by a key, by a session of a browser, or without either.

A key comes as `Authorization: Bearer`, `X-API-Key` or `X-Admin-Key`. Pages are also open to whoever has signed in with a
browser. What the API does it never does for a session: there a session may only read.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from litestar.connection import ASGIConnection

from coordinator.http.admission.hosts import Hosts
from coordinator.http.admission.keyring import Keyring
from coordinator.http.admission.sessions import COOKIE, Session, Sessions
from coordinator.http.requests.refusals import Unidentified
from coordinator.setup.addresses import is_loopback
from coordinator.setup.settings import Settings
from coordinator.time.wallclock import now
from core.access.roles import ROLES, Role
from core.refusals import Forbidden
from core.wording import shortened

Connection = ASGIConnection[Any, Any, Any, Any]
ADMIN_KEY_MISSING = "Admin API key required. Provide X-Admin-Key header."
ADMIN_KEY_WRONG = "Invalid admin API key"
ROLES_OPTION = "roles"
"""Under this name a handler's `opt` has the roles of which it needs any."""
PAGE_OPTION = "page"
"""Under this name a page's handler has True in its `opt`."""
VOUCHED = "host_is_own"
"""Under this name a request's scope has True when another node has passed it on, whose host it is for."""
_ADMIN: tuple[Role, ...] = ("admin",)
_WRITING: frozenset[Role] = frozenset({"work", "submit"})
_KEY_HEADERS = frozenset({b"x-admin-key", b"x-api-key", b"authorization"})
_OTHER_SITES = frozenset({b"cross-site", b"same-site"})
_PROXY_HEADERS = frozenset({b"forwarded", b"via", b"x-real-ip"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Caller(msgspec.Struct, frozen=True, gc=False):
    """The sender of a request.

    Attributes:
        actor: `key-3`, or `operator` for the admin key; None for an anonymous caller.
        may: the roles that the caller has.
        asked: the roles of which the route asked for any.
        session: by which the caller is known, None when it is a key or nothing.
    """

    actor: str | None
    may: frozenset[Role]
    asked: tuple[Role, ...]
    session: Session | None = None


def hands_out_work(options: Mapping[str, Any]) -> bool:
    """Tell whether a route with this `opt` changes what is assigned although its method is GET."""
    roles = options.get(ROLES_OPTION, ())
    return "work" in roles and "read" not in roles


def _options_of(connection: Connection) -> Mapping[str, Any]:
    """Return the `opt` of the route that takes a request; nothing for one that none takes."""
    handler = connection.scope.get("route_handler")
    return {} if handler is None else handler.opt


class ExposedWithoutKeys(Exception):  # noqa: N818 - names what would be the case
    """Others would reach the coordinator, and it was not said who may do what."""


def check_exposure(settings: Settings, *, keys_exist: bool) -> None:
    """Refuse to be reached by others while it was not said who may do what.

    Raises:
        ExposedWithoutKeys: a proxy leads others here, or the address does and nobody has a key.
    """
    if settings.trusted_proxies and settings.allow_anonymous is None:
        raise ExposedWithoutKeys(
            f"{', '.join(settings.trusted_proxies)} would bring requests of others; say with --allow-anonymous"
            " read,work,submit (or none) what callers without a key may do."
        )
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
        sessions: who has signed in with a browser.
    """

    def __init__(self, settings: Settings, keyring: Keyring, sessions: Sessions) -> None:
        self.keyring = keyring
        self.sessions = sessions
        self._stated = settings.allow_anonymous is not None
        self._anonymous: frozenset[Role] = frozenset(settings.open_roles)
        # Where callers without a key may only read because the operator said so, everybody may know what they read.
        self._hosts = Hosts(settings) if not self._stated or self._anonymous & _WRITING else None
        self._proxies = [ipaddress.ip_network(proxy, strict=False) for proxy in settings.trusted_proxies]
        self._origins = {origin.encode() for origin in settings.cors_origins}

    def admit(self, connection: Connection, roles: tuple[Role, ...]) -> Caller:
        """Return who calls, when they may use a route that asks for any of these roles.

        Raises:
            Unidentified: a key is needed, or the one that was sent opens nothing.
            Forbidden: the key does not open this, or the way of the request is not trusted.
            Misdirected: there is no key, and the request is for a host that is not this coordinator's.
        """
        headers = dict(connection.scope["headers"])
        key = None if _KEY_HEADERS.isdisjoint(headers) else key_in(headers)
        if key is None:
            session = self.session(connection) if b"cookie" in headers else None
            if session is not None:
                return self._admit_session(connection, headers, session, roles)
            self._admit_anonymous(connection, headers, roles)
            return Caller(None, self._anonymous, roles)
        holder = self.keyring.holder(key)
        if holder is None:
            raise Unidentified(ADMIN_KEY_WRONG if roles == _ADMIN else self.keyring.why_not(key))
        if holder.roles.isdisjoint(roles):
            open_without = "" if self._anonymous.isdisjoint(roles) else ", and answers those who send no key"
            raise Forbidden(f"The key has {_held(holder.roles)}; this address needs {_listed(roles)}{open_without}.")
        return Caller(holder.actor, holder.roles, roles)

    def session(self, connection: Connection) -> Session | None:
        """Return the session of a browser, None without one."""
        cookie = connection.cookies.get(COOKIE)
        return self.sessions.find(cookie, now()) if cookie else None

    def _admit_session(
        self, connection: Connection, headers: dict[bytes, bytes], session: Session, roles: tuple[Role, ...]
    ) -> Caller:
        """Admit somebody who has signed in; on addresses of the API the session adds no more than reading."""
        caller = self.signed_in(session, roles)
        may = caller.may
        if not _options_of(connection).get(PAGE_OPTION):
            reads = connection.scope.get("method") in _SAFE_METHODS
            may = session.holder.roles & {"read"} if reads else frozenset()
            if may.isdisjoint(roles):
                self._admit_anonymous(connection, headers, roles)
                return Caller(None, self._anonymous, roles)
        if may.isdisjoint(roles):
            raise Forbidden(f"The key has {_held(may)}; this page needs {_listed(roles)}.")
        self.check_origin(connection, headers)
        return caller

    def signed_in(self, session: Session, roles: tuple[Role, ...] = ()) -> Caller:
        """Return who calls by a session, for a route that asks for any of these roles."""
        return Caller(session.holder.actor, session.holder.roles | self._anonymous, roles, session)

    def _admit_anonymous(self, connection: Connection, headers: dict[bytes, bytes], roles: tuple[Role, ...]) -> None:
        if self._anonymous.isdisjoint(roles):
            raise Unidentified(
                ADMIN_KEY_MISSING
                if roles == _ADMIN
                else f"A key with the role {_listed(roles)} is required; send it as Authorization: Bearer or X-API-Key."
            )
        if not self._stated and _was_forwarded(headers):
            raise Forbidden(
                "The request came through a proxy, and carries no key; send a key, or have the operator say with"
                " --allow-anonymous what callers without one may do."
            )
        self._check_host(connection, headers)
        self.check_origin(connection, headers)

    def admit_anybody(self, connection: Connection) -> None:
        """Admit a caller to a route that asks for no role.

        Raises:
            Misdirected: there is no key, and the request is for a host that is not this coordinator's.
        """
        headers = dict(connection.scope["headers"])
        key = key_in(headers)
        if key is None or self.keyring.holder(key) is None:
            self._check_host(connection, headers)

    def _check_host(self, connection: Connection, headers: dict[bytes, bytes]) -> None:
        if self._hosts is not None and not connection.scope.get(VOUCHED):
            self._hosts.check(headers.get(b"host", b""))

    def check_origin(self, connection: Connection, headers: dict[bytes, bytes]) -> None:
        """Keep web pages of other origins from writing, or taking work, in the name of whoever looks at them.

        Raises:
            Forbidden: the request does, and comes from such a page.
        """
        changes_nothing = connection.scope.get("method") in _SAFE_METHODS
        if changes_nothing and not hands_out_work(_options_of(connection)):
            return
        origin = headers.get(b"origin")
        if origin is None:
            # A browser leaves Origin out of what a page embeds; where the page is from it tells in this one.
            if headers.get(b"sec-fetch-site") in _OTHER_SITES:
                raise Forbidden(
                    "A page of another site asks in the name of whoever looks at it;"
                    " that may only be done from this coordinator's own pages, or by a program."
                )
            return
        if origin.partition(b"://")[2] != headers.get(b"host", b"") and origin not in self._origins:
            raise Forbidden(
                f"Pages of {shortened(origin.decode(errors='replace'))!r} may not write here;"
                " the operator can name their origin in --cors-origins."
            )

    def address_of(self, connection: Connection) -> str:
        """Return the address of who calls: of those that trusted proxies name, the last that is no such proxy itself."""
        peer = connection.scope.get("client")
        address = peer[0] if peer else "an unknown address"
        named = dict(connection.scope["headers"]).get(b"x-forwarded-for", b"").decode("latin-1")
        for before in reversed([one.strip() for one in named.split(",") if one.strip()]):
            if not self._is_proxy(address):
                break
            address = before
        return address

    def trusts(self, connection: Connection) -> bool:
        """Tell whether what a request says of how it came is believed: it comes from a proxy that was named."""
        peer = connection.scope.get("client")
        return peer is not None and self._is_proxy(peer[0])

    def _is_proxy(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._proxies)


def _listed(roles: Iterable[Role]) -> str:
    return " or ".join(role for role in ROLES if role in roles)


def _held(roles: Iterable[Role]) -> str:
    held = [role for role in ROLES if role in roles]
    *first, last = held
    return f"the roles {', '.join(first)} and {last}" if first else f"the role {last}"


def key_in(headers: dict[bytes, bytes]) -> str | None:
    """Return the key that a request brings; an empty one stands for no key."""
    raw = headers.get(b"x-admin-key") or headers.get(b"x-api-key")
    if not raw:
        scheme, _, credentials = headers.get(b"authorization", b"").partition(b" ")
        raw = credentials.strip() if scheme.lower() == b"bearer" else b""
    return raw.decode("latin-1") or None


def _was_forwarded(headers: dict[bytes, bytes]) -> bool:
    for name in headers:  # noqa: SIM110 - every request comes through here, and a generator takes twice as long
        if name[:12] == b"x-forwarded-" or name in _PROXY_HEADERS:
            return True
    return False

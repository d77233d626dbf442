"""Hosts by the text of their address: who reaches them, and where the nodes of a coordinator do."""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from core.refusals import BadInput

_HOST = re.compile(r"[^\s/?#@%\[\]\\]+")
_OWN_PORTS = {"http": 80, "https": 443}
_ANY_PORT = ":*"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)


def is_unspecified(host: str) -> bool:
    """Tell whether it stands for every address of this machine: `0.0.0.0` and `::`."""
    return is_address(host) and ipaddress.ip_address(host).is_unspecified


def is_address(host: str) -> bool:
    """Tell whether it is an address in digits, and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def host_and_port(address: str) -> tuple[str, int | None] | None:
    """Read `host` or `host:port`, where IPv6 stands in brackets; None when it is neither, or no port can have that number."""
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.netloc != address or address.endswith(":") or port == 0 or not host or not _HOST.fullmatch(host):
        return None
    return host, port


def origin_of(said: str) -> str | None:
    """Return a web origin as browsers say it, in small letters and without the port that its scheme has anyway; None for none.

    `*` may stand for all of it, in the place of the port and at the beginning of a host.
    """
    if said == "*":
        return said
    scheme, _, rest = said.partition("://")
    address = rest.removesuffix(_ANY_PORT)
    any_port = address != rest
    found = host_and_port(address)
    if found is None or (any_port and found[1] is not None):
        return None
    host, port = found
    ending = _ANY_PORT if any_port else "" if port in {None, _OWN_PORTS[scheme]} else f":{port}"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}{ending}"


def is_valkey(address: str) -> bool:
    """Tell whether the address of a Valkey server has a host and a port that can be, and the number of a database if any."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme == "unix":
        return bool(parts.path)
    place = parts.netloc.rpartition("@")[2]
    return (not place or host_and_port(place) is not None) and bool(re.fullmatch(r"(/[0-9]{0,9})?", parts.path))


def peers_in(said: Iterable[str]) -> dict[str, str]:
    """Read the nodes of a coordinator, `name=host:port` each.

    Raises:
        BadInput: one is not of this form, or two have one name or one address.
    """
    found: dict[str, str] = {}
    for one in said:
        name, _, address = one.partition("=")
        if not name or (host_and_port(address) or ("", None))[1] is None:
            raise BadInput(f"nodes names {one!r}; a name and an address, such as one=10.0.0.1:8001, are accepted.")
        if name in found or address in found.values():
            raise BadInput(f"nodes names {one!r}; a name and an address of its own for each are accepted.")
        found[name] = address
    return found

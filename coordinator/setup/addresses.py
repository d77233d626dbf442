"""Hosts by the text of their address: who reaches them, and where the nodes of a coordinator do."""

import ipaddress
from collections.abc import Iterable

from core.addresses import host_and_port
from core.refusals import BadInput

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

"""Hosts by the text of their address: who reaches them, and where the nodes of a coordinator do."""

import ipaddress
from collections.abc import Iterable

from core.refusals import BadInput


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


def peers_in(said: Iterable[str]) -> dict[str, str]:
    """Read the nodes of a coordinator, `name=host:port` each.

    Raises:
        BadInput: one is not of this form, or two have one name or one address.
    """
    found: dict[str, str] = {}
    for one in said:
        name, _, address = one.partition("=")
        host, _, port = address.rpartition(":")
        if not (name and host and port.isdecimal() and 0 < int(port[:6]) < 65_536):
            raise BadInput(f"nodes names {one!r}; a name and an address, such as one=10.0.0.1:8001, are accepted.")
        if name in found or address in found.values():
            raise BadInput(f"nodes names {one!r}; a name and an address of its own for each are accepted.")
        found[name] = address
    return found

"""Hosts by the text of their address: who reaches them."""

import ipaddress


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

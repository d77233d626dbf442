"""Addresses by their text: a host with its port, and where a coordinator is reached, at one or at any of several."""

import re
from urllib.parse import urlsplit

from core.refusals import BadInput

_ADDRESS = re.compile(
    r"https?://([^\s/@]+@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/:?#@\[\]]+)(:(?P<port>[0-9]+))?([/?#]\S*)?"
)
_HOST = re.compile(r"[^\s/?#@%\[\]\\]+")
_PORTS = range(1, 65_536)


def addresses(said: str) -> tuple[str, ...]:
    """Return the addresses that stand in a text with commas or spaces between, in order, each once.

    Raises:
        BadInput: there is none, or one of them is no address of HTTP.
    """
    found = said.replace(",", " ").split() or [said]
    for url in found:
        parts = _ADDRESS.fullmatch(url)
        if parts is None or not is_host(parts["host"]) or int(parts["port"] or 80) not in _PORTS:
            raise BadInput(
                f"{url!r} is not the address of a coordinator; one such as http://127.0.0.1:8000 is accepted."
            )
    return tuple(dict.fromkeys(url.rstrip("/") for url in found))


def is_host(name: str) -> bool:
    """Tell whether a host can have this name: looking up one with an empty or an overlong part is no failure to Python, but a fault."""
    try:
        name.encode("idna")
    except UnicodeError:
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

"""Addresses that may be delivered to: those of public networks, and of those that the settings allow.

Whoever may subscribe could otherwise have the coordinator ask what only it can reach: services of its own machine and
network, and what clouds tell their machines. A name is looked up when it is subscribed and each time that a connection
is opened, which then goes to an address that was looked at: names resolve otherwise later.
"""

import asyncio
import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

import msgspec

from core.addresses import is_host
from core.refusals import BadInput
from core.wording import shortened

_MOST_CHARACTERS = 2_000
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_LOOK_UP_SECONDS = 10.0
_PORTS = {"http": 80, "https": 443}
_ACCEPTED = "an address such as https://example.org/hook is accepted"


class Guard(msgspec.Struct, frozen=True):
    """The rule about which addresses may be delivered to.

    Attributes:
        networks: that may, besides public ones.
        port: at which this coordinator listens.
    """

    networks: tuple[str, ...]
    port: int

    def check(self, address: str, port: int) -> None:
        """Refuse an address, in digits, that is not to be delivered to.

        Raises:
            BadInput: says why.
        """
        reached = _reached(ipaddress.ip_address(address.partition("%")[0]))
        ours = _is_ours(reached)
        if ours and port == self.port:
            raise BadInput(
                f"{address}, port {port}, is this coordinator itself; the address of a receiver is accepted."
            )
        if any(reached in ipaddress.ip_network(network, strict=False) for network in self.networks):
            return
        if not reached.is_global or reached.is_multicast or ours:
            raise BadInput(
                f"{address} is {'this machine' if ours else 'of no public network'}; public addresses are accepted, and those"
                " in networks that the setting webhook_networks names."
            )

    async def resolve(self, host: str, port: int) -> str:
        """Return an address of a host, in digits, that may be delivered to.

        Raises:
            BadInput: one of its addresses is not to be delivered to.
            OSError: it has none, or nobody says so in time.
        """
        async with asyncio.timeout(_LOOK_UP_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(place[0]) for *_, place in found]
        for address in addresses:
            self.check(address, port)
        return addresses[0]

    async def check_url(self, url: str) -> None:
        """Refuse an address that nothing can be delivered to.

        Raises:
            BadInput: says why.
        """
        host, port = host_of(url)
        try:
            await self.resolve(host, port)
        except OSError as error:
            raise BadInput(
                f"The host {shortened(host)!r} can't be found ({error.strerror or error}); {_ACCEPTED}."
            ) from error


def host_of(url: str) -> tuple[str, int]:
    """Return the host and the port of an address.

    Raises:
        BadInput: it is no address of HTTP, or holds a user's name.
    """
    acceptable = len(url) <= _MOST_CHARACTERS and url.isascii() and url.isprintable() and " " not in url
    try:
        parts = urlsplit(url)
        host = parts.hostname if is_host(parts.hostname or "") else None
        port = _PORTS.get(parts.scheme) if parts.port is None else parts.port
    except ValueError:
        host = port = None
    if not host or not port or not acceptable or parts.scheme not in _PORTS or "@" in parts.netloc or parts.fragment:
        raise BadInput(
            f"url is {shortened(url)!r}; {_ACCEPTED}: http or https, no user in it, no #, up to {_MOST_CHARACTERS} ASCII characters."
        )
    return host, port


def _reached(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the address that is reached in the end, where one of IPv6 stands for one of IPv4."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address


def _is_ours(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is this machine's own: it would be called from itself. Nothing is sent."""
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    if address.is_loopback or address.is_unspecified:
        return True
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(address), 9))
            return ipaddress.ip_address(str(probe.getsockname()[0])) == address
    except OSError:
        return False

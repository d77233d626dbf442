"""Under which names callers without a key reach this coordinator.

A page of any site can have its name point at this machine once a browser has loaded it (DNS rebinding); its requests
then count as the page's own, and only the header Host still tells that site's name. An address in digits can't be bound
to anything else, so where others may reach the coordinator by its address every such address is accepted.
"""

from functools import lru_cache
from urllib.parse import urlsplit

from coordinator.http.requests.refusals import Misdirected
from coordinator.setup.addresses import is_address, is_loopback, is_unspecified
from coordinator.setup.settings import Settings
from core.wording import shortened

_REMEMBERED = 1_000


class Hosts:
    """The hosts that are this coordinator's.

    Args:
        settings: `host`, `node_name` and the hosts of `cors_origins` are; so are localhost and loopback addresses.
    """

    def __init__(self, settings: Settings) -> None:
        named = {settings.host, settings.node_name, *(urlsplit(o).hostname or "" for o in settings.cors_origins)}
        self._names = frozenset(name.lower() for name in named if name)
        self._any_address = is_unspecified(settings.host)
        self._known = lru_cache(_REMEMBERED)(self._is_own)

    def check(self, host: bytes) -> None:
        """Turn away who asked for another host.

        Args:
            host: as the header Host has it, with or without a port.

        Raises:
            Misdirected: it is not one of this coordinator's names.
        """
        if not self.are(host):
            raise Misdirected(
                f"The request is for the host {shortened(host.decode('latin-1'))!r}, and carries no key; localhost, a"
                " loopback address, or a host that the operator names as host, node_name or in cors_origins is accepted."
            )

    def are(self, host: bytes) -> bool:
        """Tell whether a host, with or without a port, is this coordinator's."""
        return self._known(host)

    def _is_own(self, host: bytes) -> bool:
        try:
            name = urlsplit(b"//" + host).hostname
        except ValueError:
            return False
        text = (name or b"").decode("latin-1").removesuffix(".")
        return text in self._names or is_loopback(text) or (self._any_address and is_address(text))

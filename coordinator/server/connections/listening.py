"""Listening at the address of the settings."""

import socket
import sys
from contextlib import ExitStack

import msgspec
import structlog

from coordinator.setup.settings import Settings
from core.addresses import is_host
from core.wording import shortened

_log = structlog.get_logger(__name__)


def bound(settings: Settings, *, shared: bool = False) -> socket.socket:
    """Return a socket that listens where the settings say, so that a port in use shows before anything is opened.

    Args:
        settings: of the coordinator.
        shared: whether others may be bound to the same address, among which the system deals out connections.

    Raises:
        OSError: the address can't be had.
    """
    return bound_to(settings.host, settings.port, "--host and --port choose another", shared=shared)


def bound_to(host: str, port: int, otherwise: str, *, shared: bool = False) -> socket.socket:
    """Return the same of any address; `otherwise` says what to do when it can't be had.

    Raises:
        OSError: as above.
    """
    if not is_host(host):
        raise OSError(f"Can't listen on {shortened(host)}, port {port}: no host has such a name; {otherwise}.")
    with ExitStack() as stack:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            listener = stack.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listener.bind(address)
            listener.listen()  # of two that are bound here, one may; the other would learn of it when all is open
        except OSError as error:
            raise OSError(f"Can't listen on {host}, port {port}: {error.strerror}; {otherwise}.") from error
        stack.pop_all()
        return listener


def bound_for_several(settings: Settings, number: int) -> list[socket.socket]:
    """Return so many sockets bound to the address of the settings, all to the same port.

    Raises:
        OSError: the address can't be had.
    """
    with bound(settings) as alone:  # another program of this user that shares its port would be found by nobody else
        settings = msgspec.structs.replace(settings, port=alone.getsockname()[1])
    return [bound(settings, shared=True) for _ in range(number)]


def address_of(listener: socket.socket) -> str:
    """Return the address at which a socket listens."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def address_here(listener: socket.socket) -> str:
    """Return the address by which this machine itself reaches what listens; on all addresses, the loopback's."""
    address = address_of(listener)
    return address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")


def announce(settings: Settings, listener: socket.socket) -> None:
    """Say that a coordinator answers, and where."""
    address = address_of(listener)
    _log.info("ready", address=address, directory=str(settings.data_dir))
    sys.stdout.write(f"Tallystick is ready at {address}\n")
    sys.stdout.flush()

"""The address of the Valkey server through which tasks go, as the coordinator and its workers are told it.

Valkey's client takes any word of its own behind the question mark, and stumbles over what that says only when it is made, or
goes there. So what may stand there is said here, and everything else is refused before anything is opened.
"""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from core.addresses import host_and_port
from core.refusals import BadInput
from core.wording import LONGEST_PATH, shortened

_FORM = re.compile(r"(valkeys?|rediss?|unix)://[^\s\x00-\x1f\x7f#]+")
_DATABASE = re.compile(r"[0-9]{1,9}")
_WITH_TLS = ("valkeys", "rediss")
_ANYWHERE = ("db", "username", "password")
_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
_OF_TLS = ("ssl_cert_reqs", "ssl_check_hostname", *_FILES)
_VALUES = {
    "db": (_DATABASE, "the number of a database"),
    "ssl_cert_reqs": (re.compile("none|optional|required"), "none, optional or required"),
    "ssl_check_hostname": (re.compile("true|false"), "true or false"),
}
_ANY_VALUE = re.compile(".+"), "something"


def require_valkey(address: str) -> None:
    """See that an address can be that of a Valkey server: a host with a port, or a socket; a database; known words behind it.

    Raises:
        BadInput: it can't; says what would be accepted.
    """
    instead = _instead(address)
    if instead is not None:
        raise BadInput(f"valkey is {shortened(repr(address))}; {instead} is accepted.")


def require_files(address: str, read: Callable[[str], object]) -> None:
    """See that the certificates and the key that such an address names can be read.

    Args:
        address: that of a Valkey server.
        read: reads a file by its path, and raises OSError when it can't.

    Raises:
        BadInput: one can't be read; says which, and why.
    """
    for word, path in parse_qsl(urlsplit(address).query):
        if word in _FILES:
            try:
                read(path)
            except OSError as error:
                raise BadInput(
                    f"valkey names {shortened(path, LONGEST_PATH)} behind {word}=, which can't be read: {error.strerror};"
                    " a file that can be is accepted."
                ) from error


def _instead(address: str) -> str | None:
    """Return what would be accepted in the place of the first that is not; None where all is."""
    if not _leads_somewhere(address):
        return "an address such as valkey://localhost:6379"
    parts = urlsplit(address)
    known = _ANYWHERE + (_OF_TLS if parts.scheme in _WITH_TLS else ())
    words = parse_qsl(parts.query, keep_blank_values=True)
    for word, value in words:
        form, accepted = _VALUES.get(word, _ANY_VALUE)
        if word not in known:
            return f"one of {', '.join(known)} in the place of {shortened(word)}"
        if not form.fullmatch(value):
            return f"{accepted} behind {word}="
    if len({"ssl_certfile", "ssl_keyfile"} & {word for word, _ in words}) == 1:  # the client would use neither
        return "ssl_certfile with ssl_keyfile, or neither of them,"
    return None


def _leads_somewhere(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if not _FORM.fullmatch(address):
        return False
    if parts.scheme == "unix":
        return bool(parts.path)
    place = parts.netloc.rpartition("@")[2]
    return (not place or host_and_port(place) is not None) and bool(re.fullmatch(r"(/[0-9]{0,9})?", parts.path))

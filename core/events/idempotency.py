"""How a command is told from its resend.

A command's identity is `scope/key#fingerprint`, stored with each of its events:

- scope: whose keys these are: the API key that sent it and the client, as far as they are known, else the route;
- key: the client's own Idempotency-Key or item id; empty when it sent none;
- fingerprint: the first 128 bits of SHA-256 over the content, in hexadecimal.

A command without a key is recognised by its fingerprint. One that must never be recognised (two requests for work are
two requests) has the key `~` and no fingerprint; its events are told apart by their correlation.
"""

import msgspec

from core.events.digest import digest_of

_UNREPEATABLE = "~"


class CommandId(msgspec.Struct, frozen=True, gc=False):
    """The identity of one command."""

    scope: str
    key: str
    fingerprint: str

    @property
    def text(self) -> str:
        """The form in which events carry it."""
        return f"{self.scope}/{self.key}#{self.fingerprint}"

    @property
    def lookup(self) -> str | None:
        """The key under which its answer is remembered; None when it is not to be remembered."""
        if not self.fingerprint:
            return None
        return f"{self.scope}/{self.key or '#' + self.fingerprint}"


def fingerprint_of(content: bytes) -> str:
    """Fingerprint the canonical content of a command."""
    return digest_of(content)[:16].hex()


def unrepeatable(scope: str) -> CommandId:
    """Identify a command that is new each time it is sent."""
    return CommandId(scope, _UNREPEATABLE, "")


def remembered_by(text: str) -> tuple[str | None, str]:
    """Return the lookup and the fingerprint of the command whose events carry a text; no lookup of one that is never a resend."""
    named, _, fingerprint = text.rpartition("#")
    if not fingerprint:
        return None, ""
    keyless = named.find("/") == len(named) - 1
    return (f"{named}#{fingerprint}" if keyless else named), fingerprint

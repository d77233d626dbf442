"""A form that is sent twice from one page, by an impatient click, is done once, and both are answered alike.

A browser shows the last answer only. So a secret that a form makes comes of random bits that its page has put into it, and
stands in every answer; the log bears a digest of them, which tells nobody what they are.
"""

import hmac
import re
import secrets

from msgspec import Struct

from core.events.idempotency import fingerprint_of

FIELD = "once"
"""The field that holds the bits."""
_BITS = re.compile(r"[0-9a-f]{64}")
_SECRET_BYTES = 32


def fresh_bits() -> str:
    """Return 256 random bits, in hexadecimal, for the field of one form on one page."""
    return secrets.token_hex(_SECRET_BYTES)


class Once(Struct, frozen=True):
    """One form of one page, with what was filled in.

    Attributes:
        bits: those in its field; of a form without them, empty.
        content: where it is sent, and what was filled in.
    """

    bits: str
    content: bytes

    @property
    def key(self) -> str:
        """The key by which the log knows its commands; empty when each sending is another."""
        return f"form-{fingerprint_of(self.bits.encode() + self.content)}" if self.bits else ""

    def secret(self) -> bytes:
        """Return 256 bits for a secret that the form makes; those of a form without bits are new each time."""
        if not self.bits:
            return secrets.token_bytes(_SECRET_BYTES)
        return hmac.digest(bytes.fromhex(self.bits), self.content, "sha256")


def once(bits: object, content: bytes) -> Once:
    """Return what a form was sent with; bits that no page has put there count as none."""
    return Once(bits if isinstance(bits, str) and _BITS.fullmatch(bits) else "", content)

"""Signatures of the Standard Webhooks specification, version 1: https://www.standardwebhooks.com.

Its own library for Python does this in as many lines, and would bring six packages along; the tests hold these against
what the specification's implementations sign.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from secrets import token_bytes

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret(bits: bytes | None = None) -> str:
    """Make a secret: 256 random bits, those that are given or new ones, as the specification writes them."""
    return _PREFIX + base64.b64encode(bits or token_bytes(_SECRET_BYTES)).decode()


def signature_headers(secrets: Iterable[str], message: str, seconds: int, body: bytes) -> dict[str, str]:
    """Return the headers by which a receiver tells who sent a body, and when.

    Args:
        secrets: as `new_secret` makes them; a receiver knows one of them.
        message: id of what is delivered, the same however often it is sent.
        seconds: when it is sent, Unix time.
        body: of the request.
    """
    content = b"%b.%d.%b" % (message.encode(), seconds, body)
    digests = [
        hmac.digest(base64.b64decode(secret.removeprefix(_PREFIX)), content, hashlib.sha256) for secret in secrets
    ]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests),
    }

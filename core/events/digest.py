"""SHA-256 of contents of some kilobytes, beside other threads.

hashlib lets go of the interpreter's lock for more than 2,047 bytes at a time. Waiting for it again takes far longer,
beside a busy event loop, than hashing an event does; so contents are fed in pieces that are shorter.
"""

from hashlib import sha256

_PIECE = 2_047


def digest_of(content: bytes) -> bytes:
    """Return the SHA-256 of a content."""
    digest = sha256(content[:_PIECE])
    for start in range(_PIECE, len(content), _PIECE):
        digest.update(content[start : start + _PIECE])
    return digest.digest()

"""Signing heads with Ed25519, and checking who signed one."""

import os
from pathlib import Path

import msgspec
import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from coordinator.durable import rename_durably
from core.events.heads import SignedHead, UnsignedHead

FILE = "signing.key"

_log = structlog.get_logger(__name__)


class KeyUnreadable(Exception):  # noqa: N818 - names what was met
    """`signing.key` is not a key."""


class SigningKey:
    """The key that a coordinator signs with.

    Attributes:
        public: its public half, 32 bytes in hexadecimal.
    """

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self._public = private.public_key()
        self.public = self._public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def pem(self) -> str:
        """The public half as other programs read it."""
        return self._public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def sign(self, head: UnsignedHead) -> SignedHead:
        """Vouch for a head."""
        signature = self._private.sign(head.text).hex()
        return SignedHead(**msgspec.structs.asdict(head), key=self.public, signature=signature)


def kept_signing_key(directory: Path) -> SigningKey:
    """Return the key that stands in the data directory; it is made at the first start.

    Raises:
        KeyUnreadable: the file holds something else.
    """
    path = directory / FILE
    if not path.exists():
        _make(path)
        _log.info("signing_key_made", path=str(path))
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise KeyUnreadable(
            f"{path} can't be read as a key: {error}. Put the right one there, or take it away."
        ) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnreadable(f"{path} holds a key of another kind; a private key of Ed25519 in PEM is right.")
    return SigningKey(private)


def _make(path: Path) -> None:
    """Write a new key, whole or not at all."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    rename_durably(unfinished, path)


def is_signed(head: SignedHead) -> bool:
    """Tell whether a head was signed with the key that it names."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.key)).verify(bytes.fromhex(head.signature), head.text)
    except InvalidSignature:
        return False
    return True

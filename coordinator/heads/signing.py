"""Signing heads with Ed25519, and checking who signed one."""

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

from coordinator.files.whole import write_whole
from core.events.heads import SignedHead, UnsignedHead

FILE = "signing.key"

_log = structlog.get_logger(__name__)


class KeyUnreadable(Exception):  # noqa: N818 - names what was met
    """A key of the coordinator's own is lost, or is none."""


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
        return SignedHead(**msgspec.structs.asdict(head), key=self.public, signature=self.signature(head.text))

    def signature(self, text: bytes) -> str:
        """Return the signature over something, in hexadecimal."""
        return self._private.sign(text).hex()


def kept_signing_key(directory: Path, *, signed: str = "") -> SigningKey:
    """Return the key that stands in the data directory; it is made where there was none.

    Args:
        directory: the data directory.
        signed: the public key of the newest head that was signed there; empty for none.

    Raises:
        KeyUnreadable: it is lost, or the file holds something else, another key for one than that which signed, in whose place
            nobody has put it on purpose.
    """
    path = directory / FILE
    if not path.exists():
        if signed:
            raise KeyUnreadable(
                f"{path} is missing, and heads were signed with it (public key {signed}); put it back, a backup has it, or"
                " have `tallystick keys replace signing` make another, and tell those who check heads."
            )
        make(path)
        _log.info("signing_key_made", path=str(path))
    text = path.read_bytes()
    try:
        private = load_pem_private_key(text, password=None)
    except (ValueError, TypeError) as error:
        raise KeyUnreadable(
            f"{path} can't be read as a key: {error}. Put the right one there, or have `tallystick keys"
            " replace signing` make another."
        ) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnreadable(f"{path} holds a key of another kind; a private key of Ed25519 in PEM is right.")
    key = SigningKey(private)
    if signed and key.public != signed and _in_place_of(signed) not in text:
        raise KeyUnreadable(
            f"{path} holds another key (public key {key.public}) than the one that signed the newest head (public key {signed});"
            " put that one back, a backup has it, or have `tallystick keys replace signing` make another, and tell those who"
            " check heads."
        )
    return key


def make(path: Path, in_place_of: str = "") -> None:
    """Write a new key, whole or not at all; above it stands which one it takes the place of, by its public key."""
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_whole(path, _in_place_of(in_place_of) + key if in_place_of else key)


def _in_place_of(public: str) -> bytes:
    return f"In place of {public}\n".encode()


def is_signed(head: SignedHead) -> bool:
    """Tell whether a head was signed with the key that it names."""
    return is_signature(head.signature, head.text, head.key)


def is_signature(signature: str, text: bytes, key: str) -> bool:
    """Tell whether something was signed with a key; both are in hexadecimal."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), text)
    except InvalidSignature:
        return False
    return True

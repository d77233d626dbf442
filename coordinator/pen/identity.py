"""How the nodes of one coordinator know each other: by one certificate, which all of them have and nobody else.

It was made by the first node and came to the others with what `tallystick join` hands over. Each shows it, and takes
nobody who shows another; so it matters neither by what name a node is reached nor who else has signed what.
"""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from coordinator.files.whole import write_whole
from coordinator.heads.signing import KeyUnreadable

FILE = "nodes.pem"
_NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nodes of one Tallystick coordinator")])
_LASTS = timedelta(days=36_500)

_log = structlog.get_logger(__name__)


def kept_identity(directory: Path) -> Path:
    """Return the file in a data directory that holds the nodes' certificate and its key; it is made where there is none.

    Raises:
        KeyUnreadable: it holds something else.
    """
    path = directory / FILE
    if not path.exists():
        make(path)
        _log.info("node_certificate_made", path=str(path))
    try:
        listening(path)
    except (OSError, ssl.SSLError) as error:
        raise KeyUnreadable(
            f"{path} can't be read as the certificate of the nodes: {error}. Put the right one there; every other node has"
            " the same."
        ) from error
    return path


def make(path: Path) -> None:
    """Write a new certificate and its key, whole or not at all."""
    key, began = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_NAME)
        .issuer_name(_NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began - timedelta(days=1))  # the others' clocks may be behind
        .not_valid_after(began + _LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_whole(path, private + certificate.public_bytes(Encoding.PEM))


def listening(path: Path) -> ssl.SSLContext:
    """Return how a node takes connections of others."""
    return _of(path, ssl.PROTOCOL_TLS_SERVER)


def connecting(path: Path) -> ssl.SSLContext:
    """Return how a node connects to others."""
    return _of(path, ssl.PROTOCOL_TLS_CLIENT)


def _of(path: Path, protocol: int) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(path)
    context.load_verify_locations(path)
    return context

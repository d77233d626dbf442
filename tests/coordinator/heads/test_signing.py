import re
import stat
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_public_key,
)

from coordinator.heads.book import read_head
from coordinator.heads.signing import KeyUnreadable, SigningKey, is_signed, kept_signing_key
from core.events.heads import HEAD_FORMAT, UnsignedHead
from core.events.merkle import Frontier

HEAD = UnsignedHead(
    format=HEAD_FORMAT,
    log="7c9e6679-7425-40de-944b-e07fc1f90ae7",
    position=3,
    hash="3396577dba8ca78dc9a619dc3a05b160416b29c2dba6e0f33a4c3f8e0c5020a0",
    root="0b" * 32,
    signed_at="2026-11-22T10:00:00.000000Z",
)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    key = kept_signing_key(tmp_path)
    assert kept_signing_key(tmp_path).public == key.public
    assert stat.S_IMODE((tmp_path / "signing.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["signing.key"]


def test_a_key_that_was_not_finished_is_made_anew(tmp_path):
    (tmp_path / "signing.key.0123abcd.part").write_bytes(b"-----BEGIN")
    assert is_signed(kept_signing_key(tmp_path).sign(HEAD))
    assert [path.name for path in tmp_path.iterdir()] == ["signing.key"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "can't be read as a key"),
        (b"no key", "can't be read as a key"),
        (
            X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            "holds a key of another kind",
        ),
    ],
)
def test_another_file_in_its_place_is_refused_and_stays(tmp_path, content, words):
    (tmp_path / "signing.key").write_bytes(content)
    with pytest.raises(KeyUnreadable, match=words):
        kept_signing_key(tmp_path)
    assert (tmp_path / "signing.key").read_bytes() == content


def test_what_is_signed_is_every_field_on_a_line_of_its_own():
    assert HEAD.text == (
        b"tallystick-head-1\n7c9e6679-7425-40de-944b-e07fc1f90ae7\n3\n"
        b"3396577dba8ca78dc9a619dc3a05b160416b29c2dba6e0f33a4c3f8e0c5020a0\n" + b"0b" * 32 + b"\n"
        b"2026-11-22T10:00:00.000000Z\n"
    )


def test_a_signature_holds_for_what_was_signed_and_nothing_else():
    key, other = SigningKey(Ed25519PrivateKey.generate()), SigningKey(Ed25519PrivateKey.generate())
    signed = key.sign(HEAD)
    assert is_signed(signed)
    load_pem_public_key(key.pem.encode()).verify(bytes.fromhex(signed.signature), HEAD.text)
    for change in (
        {"position": 4},
        {"hash": "0" * 64},
        {"root": "0" * 64},
        {"signed_at": "2026-11-22T10:00:00.000001Z"},
        {"log": "7c9e6679-7425-40de-944b-e07fc1f90ae8"},
        {"key": other.public},
        {"signature": other.sign(HEAD).signature},
        {"key": "00" * 32},
    ):
        assert not is_signed(msgspec.structs.replace(signed, **change)), change


def test_the_head_on_the_page_is_signed_as_the_page_says():
    page = (Path(__file__).parents[3] / "docs" / "reference" / "log-format.md").read_text()
    shown = read_head(re.search(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)[1].encode())
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(sha256(b"tallystick").digest()))
    tree = Frontier()
    for hashed in re.findall(r'"hash":"([0-9a-f]{64})"\}$', page, re.MULTILINE):
        tree.add(bytes.fromhex(hashed))
    assert (tree.size, tree.root().hex()) == (shown.position, shown.root)
    unsigned = {name: getattr(shown, name) for name in UnsignedHead.__struct_fields__}
    assert key.sign(UnsignedHead(**unsigned)) == shown
    assert is_signed(shown)

"""The file of heads: what was written down is found, and nothing else is taken for it."""

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from coordinator.heads.book import HeadBook, NotAHead, line_of, read_head
from coordinator.heads.signing import SigningKey
from core.events.heads import HEAD_FORMAT, UnsignedHead

KEY = SigningKey(Ed25519PrivateKey.generate())


def head(position):
    return KEY.sign(
        UnsignedHead(
            format=HEAD_FORMAT,
            log="5f7e8a52-0f0b-4c1e-9d59-0a2f8f6f3f10",
            position=position,
            hash=f"{position:064x}",
            root="0" * 64,
            signed_at="2026-11-22T10:00:00.000000Z",
        )
    )


@pytest.fixture
def path(tmp_path):
    return tmp_path / "heads.ndjson"


def test_an_empty_file_has_no_head(path):
    book = HeadBook(path)
    assert (book.newest(), book.at(1), list(book.after(0))) == (None, None, [])
    book.close()


@given(st.sets(st.integers(1, 10**12), min_size=1, max_size=30), st.integers(0, 10**12))
def test_heads_are_found_by_their_positions(tmp_path_factory, positions, wanted):
    book = HeadBook(tmp_path_factory.mktemp("book") / "heads.ndjson")
    for position in sorted(positions):
        book.add(head(position))
    assert book.newest() == head(max(positions))
    assert [found.position for found in book.after(wanted)] == sorted(p for p in positions if p > wanted)
    for position in (*positions, wanted):
        found = book.at(position)
        assert (found.position if found else None) == (position if position in positions else None)
    book.close()


@pytest.mark.parametrize("lacking", [20, 1])
def test_a_line_that_a_crash_cut_short_is_written_over(path, lacking):
    path.write_bytes(line_of(head(3)) + line_of(head(7 * 10**9))[:-lacking])
    book = HeadBook(path)
    assert book.newest() == head(3)
    book.add(head(8))
    book.close()
    assert path.read_bytes() == line_of(head(3)) + line_of(head(8))


def test_one_who_only_reads_sees_what_was_there(path):
    writer = HeadBook(path)
    writer.add(head(3))
    reader = HeadBook(path, read_only=True)
    writer.add(head(4))
    assert reader.newest() == head(3)
    writer.close()
    reader.close()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", "tallystick-head-2"),
        ("log", "5f7e8a52-0f0b-4c1e-9d59-0a2f8f6f3f1\n"),
        ("position", 0),
        ("position", "7"),
        ("position", 2**63),
        ("hash", "A" * 64),
        ("hash", "0" * 63 + "\n"),
        ("root", "0" * 62),
        ("signed_at", "yesterday"),
        ("key", "0"),
        ("signature", "0" * 126),
        ("colour", "red"),
    ],
)
def test_what_is_no_head_is_refused(field, value):
    fields = msgspec.to_builtins(head(7)) | {field: value}
    with pytest.raises(NotAHead):
        read_head(msgspec.json.encode(fields))


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"\xff", b"{}"])
def test_what_is_not_even_an_object_with_its_fields_is_refused(text):
    with pytest.raises(NotAHead, match="This is not a signed head"):
        read_head(text)

"""The hash chain, held against the page that describes it and against a plain reading of its definition."""

import re
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access.events import KeyCreated, KeyRevoked
from core.events.chain import GENESIS, MAX_DATA_BYTES, Head, head_after, row_hash, stamp
from core.events.envelope import Envelope, NewEvent
from core.refusals import TooLarge

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "log-format.md").read_text()
ENVELOPE = Envelope(1_000, None, "operator", "operator/~#", "r1")

integers = st.integers(-(2**63), 2**63 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
optional = st.none() | integers
rows = st.tuples(
    *(integers, texts, integers, texts, integers, optional, texts, texts, optional, texts, st.binary(max_size=5_000))
)


def fenced(language):
    """Return what stands in the page's block of a language."""
    return re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[1]


def framed(value):
    """Write a field as the page says."""
    if value is None:
        return b"\xff\xff\xff\xff"
    raw = value if isinstance(value, bytes) else str(value).encode()
    return len(raw).to_bytes(4, "big") + raw


def vectors():
    """Return the page's events as rows."""
    for line in fenced("ndjson").splitlines()[1:]:
        event = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        yield (
            *(msgspec.json.decode(raw) for name, raw in event.items() if name not in {"data", "hash"}),
            bytes(event["data"]),
            bytes.fromhex(msgspec.json.decode(event["hash"])),
        )


def test_the_test_vectors_of_the_page_hold():
    previous = GENESIS
    for row in vectors():
        assert row_hash(previous, row) == row[11]
        previous = row[11]


def test_the_bytes_that_the_page_shows_are_the_ones_that_are_hashed():
    first = next(vectors())
    shown = bytes.fromhex(fenced("hex"))
    assert shown == GENESIS + b"".join(map(framed, first[:11]))
    assert sha256(shown).digest() == first[11]


@given(st.binary(min_size=32, max_size=32), rows)
def test_the_hash_is_what_the_definition_says(previous, row):
    assert row_hash(previous, row) == sha256(previous + b"".join(map(framed, row))).digest()


@given(rows, rows)
def test_different_rows_have_different_hashes(one, other):
    assert (row_hash(GENESIS, one) == row_hash(GENESIS, other)) == (one == other)


@given(rows, st.integers(0, 10), st.data())
def test_a_change_of_any_column_changes_the_hash(row, column, data):
    kinds = (integers, texts, integers, texts, integers, optional, texts, texts, optional, texts, st.binary())
    changed = (*row[:column], data.draw(kinds[column].filter(lambda value: value != row[column])), *row[column + 1 :])
    assert row_hash(GENESIS, changed) != row_hash(GENESIS, row)


@pytest.mark.parametrize("column", [1, 3, 6, 7, 9, 10])
def test_a_column_of_another_type_is_not_hashed_as_if_it_were_right(column):
    row = [1, "key-1", 1, "a.b.v1", 5, None, "operator", "operator/~#", None, "r", b"{}"]
    row[column] = row[column].encode() if isinstance(row[column], str) else row[column].decode()
    with pytest.raises((TypeError, AttributeError)):
        row_hash(GENESIS, tuple(row))


def revoked(key, **where):
    return NewEvent(f"key-{key}", KeyRevoked(key=key), **where)


def test_events_of_one_command_follow_the_head_and_each_other():
    head = Head(41, bytes(range(32)))
    stamped = stamp([revoked(1), revoked(2), revoked(1)], ENVELOPE, head, {"key-1": 7, "key-2": 0}.__getitem__)
    assert [(event.position, event.stream, event.version) for event in stamped] == [
        (42, "key-1", 8),
        (43, "key-2", 1),
        (44, "key-1", 9),
    ]
    previous = head.hash
    for event in stamped:
        assert event.hash == row_hash(previous, msgspec.structs.astuple(event))
        previous = event.hash
    assert head_after(stamped[-1]) == Head(44, previous)


def test_a_cause_is_a_position_or_an_earlier_event_of_the_same_command():
    stamped = stamp([revoked(1, cause=3), revoked(2, within=0), revoked(3)], ENVELOPE, Head(10), lambda _stream: 0)
    assert [event.cause for event in stamped] == [3, 11, None]


def test_what_is_too_large_is_refused_by_its_name_and_size():
    fact = KeyCreated(key=1, hash="", roles=(), label="x" * MAX_DATA_BYTES)
    with pytest.raises(TooLarge, match=r"access\.key_created\.v2 takes \d+ bytes; at most 65536"):
        stamp([NewEvent("key-1", fact)], ENVELOPE, Head(), lambda _stream: 0)

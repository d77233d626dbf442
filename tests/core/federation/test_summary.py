"""What an agent hands in: read, checked, and told from another."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.federation.summary import MAX_BYTES, MAX_COUNT, MAX_TEXT, Content, StatedSummary, cut, summary_of
from core.refusals import BadInput

texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
TIME = "2026-11-22T10:00:00Z"


def summary(facts=(), topics=None, timestamp=TIME, agent_id="a", **more):
    fields = {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in more.items()}
    return summary_of(StatedSummary(agent_id, timestamp, topics or {}, list(facts)), fields)


def said(summary):
    return msgspec.json.decode(summary.content, type=Content)


def test_facts_are_folded_and_put_in_order():
    made = summary(["b", "é", "a", "b"])
    assert said(made).facts == ("a", "b", "é")
    assert made.fact_count == 3


def test_a_time_without_a_zone_is_utc():
    assert summary(timestamp="2026-11-22T10:00:00").stated_at == summary().stated_at
    assert summary(timestamp="2026-11-22T12:00:00+02:00").stated_at == summary().stated_at


def test_every_field_but_the_known_ones_is_kept_as_it_was_sent():
    fields = {
        "agent_id": msgspec.Raw(b'"a"'),
        "metadata": msgspec.Raw(b'{ "k" : [1, 2.50] }'),
        "z": msgspec.Raw(b"1e400"),
    }
    content = said(summary_of(StatedSummary("a", TIME), fields))
    assert {name: bytes(value) for name, value in content.more.items()} == {
        "metadata": b'{"k":[1,2.50]}',
        "z": b"1e400",
    }


@given(st.lists(texts, max_size=6), st.randoms(use_true_random=False))
def test_a_resend_has_the_same_fingerprint_in_whatever_order_it_comes(facts, random):
    shuffled = facts * 2
    random.shuffle(shuffled)
    topics = {fact: len(fact) for fact in facts}
    back = dict(reversed(topics.items()))
    assert summary(facts, topics).fingerprint == summary(shuffled, back).fingerprint


def test_summaries_that_differ_in_anything_have_different_fingerprints():
    others = [
        summary(),
        summary(agent_id="b"),
        summary(timestamp="2026-11-22T10:00:00.000001Z"),
        summary(["f"]),
        summary(topics={"f": 0}),
        summary(topics={"f": 1}),
        summary(more=1),
        summary(metadata={"f": 1}),
    ]
    assert len({one.fingerprint for one in others}) == len(others)


@pytest.mark.parametrize("count", [2, 2.0, "2"])
def test_a_whole_count_is_one_however_it_is_written(count):
    assert summary(topics={"primes": count}) == summary(topics={"primes": 2})


@pytest.mark.parametrize("count", [-1, 1.5, True, None, "", "1.5", MAX_COUNT + 1, -(10**400), [1]])
def test_a_count_that_is_none_is_refused_with_its_topic(count):
    with pytest.raises(BadInput, match=r"topic_counts\['primes'\] is .*; a whole number from 0 to"):
        summary(topics={"zeros": 0, "primes": count})


def test_a_topic_with_too_long_a_name_is_refused():
    assert summary(topics={"x" * MAX_TEXT: MAX_COUNT, "": 0})
    with pytest.raises(BadInput, match="has 257 characters; at most 256 are accepted"):
        summary(topics={"x" * 257: 0})


@pytest.mark.parametrize(
    "timestamp", ["", "yesterday", "2026-13-01", "2026-11-22T25:00", "17", "0001-01-01T00:00+01:00"]
)
def test_a_time_that_is_none_is_refused(timestamp):
    with pytest.raises(BadInput, match="is not an ISO 8601 time"):
        summary(timestamp=timestamp)


def test_more_than_a_mebibyte_is_refused():
    assert summary(note="x" * (MAX_BYTES - 100))
    with pytest.raises(BadInput, match="at most 1048576 are accepted"):
        summary(note="x" * MAX_BYTES)


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40), max_size=40), st.text(max_size=40_000))
def test_the_pieces_of_a_content_are_the_content_and_each_fits_into_an_event(facts, note):
    content = summary(facts, note=note).content
    pieces = cut(content)
    assert "".join(pieces).encode() == content
    assert all(len(msgspec.json.encode(piece)) <= 64_010 for piece in pieces)

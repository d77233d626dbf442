"""Taking summaries, and starting anew."""

import msgspec
import pytest

from core.deciding import Asking
from core.events.chain import MAX_DATA_BYTES
from core.federation.answers import PushAnswer
from core.federation.commands import PushSummary, ResetMerge
from core.federation.decide import FEDERATION
from core.federation.events import MergeReset, SummaryPart, SummaryPushed
from core.federation.summary import StatedSummary, summary_of
from core.timestamps import from_iso

NOW = from_iso("2026-11-22T10:00:00Z")


class Taken:
    """Every summary was taken at a time; None when none was."""

    def __init__(self, at):
        self.at = at

    def taken_at(self, _summary):
        return self.at


def push(timestamp="2026-11-22T09:00:00Z", facts=("f",), note=b"1", agent_id="a"):
    return PushSummary(
        summary_of(StatedSummary(agent_id, timestamp, {"t": 1}, list(facts)), {"note": msgspec.Raw(note)})
    )


def decided(command, taken_at=None):
    return FEDERATION.decisions[type(command)](command, Asking(NOW, 0), Taken(taken_at))


def test_a_summary_is_recorded_whole_in_the_stream_of_its_agent():
    (event,) = decided(push())
    assert event.stream == "agent-a"
    fact = event.fact
    assert isinstance(fact, SummaryPushed)
    assert (fact.agent_id, fact.topic_count, fact.fact_count, fact.parts) == ("a", 1, 1, 0)
    assert msgspec.json.decode(fact.content) == {"topics": {"t": 1}, "facts": ["f"], "more": {"note": 1}}


@pytest.mark.parametrize(
    ("stated", "effective"),
    [
        ("2026-11-22T09:59:59.999999Z", "2026-11-22T09:59:59.999999Z"),
        ("2026-11-22T10:00:00.000001Z", "2026-11-22T10:00:00Z"),
        ("9999-12-31T23:59:59Z", "2026-11-22T10:00:00Z"),
        ("0001-01-01", "0001-01-01"),
    ],
)
def test_a_time_ahead_of_the_clock_counts_as_now(stated, effective):
    (event,) = decided(push(stated))
    assert event.fact.stated_at == from_iso(stated)
    assert event.fact.effective_at == from_iso(effective)


def test_a_resend_records_nothing_and_is_answered_as_the_first_time():
    assert decided(push(), NOW - 1) == PushAnswer("a", NOW - 1)


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        ([f"{n:064x}" for n in range(10_000)], b"1"),
        ([f"{n:03}" + '\\"é😀' * 60 for n in range(1_000)], b"1"),
        ((), b'"' + b"\\u0001\\n\\\\" * 90_000 + b'"'),
        ((), b'"' + "😀".encode() * 250_000 + b'"'),
    ],
)
def test_a_large_summary_comes_in_parts_each_of_which_fits_into_an_event(facts, note):
    first, *parts = decided(push(facts=facts, note=note, agent_id='"😀' * 128))
    assert bytes(first.fact.content) == b"null"
    assert "".join(part.fact.text for part in parts).encode() == push(facts=facts, note=note).summary.content
    assert first.fact.parts == len(parts) > 1
    assert [(part.fact.part, part.fact.parts) for part in parts] == [(n, len(parts)) for n in range(1, len(parts) + 1)]
    assert {part.within for part in parts} == {0}
    assert all(isinstance(part.fact, SummaryPart) for part in parts)
    assert all(len(msgspec.json.encode(event.fact)) <= MAX_DATA_BYTES for event in (first, *parts))


def test_the_largest_summary_that_stays_whole_fits_into_an_event():
    room = 60_000 - len(push(note=b'""', agent_id="😀" * 256).summary.content)
    (event,) = decided(push(note=b'"' + b"x" * room + b'"', agent_id="😀" * 256))
    assert len(msgspec.json.encode(event.fact)) <= MAX_DATA_BYTES


def test_starting_anew_is_an_event_even_when_there_is_nothing():
    (event,) = decided(ResetMerge())
    assert (event.stream, event.fact) == ("federation", MergeReset())

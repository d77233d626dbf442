from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.refusals import BadInput
from core.timestamps import EPOCH, SECOND, from_address, from_iso, to_iso, to_naive_iso

FIRST = (datetime.min.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
LAST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
moments = st.integers(FIRST, LAST)


@given(moments)
def test_a_time_is_read_as_it_was_written(moment):
    assert from_iso(to_iso(moment)) == from_iso(to_naive_iso(moment)) == moment


@given(moments, moments)
def test_text_sorts_as_time_does(one, other):
    assert (to_iso(one) < to_iso(other)) == (one < other)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-22", "2026-11-22T00:00:00.000000Z"),
        ("2026-11-22T09:48:31", "2026-11-22T09:48:31.000000Z"),
        ("2026-11-22T09:48:31.5+02:00", "2026-11-22T07:48:31.500000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ("2026-11-22 09:48:31", "2026-11-22T09:48:31.000000Z"),
        ("2026-11-22t09:48:31.5z", "2026-11-22T09:48:31.500000Z"),
    ],
)
def test_times_are_shown_in_utc_to_the_microsecond(text, written):
    assert to_iso(from_iso(text)) == written


@pytest.mark.parametrize(
    "text", ["", "now", "1.0", "12,5", "2026-13-01", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"]
)
def test_what_is_no_time_is_refused_in_a_sentence(text):
    with pytest.raises(BadInput, match="is not an ISO 8601 time such as"):
        from_iso(text)


@pytest.mark.parametrize("text", ["now", "2026-11-22T09:48.5Z", "9999-12-31T23:59:59-01:00"])
def test_a_time_that_is_refused_is_called_as_its_sender_calls_it(text):
    with pytest.raises(BadInput, match=f"^since '{text}' "):
        from_address(text, "since")


@pytest.mark.parametrize("zone", ["", "Z", "+02:00"])
@pytest.mark.parametrize("time", ["09:48.5", "0948,5", "09.25", "9:48.5"])
def test_a_fraction_of_more_than_a_second_is_not_taken_for_one_of_a_second(time, zone):
    with pytest.raises(BadInput, match=r"has a fraction of a minute or an hour; one of a second is accepted"):
        from_iso(f"2026-11-22T{time}{zone}")


@pytest.mark.parametrize("text", ["2026-11-22T09:48:31,5Z", "20261122T094831.5+0200", "2026-11-22 09:48:31.500000001"])
def test_a_fraction_of_a_second_is_read(text):
    assert from_iso(text) % SECOND == SECOND // 2


@pytest.mark.parametrize("zone", ["+02:00", "+0200"])
def test_a_zone_whose_plus_was_not_escaped_in_an_address_is_read(zone):
    for text in ("2026-11-22T09:48:31.5", "2026-11-22 09:48"):
        lost = f"{text}{zone}".replace("+", " ")
        assert from_address(lost, "since") == from_address(text + zone, "since") == from_iso(text + zone)
    assert from_address("2026-11-22 09:48", "since") == from_iso("2026-11-22T09:48")

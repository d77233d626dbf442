from hypothesis import given
from hypothesis import strategies as st

from workers.wire.backoff import Backoff


@given(st.integers(1, 20))
def test_pauses_double_up_to_half_a_minute_and_are_never_shorter_than_half_of_that(failures):
    backoff = Backoff()
    pauses = [backoff.pause() for _ in range(failures)]
    assert all(min(0.5 * 2**n, 30) / 2 <= pause <= min(0.5 * 2**n, 30) for n, pause in enumerate(pauses))


@given(st.floats(0, 3600))
def test_a_pause_is_at_least_what_the_coordinator_asked_for(seconds):
    assert seconds <= Backoff().pause(seconds) <= max(seconds, 0.25) + 0.25


def test_after_a_success_pauses_are_short_again():
    backoff = Backoff()
    for _ in range(10):
        backoff.pause()
    backoff.reset()
    assert backoff.pause() <= 0.5

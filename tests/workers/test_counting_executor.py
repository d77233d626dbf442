"""Chunks are counted exactly, apart from the worker, and can be stopped."""

import itertools
import threading

import pytest
from primecountpy.primecount import prime_pi, prime_pi_128

from core.counting.chunks import ends_of
from workers.apart import Ended
from workers.counting import ChunkCounter, count, pi

KNOWN = {
    0: 0,
    1: 0,
    2: 1,
    10**4: 1229,
    5 * 10**4: 5133,
    10**5: 9592,
    2 * 10**5: 17984,
    5 * 10**5: 41538,
    10**6: 78498,
    10**9: 50847534,
    10**12: 37607912018,
    10**13: 346065536839,
}


@pytest.fixture
def counter():
    counter = ChunkCounter()
    yield counter
    counter.close()


@pytest.mark.parametrize(("x", "primes"), KNOWN.items())
def test_pi_is_exact(x, primes):
    assert pi(x) == primes


def test_beyond_63_bits_the_wide_call_is_taken(monkeypatch):
    with pytest.raises(OverflowError):
        prime_pi(2**63)
    monkeypatch.setattr("workers.counting.prime_pi_128", lambda x: ("wide", x)[0] == "wide" and 216289611853439384)
    assert pi(2**63) == 216289611853439384
    assert pi(10**6) == 78498


def test_the_wide_call_counts_like_the_narrow_one():
    assert [prime_pi_128(x) for x in KNOWN] == list(KNOWN.values())


def test_chunks_meet_at_their_boundaries():
    counted = [count(*ends_of(10**6 + 7, 16, chunk)) for chunk in range(1, 17)]
    assert counted[0].before == 0
    assert counted[-1].last == pi(10**6 + 7)
    assert all(low.last == high.before for low, high in itertools.pairwise(counted))


def test_a_chunk_is_counted_apart(counter):
    done = counter.count(5 * 10**5 + 1, 10**6)
    assert (done.before, done.last) == (41538, 78498)


def test_a_count_under_way_can_be_stopped_and_the_next_begins_anew(counter):
    counter.count(1, 10**4)
    stopper = threading.Timer(0.3, counter.stop)
    stopper.start()
    with pytest.raises(Ended):
        counter.count(1, 10**19)
    stopper.join()
    assert counter.count(1, 10**4).last == 1229

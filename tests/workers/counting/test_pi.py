"""Chunks are counted exactly."""

import itertools

import pytest
from primecountpy.primecount import prime_pi, prime_pi_128

from core.counting.chunks import ends_of
from workers.counting.pi import ChunkCount, check, count, pi
from workers.counting.sieve import LARGEST

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


@pytest.mark.parametrize(("x", "primes"), KNOWN.items())
def test_pi_is_exact(x, primes):
    assert pi(x) == primes


def test_beyond_63_bits_the_wide_call_is_taken(monkeypatch):
    with pytest.raises(OverflowError):
        prime_pi(2**63)
    monkeypatch.setattr("workers.counting.pi.prime_pi_128", lambda x: ("wide", x)[0] == "wide" and 216289611853439384)
    assert pi(2**63) == 216289611853439384
    assert pi(10**6) == 78498


def test_the_wide_call_counts_like_the_narrow_one():
    assert [prime_pi_128(x) for x in KNOWN] == list(KNOWN.values())


def test_chunks_meet_at_their_boundaries():
    counted = [count(*ends_of(10**6 + 7, 16, chunk)) for chunk in range(1, 17)]
    assert counted[0].before == 0
    assert counted[-1].last == pi(10**6 + 7)
    assert all(low.last == high.before for low, high in itertools.pairwise(counted))


@pytest.mark.parametrize(("a", "b"), [(1, 10**6 + 7), (10**12 - 10**7 + 1, 10**12), (10**12 - 9, 10**12 + 50)])
def test_a_check_by_the_sieve_comes_to_the_same_count(a, b):
    checked = check(a, b)
    assert (checked.before, checked.last, checked.sieved) == (pi(a - 1), pi(b), True)


def test_what_the_sieve_finds_is_believed_and_not_what_pi_says(monkeypatch):
    monkeypatch.setattr("workers.counting.pi.sieve", lambda *_: 7)
    assert check(101, 200).last == 25 + 7


def test_where_there_is_no_sieve_a_check_is_counted_and_says_so(monkeypatch):
    monkeypatch.setattr("workers.counting.sieve._shipped", lambda: None)
    monkeypatch.setattr("workers.counting.sieve.ctypes.util.find_library", lambda _: None)
    checked = check(101, 200)
    assert checked == ChunkCount(25, 46, checked.cpu_seconds, sieved=False)


def test_beyond_what_can_be_sieved_a_check_is_counted(monkeypatch):
    monkeypatch.setattr("workers.counting.pi.pi", lambda x: x)
    assert check(LARGEST, LARGEST + 1).sieved is False

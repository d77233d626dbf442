"""Finds, which people look for, are not what division by small primes takes out; and no tree of parts is cut off."""

import math
import re

import pytest
from gmpy2 import next_prime

P, Q, R = 10**15 + 37, 10**17 + 3, 10**20 + 39
LEFT = int(next_prime(10**40) * next_prime(10**45))
CHAIN = [10**6 + more for more in (3, 33, 37, 39, 81, 99, 117, 121, 133, 151, 159, 171, 183, 187, 193)]


@pytest.fixture
def report(hand_in):
    """A function that hands in factors of a number, which is submitted by that."""

    def report(value, *found, **fields):
        hand_in(value, factors_found=[{"factor": str(factor)} for factor in found], **fields)

    return report


@pytest.mark.parametrize("order", ["newest", "largest", "records"])
def test_division_is_no_find(visitor, report, order):
    report(3 * 5 * P * Q, P)
    page = visitor.get(f"/factors?order={order}&format=json").json()
    assert [factor["factor"] for factor in page["factors"]] == [str(P)]


def test_a_composite_is_no_record(visitor, report):
    report(P * Q * R, P * Q)
    report(P * Q * R, P)
    page = visitor.get("/factors?order=records&format=json").json()
    assert str(P * Q) not in {factor["factor"] for factor in page["factors"]}


def test_a_project_counts_the_finds_in_its_numbers(visitor, report):
    report(3 * 5 * P * Q, P, project="mine")
    assert '<dt>Factors found</dt><dd class="big">1</dd>' in visitor.get("/projects/1").text


@pytest.mark.parametrize(("method", "words"), [("qs", "quadratic sieve"), ("nfs", "number field sieve")])
def test_a_find_is_told_with_what_found_it(visitor, report, method, words):
    report(P * Q, P, method=method)
    page = visitor.get("/factors").text
    assert words in page
    assert "division by small primes" not in page


def test_a_number_shows_all_its_factors_however_often_it_was_split(visitor, report):
    left = math.prod(CHAIN)
    for prime in CHAIN[:-1]:
        report(left, prime)
        left //= prime
    page = visitor.get("/composites/1").text
    factors = page[page.index('id="live_parts"') :]
    assert all(str(prime) in factors for prime in CHAIN)
    assert f"the last 8 of {len(CHAIN) - 1}" in factors


def test_what_happened_many_times_is_told_once(visitor, report):
    for curves in range(1, 5):
        report(R * Q, curves_completed=curves)
    assert "and 3 more like it" in visitor.get("/").text


def test_an_open_part_is_called_by_the_number_that_was_handed_in(administrator, client, report):
    client.post("/api/v1/composites/bulk", json=[{"number": str(P * LEFT), "name": "mine", "project": "ours"}])
    report(P * LEFT, P)
    client.get("/api/v1/work/request", params={"client_id": "alice-box1"}).raise_for_status()
    for page in ("/projects/1", "/contributors/1", "/admin/assignments"):
        shown = administrator.get(page).text
        assert re.search(r'<a href="/composites/1">mine</a> <a href="/composites/\d+">.*c86', shown), page

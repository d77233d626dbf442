"""A query narrows by name, and what it gets wrong is said with its place."""

import html

import pytest

from coordinator.pages.factoring.numbers.querying import Query, parse
from core.refusals import BadInput

STATUSES = "open, finished, prime, split, factored"
RANGES = "a number such as 60 or a range such as 60..90, 60.. or ..90"


@pytest.mark.parametrize(
    ("written", "query"),
    [
        ("", Query()),
        ("  2^137-1 ", Query(text="2^137-1")),
        ("12 34", Query(text="12 34")),
        ("status:open digits:60..90 99", Query(text="99", status="open", min_digits=60, max_digits=90)),
        ("digits:60", Query(min_digits=60, max_digits=60)),
        ("digits:60..", Query(min_digits=60)),
        ("digits:..90", Query(max_digits=90)),
        ('project:"Cunningham tables"  status:prime', Query(project="Cunningham tables", status="prime")),
        ('project:a project:"b"', Query(project="b")),
        ('"status:open"', Query(text="status:open")),
    ],
)
def test_what_is_written_is_understood(written, query):
    assert parse(written) == query


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("colour:red", "search has 'colour:red' at character 1, where status: or digits: or project: is accepted."),
        ("9 status:done", f"search has 'status:done' at character 3, where status: and one of {STATUSES} is accepted."),
        ("digits:..", f"search has 'digits:..' at character 1, where digits: and {RANGES} is accepted."),
        ('99 "open', "search has '\"open' at character 4, where a \" that ends what begins with it is accepted."),
    ],
)
def test_what_is_not_understood_is_said_with_its_place(written, sentence):
    with pytest.raises(BadInput) as refused:
        parse(written)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/composites?status=foo", "status is 'foo'; one of factored, finished, open, prime, split is accepted."),
        ("/composites?min_digits=-5", "min_digits is '-5'; a whole number from 0 to 1000000000 is accepted."),
        ("/convergence/1?scale=foo", "scale is 'foo'; one of linear, logarithmic is accepted."),
    ],
)
def test_what_an_address_can_not_ask_for_is_said_with_what_it_can(visitor, client, address, sentence):
    client.post("/machines/", json={"name": "abacus", "cpu": "1 core", "memory": 1}).raise_for_status()
    client.post("/simulations/", json={"name": "one", "machine_id": 1}).raise_for_status()
    answer = visitor.get(address)
    assert answer.status_code == 400
    assert sentence in html.unescape(answer.text)

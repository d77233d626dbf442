"""The page that says why a number has its t-level."""

import csv
import io
import json
import re

import httpx
import pytest

HTML = {"Accept": "text/html"}
NUMBER = 1_000_003 * 1_000_033 * 1_000_037


@pytest.fixture
def client(serving):
    """A coordinator with a number on which two reports came in, the second about one curve of the first."""
    with serving() as client:
        submitted = {"type": "factoring.composite_submitted", "id": "n", "client_id": "<i>alice", "number": str(NUMBER)}
        run = {"type": "factoring.curves_run", "client_id": "<i>alice", "composite": str(NUMBER), "param": 1}
        first = {**run, "id": "a", "b1": 2000, "curves": 2, "sigmas": ["1001", "1002"]}
        further = {**run, "id": "b", "b1": 5000, "curves": 1, "sigmas": ["1001"]}
        for item in (submitted, first, further):
            (result,) = client.post("/api/v1/events", json=[item]).json()["results"]
            assert result["status"] == "accepted", result
        yield client


def test_the_page_lists_each_event_with_what_it_added(client):
    page = client.get("/composites/1/why", headers=HTML)
    assert page.status_code == httpx.codes.OK
    assert "&lt;i&gt;alice ran curves" in page.text
    assert "<i>alice" not in page.text
    assert page.text.count('<th scope="row" class="count"><a href="/events/') == 2
    assert "\N{MINUS SIGN}1 <span" in page.text
    assert 'href="/composites/1/why"' in client.get("/composites/1", headers=HTML).text


def test_its_rows_can_be_taken_away_as_csv(client):
    rows = list(csv.DictReader(io.StringIO(client.get("/composites/1/why?of=shares&as=csv", headers=HTML).text)))
    shares = client.get("/api/v1/explain/composites/1").json()["shares"]
    assert list(rows[0]) == list(shares[0])
    assert [share["position"] for share in shares] == [int(row["position"]) for row in rows]
    assert [one["curves"] for row in rows for one in json.loads(row["curves"])] == [2, -1, 1]


@pytest.mark.parametrize("address", ["/composites/2/why", "/composites/x/why", "/composites/" + "9" * 30 + "/why"])
def test_a_number_that_there_is_not_has_no_such_page(client, address):
    assert client.get(address, headers=HTML).status_code == httpx.codes.NOT_FOUND


def test_a_position_that_is_none_is_said_to_be_wrong(client):
    answer = client.get("/composites/1/why?after=soon", headers=HTML)
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert "after is" in answer.text


def text_of(client, address):
    """Return what a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", client.get(address, headers=HTML).text.partition("<main")[2]))


def test_a_number_on_which_nothing_was_run_is_said_to_have_none(serving):
    with serving() as client:
        client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER)}]).raise_for_status()
        page = text_of(client, "/composites/1/why")
    assert "Why t0.0" in page
    assert "Nothing that counts was run on it yet" in page


def test_of_a_number_that_was_split_or_is_prime_no_t_level_is_told(client, hand_in):
    hand_in(NUMBER, b1=2000, curves_completed=3, factors_found=[{"factor": "1000003"}])
    numbers = {one["digit_length"]: one for one in client.get("/api/v1/composites").json()["composites"]}
    page = text_of(client, "/composites/1/why")
    assert "Why it has no t-level" in page
    assert "Why t0.0" not in page
    assert "What was run on it counts for the c13" in page
    assert "What was run on it In the order of the log" in page
    assert "why it has no t-level" in client.get("/composites/1", headers=HTML).text
    assert "Why t" in text_of(client, f"/composites/{numbers[13]['id']}/why")
    prime = text_of(client, f"/composites/{numbers[7]['id']}/why")
    assert "It is a proven prime: there is nothing in it to search for" in prime
    assert "What made it" not in prime
    hand_in(numbers[13]["composite"], b1=2000, curves_completed=3, factors_found=[{"factor": "1000033"}])
    assert "it is fully factored" in text_of(client, "/composites/1/why")

"""The page that says why a number has its t-level."""

import csv
import io
import json

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

"""Lists as CSV: from the same address, without losing a digit, and without doing anything in a spreadsheet."""

import csv
import io
import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.http.comma_separated import comma_separated

NUMBER = 1_000_003 * 1_000_033 * 1_000_037
HOSTILE = "=HYPERLINK(1)"
CSV = {"Accept": "text/csv"}


def rows_of(answer):
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.fixture(scope="module")
def client(serving_in, tmp_path_factory):
    """A coordinator that has something of each kind."""
    with serving_in(tmp_path_factory.mktemp("tables")) as client:
        submitted = {"type": "factoring.composite_submitted", "id": "n", "client_id": HOSTILE, "number": str(NUMBER)}
        run = {"type": "factoring.curves_run", "id": "a", "client_id": HOSTILE, "composite": str(NUMBER), "param": 1}
        found = {"curves": 1, "sigmas": ["1001"], "b1": 2000, "factors": [{"factor": "1000003", "sigma": "1001"}]}
        for item in (submitted, run | found):
            (result,) = client.post("/api/v1/events", json=[item]).json()["results"]
            assert result["status"] == "accepted", result
        client.post("/api/count-primes", json={"n": 10_000, "chunks": 2})
        number = client.post("/simulations", json={"name": "falls"}).json()["id"]
        assert number == 1
        for loss in (0.5, 0.25):
            client.post("/convergence/data", json={"simulation_id": 1, "loss_value": loss})
        yield client


@pytest.mark.parametrize("asked", [{"headers": CSV}, {"params": {"format": "csv"}}])
def test_a_list_is_given_as_csv_at_its_own_address(client, asked):
    rows = rows_of(client.get("/api/v1/composites", **asked))
    shown = client.get("/api/v1/composites").json()["composites"]
    assert [row["composite"] for row in rows] == [one["composite"] for one in shown]
    assert list(rows[0]) == list(shown[0])
    assert int(rows[0]["composite"]) == NUMBER


@pytest.mark.parametrize(
    ("address", "table"),
    [
        ("/api/v1/composites/1", "attempts"),
        ("/api/v1/composites/1", "factors"),
        ("/api/v1/composites/1", "parts"),
        ("/api/v1/stats/overview", "clients"),
        ("/api/v1/explain/composites/1", "shares"),
        ("/api/v1/factors", "factors"),
        ("/api/v1/streams/composite-1", "events"),
        ("/api/jobs", "jobs"),
        ("/simulations", "simulations"),
        ("/machines", ""),
        ("/convergence/1/data", ""),
    ],
)
def test_every_list_has_its_rows(client, address, table):
    answer = client.get(address, params={"of": table} if table else {}, headers=CSV)
    shown = client.get(address).json()
    shown = shown[table] if table else shown
    rows = rows_of(answer)
    assert len(rows) == len(shown)
    if shown:
        assert list(rows[0]) == list(shown[0])


def test_the_whole_log_streams_as_csv_with_the_data_of_each_event_as_it_stands(client):
    rows = rows_of(client.get("/api/v1/events", headers=CSV))
    shown = client.get("/api/v1/events", params={"limit": 1000}).json()["events"]
    assert [int(row["position"]) for row in rows] == [event["position"] for event in shown]
    assert [json.loads(row["data"]) for row in rows] == [event["data"] for event in shown]
    assert len(rows_of(client.get("/api/v1/events", params={"format": "csv", "limit": 2}))) == 2


def test_a_name_that_a_spreadsheet_would_calculate_is_defused(client):
    rows = rows_of(client.get("/api/v1/composites/1?of=attempts&format=csv"))
    assert rows[0]["client_id"] == f"'{HOSTILE}"


def test_a_cache_is_told_that_the_answer_depends_on_what_is_accepted(client):
    for headers in ({}, CSV):
        assert "Accept" in client.get("/api/v1/composites?as_of=5", headers=headers).headers["vary"]
    assert "vary" not in client.get("/api/v1/events/1").headers


def test_without_asking_for_csv_the_answer_stays_json(client):
    for headers in ({}, {"Accept": "*/*"}, {"Accept": "application/json, text/csv;q=0.5"}):
        answer = client.get("/api/v1/composites", headers=headers)
        assert answer.headers["content-type"].startswith("application/json")
    both = client.get("/api/v1/composites", params={"format": "json"}, headers=CSV)
    assert both.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize(("query", "said"), [({"format": "xml"}, "xml"), ({"format": "csv", "of": "ghosts"}, "ghosts")])
def test_a_form_or_a_list_that_there_is_not_is_named(client, query, said):
    answer = client.get("/api/v1/composites/1", params=query)
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert said in answer.json()["detail"]


def test_an_empty_list_still_says_what_its_columns_are(client):
    answer = client.get("/api/v1/federation/agents", headers=CSV)
    assert answer.text.splitlines() == ["agent_id,pushes,first_push,last_push,current"]


def test_the_description_of_the_api_says_which_addresses_give_csv(client):
    paths = client.get("/openapi.json").json()["paths"]
    listing = paths["/api/v1/composites"]["get"]
    assert "text/csv" in listing["responses"]["200"]["content"]
    assert "format" in {parameter["name"] for parameter in listing["parameters"]}
    assert "text/csv" not in paths["/api/v1/events/{position}"]["get"]["responses"]["200"]["content"]


@given(st.lists(st.one_of(st.text(), st.integers(), st.none()), min_size=1, max_size=5))
def test_nothing_begins_like_a_formula_and_every_number_keeps_its_digits(cells):
    (row,) = csv.reader(io.StringIO(comma_separated([cells]).decode(), newline=""))
    for cell, written in zip(cells, row, strict=True):
        if isinstance(cell, int):
            assert int(written) == cell
        elif cell is not None:
            assert written in {cell, f"'{cell}"}
            assert not written.startswith(("=", "@", "\t", "\r"))
            assert not written.startswith(("+", "-")) or float(written) == float(cell)

"""Lists as CSV: from the same address, without losing a digit, and without doing anything in a spreadsheet."""

import csv
import io
import json
import re
from urllib.parse import quote

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.http.responses.comma_separated import comma_separated
from coordinator.http.responses.tables import Table, header, in_json, lines

NUMBER = 1_000_003 * 1_000_033 * 1_000_037
HOSTILE = "=HYPERLINK(1)"
CSV = {"Accept": "text/csv"}


class Row(msgspec.Struct):
    name: str
    value: int


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ROWS = st.lists(st.builds(Row, TEXT, st.integers(-(2**63), 2**63 - 1)))


PAGES = [
    ("/composites", "numbers", "/api/v1/composites", "composites"),
    ("/composites/1", "reports", "/api/v1/composites/1", "attempts"),
    ("/composites/1", "curves", "/api/v1/composites/1", "effort"),
    ("/factors", "factors", "/api/v1/composites/1", "factors"),
    ("/events", "events", "/api/v1/events", "events"),
    ("/contributors", "ever", "/api/v1/stats/overview", "clients"),
    ("/convergence", "simulations", "/simulations", "simulations"),
    ("/composites/1/why", "shares", "/api/v1/explain/composites/1", "shares"),
]
"""Pages and what the API gives of the same."""


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
        other = submitted | {"id": "o", "number": "3000009"}
        for item in (submitted, other, run | found):
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
        ("/convergence/1/graph", "data_points"),
        ("/convergence/1/stream", "data_points"),
    ],
)
def test_every_list_has_its_rows(client, address, table):
    answer = client.get(address, params={"of": table} if table else {}, headers=CSV)
    shown = client.get(address).json()
    shown = shown[table] if table else shown
    rows = rows_of(answer)
    assert len(rows) == len(shown)
    if shown:  # JSON leaves out what some answers have to say only now and then
        assert [column for column in rows[0] if column in shown[0]] == list(shown[0])


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


@given(ROWS)
def test_json_of_a_page_gives_back_every_text_and_every_number(rows):
    back = msgspec.json.decode(in_json([Table("rows", Row, rows)]))["rows"]
    assert [Row(row["name"], int(row["value"])) for row in back] == rows
    assert all(isinstance(row["value"], str) for row in back if abs(int(row["value"])) > 2**53)


@given(ROWS)
def test_csv_gives_back_every_text_but_for_the_apostrophe_before_formulas(rows):
    back = list(csv.reader(io.StringIO((header(Row) + lines(rows)).decode(), newline="")))
    assert back[0] == ["name", "value"]
    assert [(name.removeprefix("'"), int(value)) for name, value in back[1:]] == [
        (row.name.removeprefix("'"), row.value) for row in rows
    ]


_WIDE = [
    "\N{FULLWIDTH EQUALS SIGN}1",
    "\N{FULLWIDTH PLUS SIGN}a",
    "\N{FULLWIDTH HYPHEN-MINUS}a",
    "\N{FULLWIDTH COMMERCIAL AT}a",
]
_BEHIND_BLANKS = [
    " =1+1",
    "\n=1",
    "\N{NO-BREAK SPACE}@a",
    "\N{ZERO WIDTH SPACE}+a",
    "\N{IDEOGRAPHIC SPACE}\N{FULLWIDTH EQUALS SIGN}1",
]


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+cmd", "-cmd", "\tx", "\N{MINUS SIGN}cmd", *_WIDE, *_BEHIND_BLANKS]
)
def test_no_text_is_calculated_by_a_spreadsheet(text):
    assert lines([Row(text, -5)]).decode().lstrip('"').startswith("'")


def test_negative_numbers_stay_numbers():
    assert lines([Row("-3.5", -5)]) == b"-3.5,-5\r\n"


@pytest.mark.parametrize("word", ["format", "as"])
@pytest.mark.parametrize(("page", "of", "address", "field"), PAGES)
def test_a_page_gives_its_tables_in_the_columns_of_the_api(client, page, of, address, field, word):
    columns = list(client.get(address).json()[field][0])
    given = client.get(page, params={word: "json", "of": of}).json()[of]
    assert given
    assert {tuple(row)[: len(columns)] for row in given} == {tuple(columns)}
    rows = rows_of(client.get(page, params={word: "csv", "of": of}))
    assert [list(row) for row in rows] == [list(row) for row in given]


@pytest.mark.parametrize("word", ["format", "as"])
@pytest.mark.parametrize("form", ["html", "json", "csv"])
def test_a_page_comes_in_the_form_that_its_address_asks_for_whatever_is_accepted(client, word, form):
    answer = client.get("/composites", params={word: form}, headers={"Accept": "application/json"})
    assert form in answer.headers["content-type"]
    assert client.get("/composites", params={word: "xls"}).json()["detail"] == (
        f"{word} is 'xls'; html or csv or json or svg is accepted."
    )


@pytest.mark.parametrize(("accept", "form"), [("text/html,*/*", "html"), ("*/*", "html"), ("application/json", "json")])
def test_a_page_comes_in_the_form_that_is_accepted_when_its_address_asks_for_none(client, accept, form):
    assert form in client.get("/composites", headers={"Accept": accept}).headers["content-type"]


@pytest.mark.parametrize("address", ["/composites?format=json&page=2", "/api/v1/composites?size=1&page=2"])
def test_a_page_of_a_list_says_how_many_there_are_and_where_the_others_lie(client, address):
    headers = client.get(address).headers
    total = int(headers["x-total-count"])
    assert total == client.get("/api/v1/composites").json()["total"] > 1
    links = {name: where for where, name in re.findall(r'<([^>]+)>; rel="(\w+)"', headers["link"])}
    assert {"first", "last"} <= links.keys()
    if "size" in address:
        first = client.get(links["prev"]).json()["composites"]
        assert [one["id"] for one in first] == [1]
        assert client.get(links["last"]).json()["page"] == total


@pytest.mark.parametrize("agent", ["日本", "50%", "a?b#c", "a>b", "Ω b"])
def test_a_list_of_something_of_any_name_leads_to_its_other_pages(client, agent):
    for fact in ("one", "two"):
        summary = {"agent_id": agent, "timestamp": "2026-11-22T10:00:00Z", "fact_hashes": [fact]}
        assert client.post("/push", json={"summary": summary}).status_code == httpx.codes.OK
    name = quote(agent)
    lists = {f"federation/agents/{name}/history?size=1": "pushes", f"streams/agent-{name}?limit=1": "events"}
    for address, field in lists.items():
        first = client.get(f"/api/v1/{address}")
        second = client.get(first.links["next"]["url"])
        (one,), (other,) = first.json()[field], second.json()[field]
        assert one["position"] != other["position"]


def test_a_feed_asked_for_by_offset_leads_on_by_offset(client):
    everything = client.get("/api/v1/factors").json()["factors"]
    found, address = [], "/api/v1/factors?limit=1"
    while address:
        answer = client.get(address)
        found += answer.json()["factors"]
        address = answer.links.get("next", {}).get("url")
    assert found == everything
    assert len(found) > 1


@pytest.mark.parametrize(
    ("address", "turn", "field"),
    [
        ("/api/v1/events", {"limit": "2"}, "events"),
        ("/api/v1/explain/composites/1", {"limit": "1"}, "shares"),
        ("/events?as=json", {}, "events"),
    ],
)
def test_a_list_that_goes_on_from_its_last_row_leads_there(client, address, turn, field):
    found, following = [], httpx.URL(address).copy_merge_params(turn)
    while following:
        answer = client.get(following)
        found += answer.json()[field]
        following = answer.links.get("next", {}).get("url")
    everything = client.get(address).json()[field]
    assert found[: len(everything)] == everything
    assert len({one["position"] for one in found}) == len(found)

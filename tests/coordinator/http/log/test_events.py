"""Reading the log over HTTP."""

import json

import msgspec
import pytest

from coordinator.log.shown import sse_message
from core.events.chain import GENESIS, row_hash
from core.events.envelope import StoredEvent
from core.timestamps import from_iso


@pytest.fixture(scope="module")
def client(serving_in, tmp_path_factory):
    admin = {"X-Admin-Key": "open-sesame"}
    with serving_in(tmp_path_factory.mktemp("data"), routers=[], ingests=[]) as client:
        for _ in range(5):
            client.post("/api/v1/admin/keys", json={"roles": ["read"]}, headers=admin)
        client.delete("/api/v1/admin/keys/2", headers=admin)
        yield client


def positions(response):
    assert response.status_code == 200, response.text
    return [event["position"] for event in response.json()["events"]]


def test_a_page_says_where_the_next_one_begins(client):
    first = client.get("/api/v1/events?limit=3").json()
    assert ([event["position"] for event in first["events"]], first["next"], first["head"]) == ([1, 2, 3], 3, 7)
    last = client.get("/api/v1/events?limit=100&after=3").json()
    assert ([event["position"] for event in last["events"]], last["next"]) == ([4, 5, 6, 7], None)


def test_an_event_shows_every_column_and_its_hash_can_be_checked(client):
    previous = GENESIS
    for shown in client.get("/api/v1/events").json()["events"]:
        row = StoredEvent(
            **{
                **shown,
                "recorded_at": from_iso(shown["recorded_at"]),
                "data": msgspec.json.encode(shown["data"]),
                "hash": b"",
            }
        )
        assert row.occurred_at is None
        previous = row_hash(previous, msgspec.structs.astuple(row))
        assert shown["hash"] == previous.hex()


def test_events_can_be_selected(client):
    assert positions(client.get("/api/v1/events?stream=key-2")) == [3, 7]
    assert positions(client.get("/api/v1/events?type=access.key_revoked.v1")) == [7]
    assert positions(client.get("/api/v1/events?type=access")) == [2, 3, 4, 5, 6, 7]
    assert positions(client.get("/api/v1/events?type=acc")) == []
    fourth = client.get("/api/v1/events/4").json()["recorded_at"]
    assert positions(client.get("/api/v1/events", params={"since": fourth})) == [4, 5, 6, 7]
    assert positions(client.get("/api/v1/events", params={"until": fourth})) == [1, 2, 3]


def test_one_event_is_found_by_its_position(client):
    assert client.get("/api/v1/events/7").json()["type"] == "access.key_revoked.v1"
    response = client.get("/api/v1/events/8")
    assert (response.status_code, response.json()["detail"]) == (404, "There is no event 8; the log ends at 7.")


def test_a_stream_is_read_from_its_beginning(client):
    assert positions(client.get("/api/v1/streams/key-2")) == [3, 7]
    assert positions(client.get("/api/v1/streams/key-2?after=7")) == []
    assert client.get("/api/v1/streams/key-9").status_code == 404


def test_ndjson_gives_all_there_is_or_as_much_as_is_asked_for(client, monkeypatch):
    monkeypatch.setattr("coordinator.http.log.events._ROWS_AT_ONCE", 2)
    for query, expected in (("", range(1, 8)), ("?limit=5", range(1, 6)), ("?after=3&type=access", range(4, 8))):
        response = client.get(f"/api/v1/events{query}", headers={"Accept": "application/x-ndjson"})
        assert response.headers["content-type"] == "application/x-ndjson"
        assert [json.loads(line)["position"] for line in response.text.splitlines()] == list(expected)


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=1001", "after=-1", f"after={2**63}", "since=noon", "until=12:00", "limit=ten"],
)
def test_a_parameter_out_of_bounds_is_bad_input(client, query):
    assert client.get(f"/api/v1/events?{query}").status_code == 400


def test_the_data_of_a_message_that_was_cut_anywhere_does_not_parse():
    """sseclient-py hands them on, with the id, as if the event were whole."""
    event = StoredEvent(
        12, "number-3", 4, "factoring.factor_found.v1", 5, None, "7", "c", None, "r", b'{"factor":"1937"}', b""
    )
    *before, data = sse_message(event).removesuffix(b"\n\n").split(b"\ndata: ")
    assert before == [b"id: 12\nevent: factoring.factor_found.v1"]
    assert json.loads(data)["data"] == {"factor": "1937"}
    for length in range(len(data)):
        with pytest.raises(json.JSONDecodeError):
            json.loads(data[:length])


def test_a_last_event_id_that_is_no_position_is_bad_input(client):
    for sent in ("x", "-1", "1.5", str(2**63), "٣".encode()):
        response = client.get("/api/v1/events", headers={"Accept": "text/event-stream", "Last-Event-ID": sent})
        assert response.status_code == 400


def test_reading_needs_the_role_read(serving):
    with serving(routers=[], ingests=[], allow_anonymous=("work",)) as client:
        for path in ("/api/v1/events", "/api/v1/events/1", "/api/v1/streams/system"):
            assert client.get(path).status_code == 401

"""The audit page: the newest events hashed anew, where everything stands, and what to keep."""

import html
import re
import sqlite3

from coordinator.log.queries import event_at
from coordinator.log.sqlite import NotALog
from coordinator.pages.log import audit


def test_the_audit_states_the_head_the_projections_and_the_key(visitor, client):
    client.post("/api/v1/composites/bulk", json=["2^67-1"])
    page = visitor.get("/audit")
    head = client.get("/api/v1/heads/latest").json()
    assert "every hash is right" in page.text
    assert client.get("/api/v1/heads/key").json()["key"] in page.text
    assert f'/api/v1/heads/{head["position"]}"' in visitor.get("/audit").text
    assert page.text.count("follows the log") >= 7
    assert re.findall(r'<th scope="row">([^<]+)</th><td class="count level">', page.text)[:3] == [
        "clients and users",
        "keys",
        "pauses",
    ]
    rows = client.get("/audit", params={"of": "projections", "as": "json"}).json()["projections"]
    assert {row["lag"] for row in rows} == {0}


def test_a_damaged_log_is_told(visitor, client, tmp_path):
    client.post("/api/v1/composites/bulk", json=["2^67-1"])
    connection = sqlite3.connect(tmp_path / "log.db")
    position = event_at(connection, 2).position
    connection.execute("DROP TRIGGER events_are_never_changed")
    connection.execute("UPDATE events SET actor = 'somebody else' WHERE position = ?", (position,))
    connection.commit()
    connection.close()
    assert f"The log is damaged: Event {position} " in visitor.get("/audit").text


def test_the_log_is_filtered_by_what_the_address_says(visitor, client):
    client.post("/api/v1/composites/bulk", json=["2^67-1"])
    rows = client.get("/events", params={"type": "factoring", "as": "json"}).json()["events"]
    assert {row["type"].partition(".")[0] for row in rows} == {"factoring"}
    assert client.get("/events", params={"until": "2001-01-01", "as": "json"}).json()["events"] == []
    everything = client.get("/events", params={"since": "2001-01-01", "as": "json"}).json()["events"]
    assert everything[-1]["position"] == 1
    assert visitor.get("/events?since=yesterday").status_code == 400


def test_the_log_shows_what_matters_until_everything_is_asked_for(visitor, client):
    client.post("/api/v1/composites/bulk", json=[str((10**39 + 3) * (10**19 + 51))])
    client.get("/api/v1/work/request", params={"client_id": "box", "exclusive": "true"})

    def types(**query):
        rows = client.get("/events", params={"as": "json", **query}).json()["events"]
        return {row["type"].partition(".v")[0] for row in rows}

    chatter = {"leases.granted", "factoring.work_assigned", "clients.user_named"}
    assert "factoring.composite_submitted" in types()
    assert not chatter & types()
    assert {"leases.granted", "factoring.work_assigned"} <= types(show="all")
    assert types(type="leases") == {"leases.granted"}
    everything = client.get("/api/v1/events").json()["events"]
    assert {"leases.granted", "factoring.work_assigned"} <= {event["type"].partition(".v")[0] for event in everything}
    stream = next(event["stream"] for event in everything if event["type"].startswith("factoring.work_assigned"))
    assert "factoring.work_assigned" in types(stream=stream)
    page = visitor.get("/events").text
    assert '<a href="/events?show=all">Everything</a>' in page
    assert 'name="show" value="all"' in visitor.get("/events?show=all").text
    assert "What matters" not in visitor.get("/events?type=leases").text
    for address in ("/events", "/events?show=all"):
        page = visitor.get(address).text
        shown = re.findall(r'<th scope="row" class="count"><a href="/events/([0-9]+)">', page)
        data = html.unescape(
            re.search(r'<a href="([^"]+)">JSON</a></span>\s*<span class="quiet">of what is shown', page)[1]
        )
        assert [str(row["position"]) for row in client.get(data).json()["events"]] == shown
        assert '<a href="/api/v1/events">every event as JSON</a>' in page


def test_a_log_that_can_not_be_opened_just_now_is_no_fault(visitor, monkeypatch):
    def no_descriptors(*_):
        raise NotALog("log.db can't be read as an event log: unable to open database file.")

    monkeypatch.setattr(audit, "segment_problem", no_descriptors)
    assert visitor.get("/audit").status_code == 503

"""The addresses of the agmem coordinator, and those beside them."""

import itertools
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from core.timestamps import from_iso, to_iso

_numbers = itertools.count()
NOW = "2026-01-01T10:00:00+00:00"


def fresh(name="agent"):
    """Return an id that no other test has."""
    return f"{name}-{next(_numbers)}"


def push(client, agent_id="a", timestamp=NOW, headers=None, **fields):
    summary = {"agent_id": agent_id, "timestamp": timestamp, **fields}
    return client.post("/push", json={"summary": summary}, headers=headers)


def pull(client):
    answer = client.get("/pull")
    assert answer.status_code == httpx.codes.OK
    return answer.json()


def about_now(text):
    return abs(from_iso(text) - from_iso(datetime.now(UTC).isoformat())) < 60_000_000


def test_a_push_is_answered_as_agmem_answers_it(client):
    answer = push(client, topic_counts={"t": 1}, fact_hashes=["f"], metadata={})
    assert answer.status_code == httpx.codes.OK
    body = answer.json()
    assert about_now(body.pop("timestamp"))
    assert body == {"status": "accepted", "agent_id": "a", "message": "Summary from a stored successfully"}
    assert int(answer.headers["tallystick-position"]) > 1


def test_nothing_is_pulled_while_nobody_contributes(client):
    body = pull(client)
    assert about_now(body.pop("last_updated"))
    nothing = {"merged_topic_counts": {}, "unique_fact_hashes": [], "contributing_agents": 0}
    assert body == nothing | {"metadata": {"total_facts": 0, "total_topics": 0}}


def test_a_pull_merges_what_the_agents_know(client):
    push(client, "a", "2026-01-01T10:00:00Z", topic_counts={"x": 2, "zero": 0}, fact_hashes=["b", "a", "b"])
    push(client, "b", "2026-01-01T12:00:00", topic_counts={"x": 3, "y": 1}, fact_hashes=["c", "a"])
    assert pull(client) == {
        "merged_topic_counts": {"x": 5, "y": 1, "zero": 0},
        "unique_fact_hashes": ["a", "b", "c"],
        "contributing_agents": 2,
        "last_updated": "2026-01-01T12:00:00.000000Z",
        "metadata": {"total_facts": 3, "total_topics": 3},
    }


@pytest.mark.parametrize("times", [("10:00", "11:00"), ("11:00", "10:00")])
def test_the_later_summary_counts_in_whatever_order_they_come(client, times):
    for time in times:
        push(client, timestamp=f"2026-01-01T{time}", topic_counts={"t": int(time[:2])}, fact_hashes=[time])
    assert pull(client)["unique_fact_hashes"] == ["11:00"]
    assert pull(client)["merged_topic_counts"] == {"t": 11}


def test_of_two_summaries_of_the_same_time_the_last_to_come_counts(client):
    push(client, fact_hashes=["first"])
    push(client, fact_hashes=["second"])
    assert pull(client)["unique_fact_hashes"] == ["second"]


def test_a_resend_is_answered_as_the_first_time_and_changes_nothing(client):
    agent = fresh()
    first = push(client, agent, fact_hashes=["f"])
    tag = client.get("/pull").headers["etag"]
    again = push(client, agent, fact_hashes=["f"])
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert client.get("/pull").headers["etag"] == tag
    assert client.get(f"/api/v1/federation/agents/{agent}/history").json()["total"] == 1


def test_a_time_ahead_of_the_clock_counts_as_now(client):
    push(client, timestamp="2099-01-01T00:00:00Z", fact_hashes=["future"])
    assert about_now(pull(client)["last_updated"])
    push(client, timestamp=(datetime.now(UTC) - timedelta(seconds=30)).isoformat(), fact_hashes=["earlier"])
    assert pull(client)["unique_fact_hashes"] == ["future"]
    push(client, timestamp=(datetime.now(UTC) + timedelta(seconds=30)).isoformat(), fact_hashes=["now"])
    assert pull(client)["unique_fact_hashes"] == ["now"]


def test_any_text_may_be_a_fact_a_topic_or_an_agent(client):
    odd = [
        "<b>&amp;</b>",
        'quo"te',
        "back\\slash",
        "line\nbreak",
        "nul\0",
        "nul\0nul",
        "é",
        "😀" * 256,
        "\u202ertl",
        " ",
    ]
    push(client, "<i>😀 é/%20", topic_counts={text[:9]: 1 for text in odd}, fact_hashes=odd)
    body = pull(client)
    assert body["unique_fact_hashes"] == sorted(odd)
    assert set(body["merged_topic_counts"]) == {text[:9] for text in odd}


def test_what_is_not_known_here_is_kept_in_the_log(client):
    answer = push(client, metadata={"model": "m", "n": [1, {"é": None}]}, memory_types=["semantic"], z=1.5)
    event = client.get(f"/api/v1/events/{answer.headers['tallystick-position']}").json()
    assert event["type"] == "federation.summary_pushed.v1"
    assert event["stream"] == "agent-a"
    assert event["occurred_at"] == to_iso(from_iso(NOW))
    kept = {"metadata": {"model": "m", "n": [1, {"é": None}]}, "memory_types": ["semantic"], "z": 1.5}
    assert event["data"]["content"]["more"] == kept


def test_the_largest_summary_goes_through(client):
    facts = [f"{number:064x}" for number in range(10_000)]
    assert (
        push(client, fact_hashes=facts, topic_counts={f"t{n}": n for n in range(1_000)}).status_code == httpx.codes.OK
    )
    body = pull(client)
    assert body["unique_fact_hashes"] == facts
    assert body["metadata"] == {"total_facts": 10_000, "total_topics": 1_000}


def test_an_unchanged_pull_is_a_304_and_a_changed_one_is_not(client):
    push(client, fact_hashes=["f"])
    first = client.get("/pull")
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        same = client.get("/pull", headers={"If-None-Match": known})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    push(client, fact_hashes=["older"], timestamp="2025-01-01")
    assert client.get("/pull", headers={"If-None-Match": tag}).status_code == httpx.codes.NOT_MODIFIED
    push(client, fact_hashes=["newer"], timestamp="2026-02-01")
    changed = client.get("/pull", headers={"If-None-Match": tag})
    assert changed.status_code == httpx.codes.OK
    assert changed.headers["etag"] != tag


def test_the_merge_starts_anew_and_the_history_remains(client, admin):
    agent = fresh()
    push(client, agent, fact_hashes=["f"])
    tag = client.get("/pull").headers["etag"]
    answer = client.delete("/admin/reset", headers=admin)
    assert answer.status_code == httpx.codes.OK
    assert answer.json()["status"] == "reset"
    assert about_now(answer.json()["timestamp"])
    emptied = client.get("/pull", headers={"If-None-Match": tag})
    assert emptied.json()["contributing_agents"] == 0
    assert client.get(f"/api/v1/federation/agents/{agent}/history").json()["total"] == 1
    push(client, agent, fact_hashes=["f"])  # the very same counts again
    assert pull(client)["unique_fact_hashes"] == ["f"]
    assert client.get(f"/api/v1/federation/agents/{agent}/history").json()["total"] == 2


def test_starting_anew_needs_the_admin_key(client):
    push(client)
    assert client.delete("/admin/reset").status_code == httpx.codes.UNAUTHORIZED
    assert client.delete("/admin/reset", headers={"X-Admin-Key": "wrong"}).status_code == httpx.codes.UNAUTHORIZED
    assert pull(client)["contributing_agents"] == 1


def test_the_history_tells_every_push_and_which_one_counts(client):
    agent = fresh("é <b>")
    positions = [
        int(push(client, agent, f"2026-01-0{day}", fact_hashes=["f"] * day).headers["tallystick-position"])
        for day in (1, 3, 2)
    ]
    body = client.get(f"/api/v1/federation/agents/{agent}/history").json()
    assert [(one["timestamp"][:10], one["facts"], one["counts"]) for one in body["pushes"]] == [
        ("2026-01-03", 1, True),
        ("2026-01-02", 1, False),
        ("2026-01-01", 1, False),
    ]
    assert {one["position"] for one in body["pushes"]} == set(positions)
    assert (body["agent_id"], body["total"], body["page"], body["size"]) == (agent, 3, 1, 100)
    second = client.get(f"/api/v1/federation/agents/{agent}/history", params={"page": 2, "size": 2}).json()
    assert [one["timestamp"][:10] for one in second["pushes"]] == ["2026-01-01"]


def test_the_agents_are_listed_with_what_counts_of_them(client):
    agent = fresh("😀")
    push(client, agent, topic_counts={"t": 1}, fact_hashes=["f", "g"])
    total = client.get("/api/v1/federation/agents").json()["total"]
    body = client.get("/api/v1/federation/agents", params={"page": total, "size": 1}).json()
    (one,) = body["agents"]
    assert (one["agent_id"], one["pushes"], one["first_push"]) == (agent, 1, one["last_push"])
    assert (one["current"]["topics"], one["current"]["facts"], one["current"]["counts"]) == (1, 2, True)


def test_an_agent_that_nobody_knows_is_a_404(client):
    answer = client.get("/api/v1/federation/agents/nobody/history")
    assert answer.status_code == httpx.codes.NOT_FOUND
    assert "There is no agent 'nobody'" in answer.json()["detail"]


def test_summaries_come_in_bulk_too(client):
    items = [
        {
            "type": "federation.summary_pushed",
            "id": fresh(),
            "client_id": "bulk",
            "summary": {"agent_id": f"a{number}", "timestamp": NOW, "fact_hashes": [str(number)], "extra": {"n": 1}},
        }
        for number in range(3)
    ]
    items[1]["summary"]["fact_hashes"] = [""]
    items[2]["summary"]["topic_counts"] = {"t": -1}
    first, second, third = client.post("/api/v1/events", json=items).json()["results"]
    assert (first["status"], second["status"], third["status"]) == ("accepted", "refused", "refused")
    assert second["error"] == "fact_hashes[0] is ''; text of 1 to 256 characters is accepted."
    assert third["error"].startswith("topic_counts['t'] is -1; ")
    assert pull(client)["unique_fact_hashes"] == ["0"]
    (again,) = client.post("/api/v1/events", json=items[:1]).json()["results"]
    assert (again["status"], again["position"]) == ("duplicate", first["position"])


def test_a_count_that_is_whole_is_taken_however_it_is_written_alone_and_in_bulk(client):
    for agent, count in (("a", 3.0), ("b", "3"), ("c", 3)):
        summary = {"agent_id": agent, "timestamp": NOW, "topic_counts": {"t": count}}
        assert client.post("/push", json={"summary": summary}).status_code == httpx.codes.OK
        item = {"type": "federation.summary_pushed", "id": fresh(), "client_id": "bulk", "summary": summary}
        (again,) = client.post("/api/v1/events", json=[item]).json()["results"]
        assert again["status"] != "refused"
    assert pull(client)["merged_topic_counts"] == {"t": 9}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"agent_id": ""}, "summary.agent_id is ''; text of 1 to 256 characters"),
        ({"agent_id": " "}, "summary.agent_id is ' '; text of 1 to 256 characters, not all blank"),
        ({"agent_id": "x" * 257}, "text of 1 to 256 characters"),
        ({"agent_id": "a\n"}, "none of them a control character"),
        ({"agent_id": None}, "summary.agent_id is null"),
        ({"timestamp": "yesterday"}, "timestamp 'yesterday' is not an ISO 8601 time"),
        ({"timestamp": 1767261600}, "summary.timestamp is 1767261600; text is accepted"),
        ({"topic_counts": {"t": -1}}, "topic_counts['t'] is -1; a whole number from 0 to 1000000000000"),
        ({"topic_counts": {"t": 1.5}}, "topic_counts['t'] is 1.5"),
        ({"topic_counts": {"t": True}}, "topic_counts['t'] is true"),
        ({"topic_counts": {"t": 1e12 + 1}}, "topic_counts['t'] is 1000000000001.0"),
        ({"topic_counts": ["t"]}, "summary.topic_counts is an array of 1 items; an object"),
        ({"fact_hashes": [""]}, "summary.fact_hashes[0] is ''"),
        ({"fact_hashes": ["a", 7]}, "summary.fact_hashes[1] is 7; text of 1 to 256 characters"),
        ({"fact_hashes": ["x" * 257]}, "text of 1 to 256 characters"),
        ({"fact_hashes": "f"}, "summary.fact_hashes is 'f'; an array of at most 10000 items"),
        ({"fact_hashes": ["f"] * 10_001}, "an array of 10001 items; an array of at most 10000 items"),
        ({"metadata": "m"}, "summary.metadata is 'm'; an object or null"),
        ({"note": "x" * 2**20}, "The summary takes more than 1048576 bytes"),
    ],
)
def test_what_is_not_acceptable_is_a_400_with_a_sentence(client, changes, sentence):
    summary = {"agent_id": "a", "timestamp": NOW, **changes}
    answer = client.post("/push", json={"summary": summary})
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert answer.headers["content-type"] == "application/problem+json"
    assert sentence in answer.json()["detail"]
    assert pull(client)["contributing_agents"] == 0


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", "7", "{", '{"summary": 7}', '{"summary": {}}', '{"summary": {"agent_id": "\\ud800"}}']
)
def test_what_is_no_summary_at_all_is_a_400(client, body):
    answer = client.post("/push", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert answer.json()["detail"]


@pytest.mark.parametrize("number", ["7" * 4_300, "7" * 6_000, "-" + "7" * 4_299, "-" + "7" * 4_300, "-" + "7" * 6_000])
@pytest.mark.parametrize("field", ['"metadata": {"n": %s}', '"metadata": {"d": [{"n": %s}]}', '"more": %s'])
def test_numbers_of_any_length_are_kept_as_they_came_and_read_by_everybody(client, number, field):
    """Python and msgspec read none of more than 4,300 characters, where nobody says otherwise."""
    body = f'{{"summary": {{"agent_id": "a", "timestamp": "{NOW}", "topic_counts": {{"t": 1}}, {field % number}}}}}'
    answer = client.post("/push", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == httpx.codes.OK, answer.text
    assert pull(client)["merged_topic_counts"] == {"t": 1}
    assert client.get("/api/v1/federation/agents/a/history").status_code == httpx.codes.OK
    position = answer.headers["Tallystick-Position"]
    assert f":{number}" in client.get("/api/v1/events", params={"after": int(position) - 1}).text
    assert f":{number}" in client.get(f"/api/v1/events/{position}").text
    assert client.get(f"/events/{position}", headers={"Accept": "text/html"}).status_code == httpx.codes.OK


@pytest.mark.parametrize(("sign", "shown"), [("", "7777…7777 (6000 digits)"), ("-", "-7777…7777 (6000 digits)")])
def test_a_long_number_where_a_count_belongs_is_named(client, sign, shown):
    body = f'{{"summary": {{"agent_id": "a", "timestamp": "{NOW}", "topic_counts": {{"t": {sign}{"7" * 6_000}}}}}}}'
    answer = client.post("/push", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert answer.json()["detail"].startswith(f"topic_counts['t'] is {shown}; a whole number from 0 to")


def test_a_million_facts_are_a_400(client):
    body = json.dumps({"summary": {"agent_id": "a", "timestamp": NOW, "fact_hashes": ["f"] * 10**6}})
    answer = client.post("/push", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == httpx.codes.BAD_REQUEST


def test_another_media_type_is_a_415(client):
    answer = client.post("/push", content=b"{}", headers={"Content-Type": "text/plain"})
    assert answer.status_code == httpx.codes.UNSUPPORTED_MEDIA_TYPE

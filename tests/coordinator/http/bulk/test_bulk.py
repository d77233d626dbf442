"""Handing in what happened, thousands of items at a time."""

import json
from typing import Annotated

import msgspec
import pytest

from coordinator.http.bulk import handing_in
from coordinator.http.bulk.ingest import Ingest, Item
from core.access.commands import CreateKey
from core.access.decide import MAX_LABEL
from core.refusals import Conflict


class Cut(Item, frozen=True):
    """A notch was cut."""

    notch: Annotated[int, msgspec.Meta(ge=1)]
    length: int | str = 0


class Burnt(Item, frozen=True):
    """A stick was burnt."""


def cut(item, _settings):
    if item.notch == 13:
        raise Conflict("Notch 13 is cut already.")
    if item.notch == 666:
        raise RuntimeError("secret of the inside")
    return CreateKey(hash=f"{item.client_id}-{item.id}", roles=("read",), label=str(item.length)[:250])


INGESTS = [
    Ingest("sticks.cut", Cut, cut),
    Ingest("sticks.burnt", Burnt, lambda item, _: CreateKey(hash=item.id, roles=("read",), label=""), role="submit"),
]


@pytest.fixture
def client(serving):
    with serving(routers=[], ingests=INGESTS) as client:
        yield client


@pytest.fixture(scope="module")
def shared(serving_in, tmp_path_factory):
    """A client for tests that leave nothing behind which another one sees."""
    with serving_in(tmp_path_factory.mktemp("data"), routers=[], ingests=INGESTS) as client:
        yield client


def item(number, **fields):
    return {"type": "sticks.cut", "id": f"i-{number}", "client_id": "alice", "notch": number, **fields}


def handed_in(client, items, **headers):
    response = client.post("/api/v1/events", json=items, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def test_items_are_accepted_in_order_with_position_and_hash(client):
    answer = handed_in(client, [item(1), item(2)])
    assert [(result["id"], result["status"]) for result in answer["results"]] == [
        ("i-1", "accepted"),
        ("i-2", "accepted"),
    ]
    assert [result["position"] for result in answer["results"]] == [3, 4]  # the client is named first
    assert answer["position"] == 4
    stored = client.get("/api/v1/events/4").json()
    assert stored["hash"] == answer["results"][1]["hash"]
    assert stored["actor"] == "client-1"


def test_ndjson_is_taken_as_an_array_is(client):
    body = "\n".join(json.dumps(item(number)) for number in (1, 2)) + "\n\n"
    response = client.post("/api/v1/events", content=body, headers={"Content-Type": "application/x-ndjson"})
    assert [result["status"] for result in response.json()["results"]] == ["accepted", "accepted"]


def test_the_same_item_again_is_a_duplicate_with_the_first_position(client):
    first = handed_in(client, [item(1)])["results"][0]
    again = handed_in(client, [dict(reversed(item(1).items())), item(1)])["results"]
    assert [result["status"] for result in again] == ["duplicate", "duplicate"]
    assert {(result["position"], result["hash"]) for result in again} == {(first["position"], first["hash"])}


def test_the_same_id_with_another_content_is_refused(client):
    handed_in(client, [item(1)])
    (result,) = handed_in(client, [item(1, length=5)])["results"]
    assert result["status"] == "refused"
    assert (result["position"], result["hash"]) == (None, None)
    assert "another content" in result["error"]


def test_two_clients_may_use_the_same_id(client):
    answer = handed_in(client, [item(1), item(1, client_id="bob")])
    assert [result["status"] for result in answer["results"]] == ["accepted", "accepted"]


@pytest.mark.parametrize(
    ("faulty", "name", "error"),
    [
        (
            {"type": "sticks.cut", "id": "x", "client_id": "a"},
            "x",
            "notch is missing; a whole number of at least 1 is required.",
        ),
        (item(0), "i-0", "notch is 0; a whole number of at least 1 is accepted."),
        (
            item(1, colour="red"),
            "i-1",
            "colour is not known here; the fields are notch, length, type, id, client_id, occurred_at.",
        ),
        (item(13), "i-13", "Notch 13 is cut already."),
        (item(1, type="sticks.lost"), "i-1", "type is 'sticks.lost'; one of sticks.cut, sticks.burnt is accepted."),
        (item(1, type=7), "i-1", "type is 7; one of sticks.cut, sticks.burnt is accepted."),
        ({"id": "x"}, "x", "type is missing; one of sticks.cut, sticks.burnt is accepted."),
        (item(1, id=""), "", "id is empty; an id of the client's own, unique among all it hands in, is required."),
        (item(1, id="a b"), "a b", "id 'a b' is not acceptable; 1 to 200 visible ASCII characters other than # are."),
        (item(1, id=5), None, "id is 5; text is accepted."),
        (
            item(1, client_id=""),
            "i-1",
            "client_id is ''; 1 to 128 printable characters are accepted.",
        ),
        (
            item(1, client_id=" "),
            "i-1",
            "client_id is ' '; 1 to 128 printable characters, not all blank, are accepted.",
        ),
        (
            item(1, occurred_at="noon"),
            "i-1",
            "occurred_at 'noon' is not an ISO 8601 time such as 2026-11-22T09:48:31Z.",
        ),
        (
            item(1, length="x" * 250),
            "i-1",
            f"label is {'x' * 60 + '…'!r} and has 250 characters; up to {MAX_LABEL} printable characters are accepted.",
        ),
        ([1], None, "The item is not an object; an object with a type and an id is accepted."),
        (None, None, "The item is not an object; an object with a type and an id is accepted."),
    ],
)
def test_a_faulty_item_is_refused_alone(shared, request, faulty, name, error):
    neighbours = [item(number, id=f"{hash(request.node.name)}-{number}") for number in (7, 8)]
    results = handed_in(shared, [neighbours[0], faulty, neighbours[1]])["results"]
    assert [result["status"] for result in results] == ["accepted", "refused", "accepted"]
    assert (results[1]["id"], results[1]["error"]) == (name, error)


def test_an_item_with_bytes_that_are_no_text_is_refused_alone(shared):
    body = b'[{"type": "sticks.cut", "id": "\xff", "client_id": "a", "notch": 1}, %b]' % json.dumps(item(2)).encode()
    response = shared.post("/api/v1/events", content=body, headers={"Content-Type": "application/json"})
    assert [result["status"] for result in response.json()["results"]] == ["refused", "accepted"]


def test_a_whole_number_of_any_length_is_read(shared):
    long = "7" * 5_000
    body = json.dumps([item(1, length=0)]).replace('"length": 0', f'"length": {long}')
    response = shared.post("/api/v1/events", content=body, headers={"Content-Type": "application/json"})
    assert "and has 250 characters; " in response.json()["results"][0]["error"]


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b'{"type": "sticks.cut"}', "application/json", 400),
        (b'"text"', "application/json", 400),
        (b"[1, 2", "application/json", 400),
        (b"", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a": 1}\n{"b": \n', "application/x-ndjson", 400),
        (b"[]", "text/csv", 415),
        (b"[" + b"1," * 10_000 + b"1]", "application/json", 413),
        (b" " * (16 * 1024 * 1024 + 1), "application/json", 413),
    ],
)
def test_a_body_that_is_neither_array_nor_ndjson_is_refused_as_a_whole(shared, body, media_type, status):
    response = shared.post("/api/v1/events", content=body, headers={"Content-Type": media_type})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_nothing_at_all_is_acceptable(client):
    assert handed_in(client, []) == {"position": 1, "results": []}


def test_more_items_than_a_group_come_out_in_order(client):
    items = [item(number) for number in range(1000, 1000 + 2 * handing_in.GROUP + 10)]
    results = handed_in(client, items)["results"]
    assert [result["id"] for result in results] == [entry["id"] for entry in items]
    assert {result["status"] for result in results} == {"accepted"}


def test_an_item_needs_the_role_of_its_kind(client, admin):
    key = client.post("/api/v1/admin/keys", json={"roles": ["work"]}, headers=admin).json()["key"]
    items = [item(1), {"type": "sticks.burnt", "id": "b", "client_id": "alice"}]
    results = handed_in(client, items, **{"X-API-Key": key})["results"]
    assert [result["status"] for result in results] == ["accepted", "refused"]
    assert results[1]["error"] == "The key may not hand in sticks.burnt; one with the role submit may."
    reader = client.post("/api/v1/admin/keys", json={"roles": ["read"]}, headers=admin).json()["key"]
    assert client.post("/api/v1/events", json=[], headers={"X-API-Key": reader}).status_code == 403


def test_a_fault_of_the_program_is_no_fault_of_the_neighbours(client):
    results = handed_in(client, [item(1), item(666), item(2)])["results"]
    assert [result["status"] for result in results] == ["accepted", "refused", "accepted"]
    assert "secret of the inside" not in results[1]["error"]


def test_items_that_find_no_room_may_come_again(client, monkeypatch):
    monkeypatch.setattr("coordinator.writer.writer.MAX_WAITING", 1)
    turned_down = client.post("/api/v1/events", json=[item(1), item(2)])
    assert (turned_down.status_code, turned_down.headers["retry-after"]) == (503, "1")
    assert "nothing was recorded" in turned_down.json()["detail"]
    monkeypatch.undo()
    results = handed_in(client, [item(1), item(2)])["results"]
    assert {result["status"] for result in results} == {"accepted"}


def test_items_that_find_no_room_behind_others_are_refused_by_themselves(client, monkeypatch):
    monkeypatch.setattr(handing_in, "GROUP", 2)
    monkeypatch.setattr("coordinator.writer.writer.MAX_WAITING", 1)
    alone, together = [item(1), {"type": "nonsense"}], [item(2), item(3)]
    results = handed_in(client, alone + together)["results"]
    assert [result["status"] for result in results] == ["accepted", "refused", "refused", "refused"]
    assert "nothing was recorded" in results[3]["error"]


def test_only_who_hands_in_work_counts_as_a_worker(client):
    burnt = {"type": "sticks.burnt", "id": "b-1", "client_id": "bob"}
    handed_in(client, [burnt])
    assert client.get("/health").json()["workers"] == 0
    handed_in(client, [{**burnt, "id": "b-2"}, item(1, client_id="bob"), item(2)])
    assert client.get("/health").json()["workers"] == 2

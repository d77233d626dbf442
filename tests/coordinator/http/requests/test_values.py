"""How many values JSON may hold, and where it is decoded: nobody's body holds up the event loop."""

import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.http import commanding
from coordinator.http.bulk import handing_in
from coordinator.http.requests import reading
from coordinator.http.requests.values import LONG_BYTES, MAX_VALUES, few_values

JSON = {"Content-Type": "application/json"}
SEVERAL = b"[" + b"[]," * MAX_VALUES + b"[]]"
NESTED = b"[" + b",".join([b"[" * 400 + b"]" * 400] * (MAX_VALUES // 400)) + b"]"
OBJECTS = b"[" + b"{}," * MAX_VALUES + b"{}]"
FIELDS = b"{" + b",".join(b'"%d":0' % number for number in range(MAX_VALUES + 1)) + b"}"
VALUES = st.recursive(
    st.none() | st.integers() | st.text('",[{\\é', max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(',[{"\\', max_size=3), inner, max_size=4),
    max_leaves=30,
)


def held(value):
    """Count a value and all within it."""
    inner = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return 1 + sum(map(held, inner))


@given(VALUES, st.integers(0, 40), st.sampled_from([None, 1]))
def test_values_are_counted_outside_of_texts_and_none_is_missed(value, most, indent):
    body = json.dumps(value, indent=indent, ensure_ascii=False).encode()
    if few_values(body, most):
        # Short bodies are not counted. Each value has a sign before it, but the first.
        assert held(value) <= max(2 * most + 1, len(body))
        assert held(value) <= most + 1 or len(body) <= most
    else:
        assert 2 * held(value) > most


@given(st.binary(max_size=40))
def test_anything_can_be_counted(body):
    few_values(b'["' + body + b',"\\', 3)


def test_many_values_are_told_from_a_long_text():
    assert few_values(json.dumps(["," * 10 * MAX_VALUES, '"[{' * MAX_VALUES]).encode())
    for many in (SEVERAL, NESTED, OBJECTS, FIELDS):
        assert not few_values(many)


@pytest.mark.parametrize("body", [SEVERAL, NESTED], ids=["several", "nested"])
def test_too_many_values_are_turned_away_at_every_address_before_they_are_decoded(client, admin, monkeypatch, body):
    decoded = []

    def spied(decode):
        def decode_and_tell(given):
            decoded.append(len(given))
            return decode(given)

        return decode_and_tell

    for module in (reading, commanding):
        monkeypatch.setattr(module, "_decode", spied(module._decode))
    description = client.get("/openapi.json").json()
    asked = 0
    for path, item in description["paths"].items():
        if "post" in item and "application/json" in item["post"].get("requestBody", {}).get("content", {}):
            answer = client.post(path.replace("{", "").replace("}", ""), content=body, headers=admin | JSON)
            asked += 1
            assert answer.status_code in {400, 404, 413}, (path, answer.text)
            assert not [size for size in decoded if size > LONG_BYTES], path
    assert asked > 20


def test_long_bodies_are_decoded_outside_of_the_event_loop(client, monkeypatch):
    at_work = {}

    def spied(module, name):
        function = getattr(module, name)

        def tell(*arguments):
            at_work[name] = threading.current_thread()
            return function(*arguments)

        monkeypatch.setattr(module, name, tell)

    for module, name in (
        (reading, "parse_json"),
        (reading, "_exact"),
        (commanding, "_canonical"),
        (handing_in, "_items"),
    ):
        spied(module, name)

    async def here():
        return threading.current_thread()

    loops = {client.in_loop(here), client.blocking_portal.call(here)}  # a desk has one of its own
    padding = " " * LONG_BYTES
    for body, elsewhere in (("", False), (padding, True)):
        at_work.clear()
        key = {"Idempotency-Key": f"long-{elsewhere}"}
        client.post("/api/v1/composites/bulk", content=f'["2^137-1"]{body}', headers=JSON | key)
        client.post("/task", content=f'{{"a": 1, "b": 2}}{body}', headers=JSON)
        client.post("/api/v1/events", content=f"[]{body}", headers=JSON)
        assert set(at_work) == {"parse_json", "_exact", "_canonical", "_items"}
        assert {thread not in loops for thread in at_work.values()} == {elsewhere}


def test_the_fields_of_a_form_are_counted_before_they_are_read(client, admin_key):
    client.post("/admin/login", data={"key": admin_key})
    content = b"a=1&" * 200_000
    answer = client.post(
        "/admin/logout", content=content, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413
    assert answer.json()["detail"] == "The form has 200001 fields; at most 1000 are accepted."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (OBJECTS, "more than 10000 items"),
        (SEVERAL, "not an array of objects"),
        (b"[" + b"0," * 1_000_000 + b"0]", "not an array of objects"),
    ],
)
def test_items_are_counted_before_they_are_cut_apart(client, body, sentence, monkeypatch):
    monkeypatch.setattr(handing_in, "_decode_array", None)
    answer = client.post("/api/v1/events", content=body, headers=JSON)
    assert answer.status_code in {400, 413}
    assert sentence in answer.json()["detail"]


def test_a_long_item_is_refused_by_itself(client):
    item = {"type": "factoring.composite_submitted", "id": "a", "client_id": "alice", "number": "7"}
    long = item | {"id": "b", "number": "7" * 3_000_000}
    answer = client.post("/api/v1/events", json=[item, long, item | {"id": "c"}])
    first, second, third = answer.json()["results"]
    assert "at most 2097152 are accepted" in second["error"]
    assert (first["status"], third["status"]) == ("accepted", "accepted")


def test_groups_of_items_are_bounded_in_length_too():
    items = [handing_in._decode_line(b'"%b"' % (b"x" * size)) for size in [10] * 1_200 + [200_000] * 3 + [10]]
    groups = list(handing_in._groups(items))
    assert [len(group) for group in groups] == [500, 500, 201, 1, 2]
    assert [item for group in groups for item in group] == items
    assert list(handing_in._groups([])) == []

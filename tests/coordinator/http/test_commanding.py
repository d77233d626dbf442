"""From a handler to the writer."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Response, post
from litestar.params import JSONBody

from coordinator.http.admission.keyring import hash_of
from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import Wish, check_key, perform, perform_wishes
from coordinator.http.responses.receipts import answered
from core.access.commands import CreateKey, RevokeKey
from core.access.decide import ACCESS
from core.refusals import BadInput


class Repeatable(CreateKey, frozen=True):
    """The same content from the same client is a resend."""

    context = "access"
    repeatable = True


def command_of(data, kind=CreateKey):
    return kind(hash=hash_of(data["label"]), roles=("read",), label=data["label"])


@post("/create", guards=[needs("submit")], status_code=200)
async def create(request: AnyRequest, data: JSONBody[dict[str, str]]) -> Response[dict[str, int]]:
    outcome = await perform(request, command_of(data), client=data.get("client_id"))
    return answered(outcome, {"key": outcome.answer.key})


@post("/work", guards=[needs("work")], status_code=200)
async def work(request: AnyRequest, data: JSONBody[dict[str, str]]) -> Response[dict[str, int]]:
    outcome = await perform(request, command_of(data, Repeatable), client=data.get("client_id"))
    return answered(outcome, {"key": outcome.answer.key})


@post("/twice", guards=[needs("submit")], status_code=200)
async def twice(request: AnyRequest, data: JSONBody[dict[str, str]]) -> list[int]:
    wishes = [Wish(command=command_of({"label": data["label"] + mark})) for mark in "ab"]
    results = await perform_wishes(request, wishes)
    third = await perform(request, RevokeKey(key=1))
    return [*(result.position for result in results), third.position]


ROUTES = [create, work, twice]


@pytest.fixture(autouse=True)
def _decided(monkeypatch):
    monkeypatch.setitem(ACCESS.decisions, Repeatable, ACCESS.decisions[CreateKey])


@pytest.fixture
def client(serving):
    with serving(routers=ROUTES, ingests=[]) as client:
        yield client


def events_of(client):
    return client.get("/api/v1/events?limit=1000").json()["events"]


def test_a_write_answers_with_its_receipt(client):
    response = client.post("/create", json={"label": "a"})
    event = client.get(f"/api/v1/events/{response.headers['tallystick-position']}").json()
    assert event["hash"] == response.headers["tallystick-hash"]
    assert "tallystick-repeated" not in response.headers


def test_the_request_id_is_the_correlation_of_what_it_led_to(client):
    response = client.post("/create", json={"label": "a"})
    assert events_of(client)[-1]["correlation"] == response.headers["x-request-id"]
    client.post("/create", json={"label": "b"}, headers={"X-Request-ID": "mine"})
    client.post("/create", json={"label": "c"}, headers={"X-Request-ID": "mine"})
    correlations = [event["correlation"] for event in events_of(client)[-2:]]
    assert all(correlation.startswith("mine.") for correlation in correlations)
    assert len(set(correlations)) == 2


def test_commands_of_one_request_have_each_a_correlation_of_their_own(client):
    response = client.post("/twice", json={"label": "a"})
    request = response.headers["x-request-id"]
    assert [event["correlation"] for event in events_of(client)[-3:]] == [request, f"{request}/1", f"{request}/2"]
    assert response.json() == [2, 3, 4]


def test_a_resend_under_the_same_key_gets_the_same_answer(client):
    header = {"Idempotency-Key": "k-1"}
    first = client.post("/create", json={"label": "a"}, headers=header)
    again = client.post("/create", json={"label": "a"}, headers=header)
    assert again.json() == first.json()
    assert again.headers["tallystick-repeated"] == "true"
    for name in ("tallystick-position", "tallystick-hash"):
        assert again.headers[name] == first.headers[name]
    assert len(events_of(client)) == 2


def test_the_order_of_fields_does_not_make_another_content(client):
    header = {"Idempotency-Key": "k-1", "Content-Type": "application/json"}
    first = client.post("/create", content=b'{"label":"a","x":"y"}', headers=header)
    again = client.post("/create", content=b'{ "x": "y", "label": "a" }', headers=header)
    assert again.json() == first.json()


def test_the_same_key_with_another_content_is_a_conflict(client):
    header = {"Idempotency-Key": "k-1"}
    client.post("/create", json={"label": "a"}, headers=header)
    response = client.post("/create", json={"label": "b"}, headers=header)
    assert response.status_code == 409
    assert "k-1" in response.json()["detail"]


def test_equal_requests_without_a_key_are_two_unless_the_command_says_otherwise(client):
    first, second = (client.post("/create", json={"label": label}).json()["key"] for label in ("a", "b"))
    assert first != second
    answers = [client.post("/work", json={"label": "c", "client_id": "alice"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["tallystick-repeated"] == "true"
    client.post("/work", json={"label": "d", "client_id": "alice"})
    assert client.post("/work", json={"label": "c", "client_id": "alice"}).json() == answers[0].json()


def test_an_anonymous_unnamed_resend_is_recognised_after_a_restart(serving):
    with serving(routers=ROUTES, ingests=[]) as client:
        first = client.post("/work", json={"label": "c"})
    with serving(routers=ROUTES, ingests=[]) as client:
        again = client.post("/work", json={"label": "c"})
    assert again.json() == first.json()
    assert again.headers["tallystick-repeated"] == "true"


@pytest.mark.parametrize("key", ["", "a b", "a#b", "é", "x" * 201, "a\tb"])
def test_a_key_that_is_not_acceptable_is_refused(client, key):
    response = client.post("/create", json={"label": "a"}, headers={"Idempotency-Key": key.encode()})
    if key:
        assert response.status_code == 400
        assert "200 visible ASCII characters other than #" in response.json()["detail"]
    else:
        assert response.status_code == 200


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="#"), max_size=200))
def test_every_key_of_visible_ascii_is_acceptable(key):
    assert check_key(key) == key


@given(st.text(min_size=1).filter(lambda key: not (key.isascii() and key.isprintable()) or "#" in key or " " in key))
def test_no_other_key_is(key):
    with pytest.raises(BadInput):
        check_key(key)


def test_a_new_client_is_named_once_however_many_of_its_requests_come_at_once(client):
    barrier = threading.Barrier(8)

    def send(number):
        barrier.wait()
        return client.post("/create", json={"label": str(number), "client_id": "alice"}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(8))) == {200}
    events = events_of(client)
    assert [event["type"] for event in events].count("clients.named.v1") == 1
    assert {event["actor"] for event in events[1:]} == {"client-1"}


def test_no_name_stands_in_the_log_in_plain_text(client):
    client.post("/create", json={"label": "a", "client_id": "alice-of-the-volunteers"})
    assert "alice-of-the-volunteers" not in client.get("/api/v1/events").text


def test_a_name_that_is_not_acceptable_is_bad_input(client):
    for name in ("", "x" * 129, "a\nb"):
        assert client.post("/create", json={"label": "a", "client_id": name}).status_code == 400


def test_only_who_works_counts_as_a_worker(client):
    client.post("/create", json={"label": "a", "client_id": "alice"})
    assert client.get("/health").json()["workers"] == 0
    client.post("/work", json={"label": "b", "client_id": "bob"})
    assert client.get("/health").json()["workers"] == 1

"""Subscriptions over HTTP: to whom, to what, sent again, ended; delivered by the child of a running coordinator."""

import pytest

from coordinator.webhooks.signing import signature_headers
from tests.real.receivers import SPACE, Receiver
from tests.waiting import until

ADDRESS = "/api/v1/admin/subscriptions"
TASK = {"operation": "add", "args": ["1", "2"]}


@pytest.fixture(scope="module")
def receiver():
    receiver = Receiver().start()
    yield receiver
    receiver.stop()


@pytest.fixture(scope="module")
def client(serving_in, tmp_path_factory):
    with serving_in(tmp_path_factory.mktemp("told"), webhook_networks=(SPACE,)) as client:
        yield client


@pytest.fixture
def subscribed(client, admin, receiver):
    """Makes a subscription, which ends with the test."""
    made = []

    def subscribe(**fields):
        answer = client.post(ADDRESS, json={"url": receiver.url, **fields}, headers=admin)
        assert answer.status_code == 201, answer.text
        made.append(answer.json())
        return made[-1]

    yield subscribe
    for one in made:
        client.delete(f"{ADDRESS}/{one['id']}", headers=admin)


def standing(client, admin, number):
    return next(one for one in client.get(ADDRESS, headers=admin).json() if one["id"] == number)


def submit(client, number):
    assert client.post("/api/v1/composites/bulk", json=[{"number": str(number)}]).status_code == 200


def test_what_is_recorded_from_then_on_is_delivered(client, admin, receiver, subscribed):
    submit(client, 10**31 + 33)
    made = subscribed(types=["factoring.composite_submitted"])
    assert made["secret"].startswith("whsec_")
    assert made["url"] == receiver.url
    submit(client, 10**32 + 49)
    until(lambda: receiver.taken)
    assert [one["data"]["data"]["value"] for one in receiver.taken] == [str(10**32 + 49)]
    receiver.taken.clear()
    assert client.post(f"{ADDRESS}/{made['id']}/again", json={}, headers=admin).status_code == 200
    again = client.post(f"{ADDRESS}/{made['id']}/again", json={"position": made["since"] + 1}, headers=admin)
    assert again.status_code == 200
    until(lambda: receiver.taken)
    assert receiver.taken[0]["data"]["data"]["value"] == str(10**32 + 49)
    beyond = client.post(f"{ADDRESS}/{made['id']}/again", json={"position": 10**30}, headers=admin)
    assert beyond.status_code == 400
    assert "and positions from 1 to one beyond it are accepted" in beyond.json()["detail"]
    refused = client.post(f"{ADDRESS}/{made['id']}/again", json={"position": 1}, headers=admin)
    assert (refused.status_code, refused.json()["detail"]) == (
        400,
        f"position is 1; subscription {made['id']} was made as event {made['since']}, and later ones are accepted.",
    )


def test_one_that_ends_is_shown_without_its_address_and_told_nothing(client, admin, subscribed):
    made = subscribed()
    assert client.delete(f"{ADDRESS}/{made['id']}", headers=admin).status_code == 200
    ended = until(lambda: (one := standing(client, admin, made["id"]))["url"] is None and one)
    assert (ended["state"], ended["ending"]) == ("ended", "ended")
    assert client.delete(f"{ADDRESS}/{made['id']}", headers=admin).status_code == 409
    assert client.post(f"{ADDRESS}/{made['id']}/again", json={}, headers=admin).status_code == 409
    assert client.delete(f"{ADDRESS}/999", headers=admin).status_code == 404


def test_what_fails_is_shown_and_goes_on_when_it_is_sent_again(client, admin, receiver, subscribed):
    made = subscribed(types=["factoring.composite_submitted"])
    receiver.answer = lambda _: (503, {})
    submit(client, 10**33 + 61)
    failing = until(lambda: (one := standing(client, admin, made["id"]))["state"] == "failing" and one)
    assert (failing["reason"], failing["waiting"]) == ("It answered 503.", 1)
    receiver.answer = lambda _: (204, {})
    client.post(f"{ADDRESS}/{made['id']}/again", json={}, headers=admin)
    well = until(lambda: (one := standing(client, admin, made["id"]))["delivered"] and one)
    assert (well["state"], well["waiting"], well["failing_at"]) == ("delivered", 0, None)


def signers(sent, *secrets):
    """Return which of some secrets have signed a delivery."""
    headers = sent["headers"]
    told = headers["webhook-id"], int(headers["webhook-timestamp"]), sent["raw"]
    said = headers["webhook-signature"].split(" ")
    return [secret for secret in secrets if signature_headers([secret], *told)["webhook-signature"] in said]


def test_a_secret_is_renewed_and_the_one_before_signs_for_a_day_or_nothing_more(client, admin, receiver, subscribed):
    made = subscribed(types=["factoring.composite_submitted"])
    address, secrets = f"{ADDRESS}/{made['id']}", [made["secret"]]
    numbers = (10**39 + 3) * (10**40 + 121), (10**35 + 69) * (10**36 + 67)  # nothing is found out about them later
    for number, body, signing in (numbers[0], {}, [0, 1]), (numbers[1], {"at_once": True}, [2]):
        renewed = client.post(f"{address}/secret", json=body, headers=admin)
        assert (renewed.status_code, renewed.json()["url"]) == (200, made["url"])
        secrets.append(renewed.json()["secret"])
        receiver.taken.clear()
        submit(client, number)
        sent = until(lambda: receiver.taken and receiver.taken[0])
        assert signers(sent, *secrets) == [secrets[one] for one in signing]
    assert standing(client, admin, made["id"])["state"] == "delivered"
    assert client.post(f"{ADDRESS}/4711/secret", json={}, headers=admin).status_code == 404
    assert client.delete(address, headers=admin).status_code == 200
    until(lambda: client.post(f"{address}/secret", json={}, headers=admin).status_code == 409)


def test_nothing_is_delivered_again_because_the_secret_is_renewed(client, admin, receiver, subscribed):
    made = subscribed(types=["factoring.composite_submitted"])
    submit(client, 10**41 + 109)
    until(lambda: len(receiver.taken) == 1)
    assert client.post(f"{ADDRESS}/{made['id']}/secret", json={}, headers=admin).status_code == 200
    submit(client, 10**42 + 63)
    until(lambda: len(receiver.taken) > 1)
    assert receiver.positions == sorted(set(receiver.positions))
    until(lambda: (one := standing(client, admin, made["id"]))["delivered"] == 2 and one["waiting"] == 0)


def test_neither_address_nor_secret_stands_in_a_file(client, admin, subscribed, serving_in):
    made = subscribed(types=["tasks"])
    directory = client.app.state.settings.data_dir
    for text in (made["secret"], made["secret"].removeprefix("whsec_"), made["url"]):
        assert [path for path in directory.rglob("*") if path.is_file() and text.encode() in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"url": "http://10.0.0.1/"}, "10.0.0.1 is of no public network; public addresses are accepted"),
        (
            {"url": "gopher://example.org/"},
            "url is 'gopher://example.org/'; an address such as https://example.org/hook",
        ),
        (
            {"url": "http://127.0.0.1:1/", "types": ["factoring.x"]},
            "'factoring.x' is not a type of event; a type such as",
        ),
        ({"url": f"http://{'a' * 64}.org/"}, "an address such as https://example.org/hook is accepted"),
        ({"url": "http://127.0.0.1:1/", "types": ["notifications.delivered"]}, "events about deliveries are not"),
        ({"url": "http://127.0.0.1:1/", "project": "x" * 101}, "up to 100 printable characters are accepted"),
        ({}, "url"),
    ],
)
def test_what_can_not_be_delivered_is_refused_with_a_sentence(client, admin, body, sentence):
    before = client.get("/health").json()["log"]["position"]
    refused = client.post(ADDRESS, json=body, headers=admin)
    assert refused.status_code == 400
    assert sentence in refused.json()["detail"]
    assert client.get("/health").json()["log"]["position"] == before


def test_subscriptions_are_for_administrators(client):
    assert client.get(ADDRESS).status_code == 401
    assert client.post(ADDRESS, json={"url": "http://127.0.0.1:1/"}).status_code == 401

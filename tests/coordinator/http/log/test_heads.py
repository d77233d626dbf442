"""Signed heads and proofs over HTTP."""

import msgspec
import pytest

from coordinator.heads.signing import is_signed
from core.events.chain import GENESIS
from core.events.envelope import StoredEvent
from core.events.heads import ConsistencyProof, InclusionProof, SignedHead, check_consistency, check_inclusion
from core.timestamps import from_iso


@pytest.fixture
def client(serving, admin):
    """A coordinator without contexts, whose log has an opening and four keys."""
    with serving(routers=[], ingests=[]) as client:
        record(client, admin, 4)
        yield client


def record(client, admin, count):
    for _ in range(count):
        made = client.post("/api/v1/admin/keys", json={"roles": ["read"]}, headers=admin)
        assert made.status_code == 201, made.text
    return made.headers


def said(client, path, kind):
    response = client.get(f"/api/v1{path}")
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=kind)


def event(client, position):
    shown = client.get(f"/api/v1/events/{position}").json()
    row = {
        "recorded_at": from_iso(shown["recorded_at"]),
        "data": msgspec.json.encode(shown["data"]),
        "hash": bytes.fromhex(shown["hash"]),
    }
    return StoredEvent(**{**shown, **row})


def test_an_event_is_proved_with_what_three_addresses_answer(client):
    proof = said(client, "/events/5/proof", InclusionProof)
    head = said(client, f"/heads/{proof.head}", SignedHead)
    assert (proof.position, proof.head, len(proof.path)) == (5, 5, 1)
    assert is_signed(head)
    assert head.key == client.get("/api/v1/heads/key").json()["key"]
    check_inclusion(event(client, 5), proof, head)
    first = said(client, "/events/1/proof?head=5", InclusionProof)
    assert first.previous == GENESIS.hex()
    check_inclusion(event(client, 1), first, head)


def test_a_receipt_names_an_event_that_can_be_proved(client, admin):
    receipt = record(client, admin, 1)
    position = int(receipt["tallystick-position"])
    proved = event(client, position)
    assert proved.hash.hex() == receipt["tallystick-hash"]
    proof = said(client, f"/events/{position}/proof", InclusionProof)
    check_inclusion(proved, proof, said(client, f"/heads/{proof.head}", SignedHead))


def test_the_newest_head_is_there_from_the_start_and_the_same_while_nothing_happens(client):
    newest = said(client, "/heads/latest", SignedHead)
    assert newest == said(client, "/heads/latest", SignedHead)
    assert client.get("/api/v1/heads").json()["heads"][-1] == msgspec.to_builtins(newest)


def test_heads_are_listed_a_page_at_a_time(client, admin):
    for _ in range(3):
        said(client, f"/events/{record(client, admin, 1)['tallystick-position']}/proof", InclusionProof)
    listed = client.get("/api/v1/heads").json()
    positions = [head["position"] for head in listed["heads"]]
    assert (positions[-3:], listed["next"]) == ([6, 7, 8], None)
    page = client.get("/api/v1/heads?after=5&limit=2").json()
    assert ([head["position"] for head in page["heads"]], page["next"]) == ([6, 7], 7)


def test_a_book_of_heads_that_is_damaged_is_no_fault_of_the_program(client, admin):
    said(client, "/heads/latest", SignedHead)
    book = client.app.state.shared.node.directory / "heads.ndjson"
    book.write_bytes(b"[" + book.read_bytes()[1:])
    answer = client.get("/api/v1/heads")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json()["detail"].startswith("The heads that were signed can't be read: This is not a signed head: ")


def test_a_head_is_shown_to_go_on_from_an_earlier_one(client, admin):
    first = said(client, f"/heads/{said(client, '/events/5/proof', InclusionProof).head}", SignedHead)
    record(client, admin, 3)
    second = said(client, f"/heads/{said(client, '/events/8/proof', InclusionProof).head}", SignedHead)
    response = client.get("/api/v1/heads/8/consistency?from=5")
    assert "immutable" in response.headers["cache-control"]
    check_consistency(first, msgspec.json.decode(response.content, type=ConsistencyProof), second)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/events/99/proof", 404, "There is no event 99; the log ends at 5."),
        ("/events/0/proof", 400, "position"),
        ("/events/5/proof?head=4", 404, "No head was signed at 4"),
        ("/events/5/proof?head=x", 400, "head"),
        ("/heads/4", 404, "No head was signed at 4"),
        ("/heads/5/consistency", 400, "from"),
        ("/heads/5/consistency?from=4", 404, "No head was signed at 4"),
        ("/heads?limit=0", 400, "limit"),
    ],
)
def test_what_can_not_be_shown_is_refused_with_a_sentence(client, path, status, words):
    client.get("/api/v1/events/5/proof")
    response = client.get(f"/api/v1{path}")
    assert response.status_code == status
    assert words in response.json()["detail"]


def test_reading_heads_needs_the_role_read(serving):
    with serving(routers=[], ingests=[], allow_anonymous=("work",)) as client:
        for path in ("/heads", "/heads/latest", "/heads/key", "/events/1/proof"):
            assert client.get(f"/api/v1{path}").status_code == 401

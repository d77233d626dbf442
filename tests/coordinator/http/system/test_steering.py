"""Pausing, draining and resuming over the wire, and who is told of it."""

import pytest

from tests.coordinator.http.conftest import ADMIN_KEY

ADMIN = {"X-Admin-Key": ADMIN_KEY}
NUMBER = (10**61 - 1) // 9


@pytest.fixture
def steer(client):
    """A function that pauses, drains or resumes, and returns what is answered."""

    def steer(action, of, name="", status=200, **more):
        answer = client.post(f"/api/v1/admin/{action}", json={"of": of, "name": name, **more}, headers=ADMIN)
        assert answer.status_code == status, answer.text
        return answer.json()

    return steer


@pytest.fixture
def work(client):
    """A function that asks for curves, and returns the answer."""

    def work(client_id="alice", **query):
        answer = client.get("/api/v1/work/request", params={"client_id": client_id, **query})
        assert answer.status_code == 200, answer.text
        return answer

    return work


def progress(client, work, client_id="alice"):
    answer = client.put(f"/api/v1/work/{work}/progress", params={"client_id": client_id})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("of", "name"), [("everything", ""), ("kind", "factoring"), ("project", "mersenne"), ("client", "alice")]
)
def test_what_is_paused_is_not_handed_out_and_its_holder_hears_of_it(client, known, steer, work, of, name):
    known(NUMBER, project="mersenne")
    held = work().json()["work_id"]
    assert progress(client, held)["pause"] is None
    told = steer("pause", of, name, reason="the room is too hot")
    assert told["changed"]
    assert "the room is too hot" in told["message"]
    nothing = work()
    assert nothing.json()["work_id"] is None
    assert "paused" in nothing.json()["message"].lower()
    assert int(nothing.headers["retry-after"]) > 0
    assert "the room is too hot" in progress(client, held)["pause"]
    assert client.get("/health").json()["paused"] == client.get("/api/v1/pauses").json()["pauses"] == [told["pause"]]
    assert "the room is too hot" in client.get("/workers", headers={"Accept": "text/html"}).text
    assert steer("resume", of, name)["changed"]
    assert progress(client, held)["pause"] is None
    client.delete(f"/api/v1/work/{held}")
    assert work().json()["work_id"] is not None


def test_a_pause_of_one_leaves_the_others_alone(client, known, steer, work):
    known(NUMBER, project="mersenne")
    held = work("alice").json()["work_id"]
    known(2**137 - 1, project="cunningham")
    steer("pause", "client", "alice")
    steer("pause", "project", "mersenne")
    assert work("alice").json()["work_id"] is None
    other = work("bob").json()
    assert other["composite"] == str(2**137 - 1)
    assert progress(client, other["work_id"], "bob")["pause"] is None
    assert "alice" in progress(client, held)["pause"]


def test_what_is_drained_is_finished_and_then_paused_when_that_is_wanted(client, known, steer, work):
    known(NUMBER)
    held = work().json()["work_id"]
    assert "is being drained" in steer("drain", "everything")["message"]
    assert work("bob").json()["work_id"] is None
    assert progress(client, held)["pause"] is None
    assert steer("pause", "everything")["changed"]
    assert progress(client, held)["pause"]


def test_pausing_twice_and_resuming_what_goes_on_is_answered_clearly(steer, known):
    known(NUMBER, project="mersenne")
    first = steer("pause", "project", "mersenne", reason="one")
    again = steer("pause", "project", "mersenne", reason="two")
    assert (first["pause"], again["changed"]) == (again["pause"], False)
    assert "nothing has changed" in again["message"]
    steer("pause", "everything")
    assert steer("resume", "project", "mersenne")["message"].startswith(
        "The project mersenne is resumed. But everything is paused since"
    )
    assert "was not paused: nothing has changed" in steer("resume", "project", "mersenne")["message"]


@pytest.mark.parametrize(
    ("of", "name", "status", "sentence"),
    [
        ("everything", "x", 400, "'x' is not the name of everything"),
        ("kind", "", 400, "The kind has no name"),
        ("kind", "knitting", 400, "no kind of work 'knitting'; factoring, "),
        ("project", "nobody's", 404, 'no project "nobody\'s"'),
        ("client", "nobody", 404, "no client 'nobody'"),
        ("planet", "x", 400, "planet"),
    ],
)
def test_what_there_is_not_is_not_paused(steer, of, name, status, sentence):
    assert sentence in steer("pause", of, name, status=status)["detail"]


def test_clients_of_the_systems_replaced_get_nothing_in_their_own_words(client, known, steer):
    known(NUMBER)
    steer("pause", "everything", reason="a storm")
    for address in ("ecm-work", "p1-work", "work"):
        answer = client.get(f"/api/v1/{address}", params={"client_id": "alice"})
        assert (answer.status_code, answer.json()["work_id"]) == (200, None)
        assert "a storm" in answer.json()["message"]
    answer = client.get("/api/v1/residues/work", headers={"X-Client-ID": "alice"})
    assert (answer.status_code, answer.json()["residue_id"]) == (200, None)
    assert "a storm" in answer.json()["message"]
    assert client.post("/task", json={"a": 1, "b": 2}).status_code == 202
    assert client.post("/api/count-primes", json={"n": 20_000, "chunks": 2}).status_code == 202
    for context, field in (("tasks", "lease"), ("counting", "lease")):
        answer = client.get(f"/api/v1/{context}/work", params={"client_id": "alice"})
        assert (answer.status_code, answer.json()[field]) == (200, None)


def test_a_paused_coordinator_that_is_restarted_is_still_paused(serving):
    with serving() as client:
        client.post("/api/v1/admin/pause", json={"of": "everything", "reason": "a storm"}, headers=ADMIN)
    with serving() as client:
        (pause,) = client.get("/health").json()["paused"]
        assert pause["sentence"].startswith("Everything is paused since ")


def test_a_form_of_administration_pauses_and_resumes(client, steer):
    assert "Pauses" in client.post("/admin/login", data={"key": ADMIN_KEY}, follow_redirects=True).text
    page = client.get("/admin/pauses", headers={"Accept": "text/html"}).text
    token = page.split('name="token" value="')[1].split('"')[0]
    form = {"token": token, "of": "kind", "name": "tasks", "how": "drain", "reason": "a storm"}
    paused = client.post("/admin/pauses", data=form, follow_redirects=True)
    assert "The kind tasks is being drained" in paused.text
    resumed = client.post("/admin/pauses/end", data={"token": token, "of": "kind", "name": "tasks"})
    assert "Nothing is paused." in resumed.text

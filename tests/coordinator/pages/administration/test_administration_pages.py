"""Forms of administration: each does what the API does, and is recorded in the name of who signed in."""

import re
from html import unescape

import pytest

from core.factoring.events import CompositeSubmitted
from tests.waiting import until

P20, P21 = 10**19 + 51, 10**20 + 39


@pytest.fixture
def number(client):
    """The id of a number on record."""
    client.post("/api/v1/composites/bulk", json=[str(P20 * P21)])
    return client.get("/api/v1/composites").json()["composites"][0]["id"]


def banner(answer):
    return unescape(re.search(r'<p class="banner [^"]*" role="\w+"[^>]*>(.*?)</p>', answer.text, re.DOTALL)[1])


def test_a_key_is_shown_once_works_and_is_revoked(administrator, client, last_event):
    shown = administrator.post("/admin/keys", {"roles": ["read", "work"], "label": "<b>box 7</b>"})
    key = re.search(r"ts_[\w-]+", shown.text)[0]
    assert (last_event()["type"], last_event()["actor"]) == ("access.key_created.v2", "operator")
    assert shown.headers["cache-control"] == "no-store"
    listed = administrator.get("/admin/keys").text
    assert (key in listed, "<b>box" in listed, "read, work" in listed) == (False, False, True)
    assert client.get("/api/v1/composites", headers={"X-API-Key": key}).status_code == 200
    unconfirmed = administrator.post("/admin/keys/1/revoke")
    assert (unconfirmed.status_code, banner(unconfirmed)) == (
        400,
        "Nothing was done: tick the box that says that you mean it.",
    )
    administrator.post("/admin/keys/1/revoke", {"confirmed": "yes"})
    assert client.get("/api/v1/composites", headers={"X-API-Key": key}).status_code == 401


def test_a_refused_form_comes_back_with_the_sentence_and_what_was_filled_in(administrator):
    answer = administrator.post("/admin/keys", {"label": "box 9"})
    assert (answer.status_code, banner(answer)) == (400, "No role was named; the roles are read, work, submit, admin.")
    assert 'value="box 9"' in answer.text


def test_priority_and_target_of_a_number_are_changed(administrator, client, number, last_event):
    answer = administrator.post(f"/admin/numbers/{number}/wanted", {"priority": "7", "target": "31.5"})
    assert answer.url.path == f"/admin/numbers/{number}"
    assert f"event {last_event()['position']}" in answer.text
    (shown,) = client.get("/api/v1/composites").json()["composites"]
    assert (shown["priority"], shown["target_t_level"]) == (7, 31.5)
    assert last_event()["actor"] == "operator"
    assert (
        "Nothing had to be changed"
        in administrator.post(f"/admin/numbers/{number}/wanted", {"priority": "7", "target": "31.5"}).text
    )
    refused = administrator.post(f"/admin/numbers/{number}/wanted", {"priority": "high"})
    assert banner(refused) == "priority is 'high'; a whole number or null is accepted."


def test_a_number_is_put_aside_taken_up_again_and_deleted(administrator, client, number):
    for shelf in ("inactive", "complete", "active"):
        administrator.post(f"/admin/numbers/{number}/shelf", {"shelf": shelf, "reason": "a while"})
        (shown,) = client.get("/api/v1/composites").json()["composites"]
        assert shown["shelf"] == (None if shelf == "active" else shelf)
    assert administrator.post(f"/admin/numbers/{number}/delete").status_code == 400
    assert client.get("/api/v1/composites").json()["total"] == 1
    administrator.post(f"/admin/numbers/{number}/delete", {"confirmed": "yes"})
    assert client.get("/api/v1/composites").json()["total"] == 0
    assert f"/admin/numbers/{number}" in administrator.get("/admin/numbers?shelf=deleted").text


def test_an_assignment_is_taken_from_its_worker(administrator, client, number, last_event):
    work = client.get("/api/v1/work/request", params={"client_id": "alice"}).json()["work_id"]
    assert "alice" in administrator.get("/admin/assignments").text
    administrator.post(f"/admin/assignments/{work}", {"confirmed": "yes", "reason": "gone"})
    assert (last_event()["data"]["outcome"], last_event()["data"]["reason"]) == ("revoked", "gone")
    assert work not in administrator.get("/admin/assignments").text
    assert "assignments had run out" in administrator.post("/admin/assignments").text
    assert administrator.get("/admin/assignments/nothing").status_code == 404


def test_a_number_is_reserved_and_released(administrator, client, admin, number):
    fields = {"composite_identifier": str(number), "client_id": "cado", "method": "gnfs", "duration_hours": "5"}
    assert "cado" in administrator.post("/admin/reservations", fields).text
    assert banner(administrator.post("/admin/reservations", fields | {"duration_hours": "0"})) == (
        "duration_hours is '0'; a whole number from 1 to 8760 is accepted."
    )
    assert administrator.post("/admin/reservations", fields).status_code == 409
    (reserved,) = client.get("/api/v1/admin/work/assignments", headers=admin).json()["reservations"]
    assert "cado" not in administrator.post(f"/admin/reservations/{reserved['work_id']}/release").text


def upload(administrator, content, **fields):
    token = re.search(r'name="token" value="([^"]*)"', administrator.get("/submit").text)[1]
    return administrator.client.post(
        "/submit",
        data={"token": token, **fields},
        files={"file": ("list.txt", content.encode(), "text/plain")},
        headers={"Accept": "text/html"},
    )


def test_an_upload_shows_what_would_happen_and_takes_nothing_before_it_is_confirmed(
    administrator, client, number, last_event
):
    before = last_event()["position"]
    looked = upload(administrator, f"2^67-1\n{P20 * P21}\nnonsense\n147573952589676412927\n", project="cunningham")
    figures = dict(re.findall(r'<dt>([\w ]+)</dt><dd class="big">(\d+)</dd>', looked.text))
    assert (looked.status_code, figures) == (
        200,
        {"New numbers": "1", "Known already": "1", "Repeated in the list": "1", "Refused": "1", "Looked at": "4"},
    )
    assert "nonsense" in looked.text
    assert last_event()["position"] == before
    taken = administrator.post(looked.url.path)
    assert "finished" in taken.text
    assert client.get("/api/v1/composites", params={"project": "cunningham"}).json()["total"] >= 1
    assert last_event(CompositeSubmitted.type)["actor"] == "operator"


def test_numbers_may_be_written_into_the_form_and_one_of_the_two_is_needed(administrator):
    looked = administrator.post("/submit", {"text": "2^89-1\n2^107-1"})
    assert dict(re.findall(r'<dt>([\w ]+)</dt><dd class="big">(\d+)</dd>', looked.text))["New numbers"] == "2"
    neither = administrator.post("/submit", {"text": " ", "project": "kept"})
    assert (neither.status_code, 'value="kept"' in neither.text) == (400, True)


def test_an_upload_that_was_not_confirmed_waits_over_a_restart(serving_in, tmp_path, browsing, admin_key):

    with serving_in(tmp_path) as client:
        visitor = browsing(client)
        visitor.sign_in(admin_key)
        path = visitor.post("/submit", {"text": "2^89-1"}).url.path
    with serving_in(tmp_path) as client:
        visitor = browsing(client)
        visitor.sign_in(admin_key)
        assert client.get("/api/v1/composites").json()["total"] == 0
        assert "Nothing has been taken yet" in visitor.get(path).text
        visitor.post(path)
        assert client.get("/api/v1/composites").json()["total"] == 1


def report(client, factor):
    work = client.get("/api/v1/work/request", params={"client_id": "alice"}).json()
    result = {
        "work_assignment_id": work["work_id"],
        "client_id": "alice",
        "curves_completed": 3,
        "b1": 2000,
        "sigmas": ["7", "8", "9"],
        "factors_found": [{"factor": str(factor), "sigma": "8"}],
    }
    client.post("/api/v1/results/ecm", json=result).raise_for_status()


def test_a_correction_shows_what_goes_with_it_and_withdraws_it_when_it_is_confirmed(
    administrator, client, number, last_event
):
    report(client, P20)
    run = last_event("factoring.curves_run.v1")["position"]
    found = last_event("factoring.factor_found.v1")["position"]
    address = f"/admin/corrections?positions={run}&reason=a+broken+worker"
    looked = until(lambda: told(administrator.get(address), "Withdraw"))
    assert f'href="/events/{found}"' in looked
    assert administrator.post("/admin/corrections", {"positions": str(run), "reason": "no"}).status_code == 400
    begun = administrator.post(
        "/admin/corrections", {"positions": str(run), "reason": "a broken worker", "confirmed": "yes"}
    )
    assert begun.url.path == "/admin/corrections"
    until(lambda: "a broken worker" in administrator.get("/admin/corrections").text)
    until(lambda: "data-going" not in administrator.get("/admin/corrections").text)
    (shown,) = client.get("/api/v1/composites").json()["composites"]
    assert (shown["id"], shown["status"]) == (number, "open")
    assert last_event("corrections.withdrawn.v2")["data"]["positions"] == [run]


def told(answer, word):
    return answer.text if f">{word}</button>" in answer.text else None


def test_a_preview_says_how_far_it_is_and_goes_on_while_nobody_looks(administrator, client, number, last_event):
    report(client, P20)
    run = last_event("factoring.curves_run.v1")["position"]
    node = client.app.state.shared.node
    address = f"/admin/corrections?positions={run}"
    with client.portal() as portal:
        portal.call(node.correcting.acquire)  # by another correction
        looked = [administrator.get(address).text for _ in range(2)]
        assert all("data-going" in text and ">Withdraw</button>" not in text for text in looked)
        assert administrator.get("/audit").text.count("the preview of a correction of 1") == 1
        administrator.post("/admin/corrections/cancel", {"positions": str(run)})
        ended = administrator.get(address).text
        assert "data-going" not in ended
        (again,) = re.findall(r'<a href="(/admin/corrections\?[^"]+)">Look again</a>', ended)
        assert "data-going" in administrator.get(unescape(again)).text
        portal.call(node.correcting.release)
    until(lambda: told(administrator.get(address), "Withdraw"))


@pytest.mark.parametrize(
    ("positions", "sentence"),
    [
        ("99999", "The log has no event 99999."),
        ("1", "Event 1 is a log.opened.v1; attempts and factors can be withdrawn"),
        ("x", "'x' is not an id; a whole number from 1 is."),
        (",", "0 positions were named; 1 to 100000 are accepted"),
    ],
)
def test_what_is_no_attempt_or_factor_is_not_withdrawn(administrator, positions, sentence):
    answer = administrator.post("/admin/corrections", {"positions": positions, "reason": "?", "confirmed": "yes"})
    assert answer.status_code in {400, 404}
    assert banner(answer).startswith(sentence)


def test_projections_show_how_far_they_have_come(administrator):
    assert "follows the log" in administrator.get("/admin/projections").text


def test_projections_are_built_anew_and_everything_is_verified_from_their_page(administrator, client, admin):
    assert administrator.post("/admin/projections/counting/rebuild").url.path == "/admin/projections"
    assert administrator.post("/admin/projections/nothing/rebuild").status_code == 404
    assert administrator.post("/admin/verification").status_code == 200
    while client.get("/api/v1/admin/verification", headers=admin).json()["progress"]["state"] == "running":
        pass
    while client.get("/api/v1/admin/projections/counting/rebuild", headers=admin).json()["state"] == "running":
        pass
    shown = administrator.get("/admin/projections").text
    assert shown.count('<span class="is disc">completed') == 2
    sentence = client.get("/api/v1/admin/verification", headers=admin).json()["found"]["sentence"]
    assert sentence in unescape(shown)
    assert sentence in unescape(administrator.get("/audit").text)
    too_late = administrator.post("/admin/verification/cancel")
    assert (too_late.status_code, sentence in unescape(too_late.text)) == (200, True)


def test_the_overview_of_administration_lists_what_was_done_with_keys(administrator):
    administrator.post("/admin/keys", {"roles": "read"})
    lately = administrator.get("/admin").text.partition("Done lately with a key")[2]
    assert re.search(r"key 1 was created for", lately)


def test_what_can_not_be_withdrawn_is_said_beside_what_was_filled_in(administrator):
    asked = {"positions": "1, two", "reason": "a broken machine"}
    answer = administrator.get("/admin/corrections", params=asked)
    assert (answer.status_code, banner(answer)) == (400, "'two' is not an id; a whole number from 1 is.")
    assert [f'value="{text}"' in answer.text for text in asked.values()] == [True, True]


def test_work_that_is_no_curves_is_named_by_its_method(administrator, client):
    client.post("/api/v1/composites/bulk", json=[{"number": str(P20 * P21), "prior_t_level": 15}])
    work = client.get("/api/v1/work/request", params={"client_id": "alice", "method": "qs"}).json()["work_id"]
    assert (
        '<dt>Work</dt><dd><span class="run">quadratic sieve</span></dd>'
        in administrator.get(f"/admin/assignments/{work}").text
    )
    page = administrator.get("/composites/1").text
    assert re.search(r'data-label="Curves">quadratic sieve</td><td data-label="B1"></td>', page)
    assert "B1 0" not in page

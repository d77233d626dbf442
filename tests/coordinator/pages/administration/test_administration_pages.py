"""Forms of administration: each does what the API does, and is recorded in the name of who signed in."""

import re
from html import unescape

from coordinator.pages.administration import overview
from tests.coordinator.pages.conftest import banner


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


def lately(administrator):
    """Return what the overview of administration says was done lately."""
    return administrator.get("/admin").text.partition("Done lately by administrators")[2]


def test_the_overview_of_administration_lists_what_administrators_did_and_nothing_of_the_work_of_others(
    administrator, client, admin
):
    wanted = [{"roles": [role], "user": f"a {role}"} for role in ("work", "admin")]
    work_key, admin_key = (client.post("/api/v1/admin/keys", json=one, headers=admin).json()["key"] for one in wanted)
    client.post("/api/v1/composites/bulk", json=["2^137-1", "2^139-1"], headers={"X-API-Key": admin_key})
    asked = {"params": {"client_id": "box"}, "headers": {"X-API-Key": work_key}}
    work = client.get("/api/v1/work/request", **asked).json()["work_id"]
    client.delete(f"/api/v1/work/{work}", **asked).raise_for_status()
    done = lately(administrator)
    assert re.search(r"key 1 was created for.*>by operator", done)
    assert re.search(r"was handed in.*>by key-2", done)
    assert ">by key-1" not in done


def test_where_administrators_did_nothing_lately_it_is_said_how_far_back_that_is(administrator, monkeypatch):
    monkeypatch.setattr(overview, "_SCANNED", 0)
    assert 'Nothing in the last 0\xa0events. <a href="/events">The log</a>' in lately(administrator)


def test_what_came_of_it_by_itself_is_not_what_an_administrator_did(administrator, client, admin):
    client.post("/api/v1/composites/bulk", json=[{"number": "2^67-1"}, {"number": "3*5*7*(2^67-1)"}], headers=admin)
    done = lately(administrator)
    assert done.count("was handed in") == 2
    assert "division by small primes" not in done
    assert "division by small primes" in administrator.get("/events?show=all").text

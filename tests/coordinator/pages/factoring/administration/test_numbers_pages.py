"""What administrators change about a number: what is wanted of it, and where it stands."""

import re

from tests.coordinator.pages.conftest import banner

PRIME = 10**9 + 7
SPLIT = PRIME * (10**29 + 319) * (10**30 + 57)


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
    assert banner(refused) == "priority is 'high'; a whole number is accepted."


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
    assert "There are no numbers yet." in administrator.get("/admin/numbers").text
    assert re.search(r'class="is dash">deleted<', administrator.get(f"/composites/{number}").text)


def test_a_form_that_is_sent_as_its_page_showed_it_asks_for_nothing(administrator, client, hand_in, last_event):
    client.post("/api/v1/composites/bulk", json=[{"number": str(SPLIT), "target_t_level": 30}])
    hand_in(SPLIT, factors_found=[{"factor": str(PRIME)}])
    before = last_event()["position"]
    page = administrator.get("/admin/numbers/1").text
    for form in ("wanted", "shelf"):
        answer = administrator.post(f"/admin/numbers/1/{form}", fields_of(page, form))
        assert banner(answer) == "Nothing had to be changed.", form
    assert last_event()["position"] == before


def test_only_what_was_changed_in_a_form_is_asked_for(administrator, client, number):
    page = administrator.get(f"/admin/numbers/{number}").text
    administrator.post(f"/admin/numbers/{number}/wanted", {"priority": "9"})
    administrator.post(f"/admin/numbers/{number}/wanted", fields_of(page, "wanted") | {"target": "33"})
    (shown,) = client.get("/api/v1/composites").json()["composites"]
    assert (shown["priority"], shown["target_t_level"]) == (9, 33), "another had changed its priority meanwhile"


def fields_of(page, form):
    """Return what stands in the fields of a form, as a browser would send it."""
    html = re.search(rf'(?s)<form [^>]*action="/admin/numbers/\d+/{form}".*?</form>', page)[0]
    inputs = [dict(re.findall(r'(\w+)="([^"]*)"', tag)) | {"tag": tag} for tag in re.findall(r"<input [^>]*>", html)]
    return {one["name"]: one["value"] for one in inputs if one.get("type") != "radio" or " checked" in one["tag"]}

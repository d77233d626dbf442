"""What administrators change about a number: what is wanted of it, and where it stands."""

from tests.coordinator.pages.conftest import banner


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

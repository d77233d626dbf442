"""Shares and deadlines on their page."""


def test_weights_and_deadlines_are_set_and_what_can_not_be_is_refused(administrator, client):
    client.post("/api/v1/composites/bulk", json=[{"number": str((10**39 + 3) * (10**40 + 121)), "project": "a"}])
    before = administrator.get("/admin/shares").text
    assert "numbers come as if there were no projects, and no time is counted" in before
    assert before.count('data-label="Share"></td>') == before.count('data-label="CPU time"></td>') == 2
    done = administrator.post("/admin/shares", {"project": "a", "weight": "5", "deadline": "2099-01-01T10:00"})
    assert "recorded as" in done.text
    assert 'data-label="Share">0' in done.text
    assert "2099-01-01 10:00" in done.text
    shown = administrator.get("/projects/1").text
    assert "weight 5; to be done by <time" in shown
    assert "1 Jan 2099, 10:00 UTC" in shown
    assert "2099" not in administrator.post("/admin/shares", {"project": "a", "endless": "yes"}).text.split("<form")[0]
    nothing = administrator.post("/admin/shares", {"project": "a", "weight": "", "deadline": ""})
    assert (nothing.status_code, "Neither weight nor deadline is given" in nothing.text) == (400, True)
    refused = administrator.post("/admin/shares", {"project": "a", "weight": "0"})
    assert (refused.status_code, "weight is 0; a whole number" in refused.text) == (400, True)
    number = administrator.post("/admin/deadlines", {"number": "1", "deadline": "2099-02-01T10:00"})
    assert "2099-02-01 10:00" in number.text
    assert "No number has one" in administrator.post("/admin/deadlines", {"number": "1", "deadline": ""}).text

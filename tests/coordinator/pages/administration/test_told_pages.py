"""Webhooks and shares on their pages: made, sent again, ended; and sentences where something can't be."""

import re
from html import unescape

PUBLIC = "https://1.1.1.1/hook"


def test_somebody_is_told_of_nothing_that_happens_here(administrator):
    """An address that is public, and types of which nothing is recorded: nothing is sent."""
    made = administrator.post("/admin/webhooks", {"url": PUBLIC, "types": "simulations, counting.job_failed"})
    secret = re.search(r"whsec_[\w+/=]+", made.text)[0]
    shown = administrator.get("/admin/webhooks").text
    assert secret not in shown
    assert PUBLIC in shown
    assert "simulations, counting.job_failed" in shown
    again = administrator.post("/admin/webhooks/1/again", {"position": ""})
    assert "recorded as" in again.text
    renewed = administrator.post("/admin/webhooks/1/secret", {"at_once": "true"})
    assert "Subscription 1 has another secret." in renewed.text
    assert re.search(r"whsec_[\w+/=]+", renewed.text)[0] != secret
    unsure = administrator.post("/admin/webhooks/1/end", {})
    assert "tick the box" in unsure.text
    ended = administrator.post("/admin/webhooks/1/end", {"confirmed": "yes"})
    assert "by an administrator" in ended.text
    assert "subscription 1 ended, by an administrator" in administrator.get("/events").text


def test_an_address_that_is_not_delivered_to_is_refused_with_what_was_filled_in(administrator):
    refused = administrator.post("/admin/webhooks", {"url": "http://192.168.1.1/hook", "project": "Fermat"})
    assert refused.status_code == 400
    assert "192.168.1.1 is of no public network" in unescape(refused.text)
    assert 'value="http://192.168.1.1/hook"' in refused.text
    assert 'value="Fermat"' in refused.text


def test_weights_and_deadlines_are_set_and_what_can_not_be_is_refused(administrator, client):
    client.post("/api/v1/composites/bulk", json=[{"number": str((10**39 + 3) * (10**40 + 121)), "project": "a"}])
    assert "numbers come as if there were no projects" in administrator.get("/admin/shares").text
    done = administrator.post("/admin/shares", {"project": "a", "weight": "5", "deadline": "2099-01-01T10:00"})
    assert "recorded as" in done.text
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

"""Webhooks on their page: made, sent again, ended; and a sentence where one can't be."""

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

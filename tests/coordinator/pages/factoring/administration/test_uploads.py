"""Numbers that administrators upload: first what would happen, then, when it is confirmed, they are taken."""

import re

from core.factoring.events.numbers import CompositeSubmitted
from tests.coordinator.pages.factoring.administration.conftest import P20, P21


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

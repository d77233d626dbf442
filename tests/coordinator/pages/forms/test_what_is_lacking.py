"""A form that can't be taken because the system lacks something comes back with what was filled in, as any refused one does."""

import errno
import os
import re

import pytest

from coordinator.files import durable
from coordinator.http.admission.sessions import Sessions
from coordinator.intake import uploads
from coordinator.pages.access import joining
from coordinator.unavailable import Doubtful
from tests.browser.written import forms_of

NUMBER = str((10**39 + 3) * (10**40 + 121))
PAGE = {"Accept": "text/html"}


@pytest.mark.parametrize(
    ("lack", "status"),
    [(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 503), (MemoryError(), 503), (KeyError(), 500)],
)
def test_a_list_that_there_is_no_room_for_comes_back(client, monkeypatch, lack, status):
    def rename(_partial, path):
        if lacking:
            raise lack
        durable.rename_durably(_partial, path)

    lacking = True
    monkeypatch.setattr(uploads, "rename_durably", rename)
    answer = client.post("/submit", data={"text": NUMBER}, headers=PAGE, follow_redirects=False)
    assert (answer.status_code, NUMBER in answer.text) == (status, status == 503)
    if isinstance(lack, OSError):
        assert "No space left on device" in answer.text
    lacking = False
    assert client.post("/submit", data={"text": NUMBER}, headers=PAGE, follow_redirects=False).status_code == 303


@pytest.fixture
def link(administrator, client):
    """The link of an invitation."""
    made = administrator.post("/admin/invitations", {"roles": ["work"], "user": "carol"})
    return re.search(r"/join/[\w-]+", made.text)[0]


@pytest.mark.parametrize("recorded", [True, False])
def test_an_invitation_that_may_have_been_accepted_is_accepted_from_the_same_page(
    administrator, link, monkeypatch, recorded
):
    accepted, told = joining.accepted, []

    async def lost(*arguments, **said):
        if recorded:
            await accepted(*arguments, **said)
        raise Doubtful("The session with PostgreSQL is lost.")

    def send(page):
        return administrator.client.post(link, data=forms_of(page.text)[-1].fields, headers=PAGE)

    with monkeypatch.context() as patch:
        patch.setattr(joining, "accepted", lost)
        told.append(send(administrator.get(link)))
        told.append(send(told[0]))
    for refused in told:
        assert refused.status_code == 503
        assert "may have been recorded or not; send it again from this page as it is" in refused.text
    made = send(told[-1])
    assert (made.status_code, send(told[0]).text.count("ts_")) == (200, made.text.count("ts_"))
    (key,) = set(re.findall(r"ts_[\w-]{43}", made.text))
    assert key in send(told[0]).text


@pytest.mark.parametrize(
    ("lack", "status"), [(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 503), (KeyError(), 500)]
)
def test_an_invitation_and_a_key_that_there_is_no_room_for_get_their_page_again(
    visitor, administrator, link, monkeypatch, lack, status
):
    def full(*_, **__):
        raise lack

    monkeypatch.setattr(joining, "accepted", full)
    monkeypatch.setattr(Sessions, "open", full)
    for path, fields in (link, {}), ("/admin/login", {"key": "x", "next": "/admin/users"}):
        answer = visitor.client.post(path, data=fields, headers=PAGE)
        again = [form for form in forms_of(answer.text) if form.action == path]
        assert (answer.status_code, len(again)) == (status, status == 503)
        if status == 503:
            assert "No space left on device" in answer.text
            assert fields.get("next") == again[0].fields.get("next")

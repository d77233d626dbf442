"""A browser without a window: it asks for HTML, keeps cookies, follows where it is led, and fills in forms."""

import re
from html import unescape

import pytest

from tests.coordinator.http import conftest as http

surroundings = http.surroundings
serving_in, serving = http.serving_in, http.serving
client, admin_key, admin = http.client, http.admin_key, http.admin
hand_in = http.hand_in

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Visitor:
    """Somebody with a browser."""

    def __init__(self, client):
        self.client = client

    def get(self, path, **options):
        """Go to an address."""
        return self.client.get(path, headers=HTML | options.pop("headers", {}), **options)

    def post(self, path, fields=None, *, token=True, **options):
        """Send a form, with the token of the browser's session when it has one."""
        fields = dict(fields or {})
        if token and (found := re.search(r'name="token" value="([^"]*)"', self.get("/admin/keys").text)):
            fields.setdefault("token", found[1])
        return self.client.post(path, data=fields, headers=HTML | options.pop("headers", {}), **options)

    def sign_in(self, key, **options):
        """Sign in with a key."""
        return self.client.post("/admin/login", data={"key": key, **options}, headers=HTML)


def banner(answer):
    """Return what the banner of a page says."""
    return unescape(re.search(r'<p class="banner [^"]*" role="\w+"[^>]*>(.*?)</p>', answer.text, re.DOTALL)[1])


@pytest.fixture
def browsing():
    """What gives a client a browser's manners."""
    return Visitor


@pytest.fixture
def visitor(client):
    """Somebody who has not signed in."""
    return Visitor(client)


@pytest.fixture
def administrator(visitor, admin_key):
    """Somebody who has."""
    assert visitor.sign_in(admin_key).status_code == 200
    return visitor


@pytest.fixture
def last_event(client):
    """A function that returns the newest event of the log, of a type when one is given."""

    def last_event(kind=None):
        head = client.get("/health").json()["log"]["position"]
        for position in range(head, 0, -1):
            event = client.get(f"/api/v1/events/{position}").json()
            if kind in (None, event["type"]):
                return event
        raise AssertionError(f"there is no {kind}")

    return last_event

"""What a live page says that changes with the log stands in its regions: elsewhere it would be wrong after the next event."""

import json
import re
from html.parser import HTMLParser

import pytest

from coordinator.pages.contents import contents
from coordinator.pages.serving.pages import Pages
from coordinator.server.contexts import CONTEXTS
from tests.browser.seeded import compute, count, seed, share, simulate

QUERIES = {"/search": "?q=1", "/federation/agent": "?id={agent}"}
PATHS = [
    page.path + QUERIES.get(page.path, "")
    for page in contents([context.pages for context in CONTEXTS]).pages
    if page.role == "read"
]
FOLLOWED = re.compile(r'id="live_\w+"(?! data-everywhere)')
VOID = {"meta", "link", "input", "br", "hr", "img"}


class Outside(HTMLParser):
    """Reads what a page says outside its regions, and where no script keeps it as new as the log."""

    def __init__(self, page):
        super().__init__()
        self._around, self.said = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        kept = (
            tag in {"time", "output"}
            or {"data-count", "data-shown"} & named.keys()
            or named.get("id", "").startswith("live_")
        )
        if tag not in VOID:
            self._around.append((tag, bool(kept)))

    def handle_endtag(self, tag):
        while self._around and self._around.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not any(kept for _, kept in self._around):
            self.said.append(data.strip())


def pause(client, admin):
    client.post(
        "/api/v1/admin/pause", json={"of": "everything", "reason": "Moving house."}, headers=admin
    ).raise_for_status()


@pytest.fixture
def client(serving):
    """A client of a coordinator with machines, on which simulations are run."""
    with serving(seed_machines=True) as client:
        yield client


@pytest.fixture
def unfollowed(client, visitor, admin):
    """A function that returns what every live page says outside its regions."""
    values = seed(client) | {"user": "user-1"}
    client.post(
        "/api/v1/admin/invitations", json={"roles": ["work"], "user": "A user"}, headers=admin
    ).raise_for_status()

    def unfollowed():
        shown = {path: visitor.get(path.format(**values)).text for path in PATHS}
        return {path: Outside(page).said for path, page in shown.items() if FOLLOWED.search(page)}

    return unfollowed


def test_outside_its_regions_a_page_says_nothing_that_changes_with_the_log(unfollowed, client, admin):
    before = unfollowed()
    assert len(before) > 20
    client.post("/api/v1/composites/bulk", json=[{"number": f"2^{n}-1", "project": f"P{n}"} for n in (101, 103, 113)])
    for name in ("one", "two"):
        work = client.get("/api/v1/work/request", params={"client_id": name}).json()["work_id"]
        client.post(
            "/api/v1/results/ecm",
            json={"work_assignment_id": work, "client_id": name, "curves_completed": 1, "b1": 2000, "sigmas": ["77"]},
        )
    client.post("/api/v1/composites/2/factors", json={"factor": str(10**19 + 51), "client_id": "one"}, headers=admin)
    count(client), simulate(client), compute(client), share(client, agent="another")
    pause(client, admin)
    after = unfollowed()
    changed = {path: [words for words in page if words not in before[path]] for path, page in after.items()}
    assert {path: words for path, words in changed.items() if words} == {}


def test_a_page_that_is_open_says_what_has_been_paused(client, admin):
    pages, node = client.app.state.shared.the(Pages), client.app.state.shared.node
    changes = pages.follow(node, "/composites", "http://testserver", frozenset({"read"}))
    pause(client, admin)
    with client.portal() as portal:
        frame = portal.call(changes.frame, 0, node.position).body.decode()
    assert "Moving house" in json.loads(frame.partition("data: ")[2])["live_banners"]

"""A view that has stopped is said on every page, with where and why."""

import sqlite3

from coordinator.pages.contents import contents
from coordinator.server.contexts import CONTEXTS
from projections.runtime import checkpoint
from projections.runtime.checkpoint import Degraded

SITE = contents([context.pages for context in CONTEXTS])
OPEN_TO_ALL = [page.path for page in SITE.pages if page.role == "read" and "{" not in page.path]


def test_every_page_says_which_view_has_stopped_where_and_why(client, visitor):
    directory = client.app.state.shared.node.directory
    with sqlite3.connect(directory / "projections" / "counting.db") as connection:
        checkpoint.degrade(connection, Degraded("jobs", 7, "KeyError: '<b>'"))
    connection.close()
    for path in OPEN_TO_ALL:
        page = visitor.get(path)
        if page.status_code == 200:
            assert page.text.count("The view jobs stopped</b> at event") == 1, path
            assert "KeyError: &#39;&lt;b&gt;&#39;" in page.text, path


def test_a_view_that_stops_is_said_from_the_event_on_at_which_it_did(client, visitor):
    directory = client.app.state.shared.node.directory
    assert "stopped</b> at event" not in visitor.get("/tasks").text
    with sqlite3.connect(directory / "projections" / "counting.db") as connection:
        checkpoint.degrade(connection, Degraded("jobs", 2, "it can't be told"))
    connection.close()
    client.post("/api/v1/composites/bulk", json=["2^151-1"])
    assert "The view jobs stopped</b> at event" in visitor.get("/tasks").text

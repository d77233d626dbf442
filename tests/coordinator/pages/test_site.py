"""Where templates are compiled and rendered."""

import asyncio
import threading

from jinja2 import DictLoader

from coordinator.pages.serving import Pages
from coordinator.pages.site import Navigation, Site
from coordinator.settings import Settings


def test_a_template_is_compiled_in_a_thread_and_does_not_hold_up_the_event_loop(tmp_path):
    loader = DictLoader(
        {
            "whole.html": "{% extends 'frame.html' %}{% block a %}{{ note() }}{% endblock %}",
            "frame.html": "<{% block a %}{% endblock %}>",
        }
    )
    site = Site(Navigation((), ()), [loader], Settings(data_dir=tmp_path))
    rendered = []

    def note():
        rendered.append(threading.get_ident())
        return len(rendered)

    async def twice():
        return [await site.write("whole.html", {"note": note}) for _ in range(2)], threading.get_ident()

    written, loop = asyncio.run(twice())
    assert written == ["<1>", "<2>"]
    assert rendered[0] != loop
    assert rendered[1] == loop


def test_what_changes_on_a_page_names_the_origin_under_which_it_is_looked_at(client):
    client.post("/task", json={"a": 1, "b": 2})
    shared = client.app.state.shared
    followed = [
        shared.the(Pages).follow(shared.node, "/tasks", origin, frozenset({"read"}))
        for origin in ("http://evil.example", "http://127.0.0.1")
    ]
    with client.portal() as portal:
        frames = [portal.call(one.frame, 0, shared.node.end).body.decode() for one in followed]
    assert ["http://evil.example" in frame for frame in frames] == [True, False]
    assert ["http://127.0.0.1" in frame for frame in frames] == [False, True]

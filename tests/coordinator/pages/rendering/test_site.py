"""Where templates are compiled and rendered."""

import asyncio
import re
import threading

from jinja2 import DictLoader

from coordinator.pages.rendering.navigation import Navigation
from coordinator.pages.rendering.site import STATIC, Address, Page, Part, Site, _environment, compile_templates
from coordinator.pages.serving.pages import Pages
from coordinator.setup.settings import Settings

_ASKED = ("own", "first", "second", "counted")


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


def test_what_is_compiled_beforehand_is_not_compiled_for_who_looks(client):
    shared = client.app.state.shared
    templates = shared.the(Pages).site._templates
    with client.portal() as portal:
        portal.call(compile_templates, templates)
    environment = _environment(templates, past=False)
    assert {name for _, name in environment.cache} == set(environment.list_templates())


def test_all_that_a_page_shows_is_asked_for_at_once(client):
    shared = client.app.state.shared
    site, waiting, node = shared.the(Pages).site, asyncio.Event(), shared.node
    begun = []

    def model(name, told):
        async def shown(*_):
            begun.append(name)
            if len(begun) == len(_ASKED):
                waiting.set()
            await waiting.wait()
            return told

        return shown

    parts = tuple(Part("/", model(name, {name: 1})) for name in ("first", "second"))
    page = Page("/", "overview.html", model("own", {"own": 1}), "/", parts=parts)
    counting = Site(Navigation((), [("", model("counted", {"/": 1}))]), (), site._settings)

    async def asked():
        async with asyncio.timeout(20):
            return await counting.context(page, node, Address("/", {}, {}, ""))

    with client.portal() as portal:
        context = portal.call(asked)
    assert {"own", "first", "second"} <= context.keys()
    assert context["side_counts"] == {"/": 1}


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


def test_cpu_time_is_told_as_work_wherever_it_stands():
    told = {
        template.name: re.findall(r"\b(\w*(?:cpu|spent|pace)\w*[^|{}]*\|[^}]*\bduration)\b", template.read_text())
        for template in STATIC.with_name("templates").rglob("*.html")
    }
    assert {name: found for name, found in told.items() if found} == {}

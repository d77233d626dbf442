"""The application without one of its contexts, and with one more that nobody has heard of: nothing else changes."""

import csv
import io
import sqlite3
from contextlib import closing
from typing import ClassVar

import msgspec
import pytest
from jinja2 import DictLoader
from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from litestar.testing import TestClient

from coordinator.http.bulk.ingest import Ingest, Item
from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.responses.receipts import answered
from coordinator.http.responses.tables import Table
from coordinator.node import Node
from coordinator.operations.upkeep.replacing import Lookout
from coordinator.pages.contents import contents
from coordinator.pages.contributing.contribution import Contribution, Hit, Queue
from coordinator.pages.forms.posting import Form
from coordinator.pages.rendering.navigation import Section
from coordinator.pages.rendering.site import Page, Part
from coordinator.pages.serving.pages import Pages
from coordinator.projecting.opening import path_of
from coordinator.server import application
from coordinator.server.application import build_app
from coordinator.server.contexts import CONTEXTS, BoundedContext, Going
from coordinator.setup.settings import Settings
from core.deciding import Answer, Command, Context
from core.events.envelope import NewEvent
from core.events.fact import Fact
from core.refusals import Conflict
from projections.runtime.answers import Answers
from projections.runtime.projection import Projection

HTML = {"Accept": "text/html"}
ALWAYS = ("clients", "access", "steering")


def serving(directory, contexts):
    app = build_app(Settings(data_dir=directory), contexts)
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


def names(contexts):
    return {context.projection.name for context in contexts}


@pytest.fixture(params=CONTEXTS, ids=lambda context: context.projection.name, scope="module")
def without(request, tmp_path_factory):
    """A context, and a coordinator that does without it."""
    others = [context for context in CONTEXTS if context is not request.param]
    directory = tmp_path_factory.mktemp("without")
    with serving(directory, others) as client:
        yield request.param, others, directory, client


def test_every_page_that_is_left_is_shown(without):
    _, others, _, client = without
    assert client.post("/api/v1/events", json=[]).status_code == 200
    site = contents([context.pages for context in others])
    for page in site.pages:
        if "{" not in page.path and page.role == "read" and page.path != "/federation/agent":
            shown = client.get(page.path, headers=HTML)
            assert shown.status_code == 200, (page.path, shown.text)
    left = {section.path for context in others for section in context.pages.sections}
    assert {section.path for section in site.navigation.sections} == {
        *left,
        *("/", "/workers", "/join", "/events", "/audit"),
    }


def test_nothing_of_it_is_there(without):
    gone, others, directory, client = without
    name = gone.projection.name
    for page in gone.pages.pages:
        if page.role == "read" and "{" not in page.path:
            assert client.get(page.path, headers=HTML).status_code == 404, page.path
    for kind in gone.ingests:
        item = {"type": kind.name, "id": "1", "client_id": "c"}
        assert f"type is '{kind.name}'" in client.post("/api/v1/events", json=[item]).text
    assert not path_of(directory, name).exists()
    assert {path.stem for path in path_of(directory, name).parent.glob("*.db")} == {*ALWAYS, *names(others)}
    paths = client.get("/openapi.json").json()["paths"]
    assert client.get("/openapi.json").status_code == 200
    routers = [router for router in gone.routers if isinstance(router, Router)]
    assert not [path for router in routers for path in (route.path for route in router.routes) if path in paths]


@pytest.mark.parametrize("address", ["/health", "/metrics", "/search?q=1", "/workers?as=json", "/audit?as=json"])
def test_what_tells_of_all_tells_of_the_others(without, address):
    _, others, _, client = without
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    if "audit" in address:
        assert {one["name"] for one in answer.json()["projections"]} == {*ALWAYS, *names(others)}


def test_results_come_in_at_addresses_that_there_are(tmp_path):
    with serving(tmp_path, CONTEXTS) as client:
        paths = client.get("/openapi.json").json()["paths"]
    results = [route for context in CONTEXTS for route in context.results]
    assert results
    assert [route for route in results if "post" not in paths.get(route, {})] == []


class LampLit(Fact, frozen=True):
    type = "lamps.lamp_lit.v1"
    lamp: str
    client: int


class Light(Command, frozen=True):
    context: ClassVar = "lamps"
    lamp: str


class LampAnswer(Answer, frozen=True, tag="lamp"):
    lamp: str


class LampsState(Answers):
    """Which lamps burn."""

    def burns(self, lamp):
        return self.connection.execute("SELECT 1 FROM lamps WHERE lamp = ?", (lamp,)).fetchone() is not None

    def apply(self, event):
        if isinstance(event.fact, LampLit):
            self.connection.execute("INSERT INTO lamps VALUES (?, ?)", (event.fact.lamp, event.position))

    def flush(self):
        pass


def decide(command, asking, state):
    if state.burns(command.lamp):
        raise Conflict(f"The lamp {command.lamp!r} burns already.")
    return [NewEvent(f"lamp-{command.lamp}", LampLit(lamp=command.lamp, client=asking.client))]


class LampShown(msgspec.Struct):
    lamp: str
    position: int


class NewLamp(msgspec.Struct):
    lamp: str


def burning(connection: sqlite3.Connection) -> list[LampShown]:
    return [LampShown(*row) for row in connection.execute("SELECT lamp, position FROM lamps ORDER BY lamp")]


@get("/lamps/all", guards=[needs("read")])
async def list_lamps(node: NamedDependency[Node]) -> list[LampShown]:
    """List the lamps that burn."""
    return await node.readers["lamps"].query(burning)


@post("/lamps/all", guards=[needs("submit")])
async def light(request: AnyRequest, data: JSONBody[NewLamp]) -> Response[LampAnswer]:
    """Light a lamp."""
    outcome = await perform(request, Light(lamp=data.lamp))
    return answered(outcome, outcome.answer)


class LampItem(Item, frozen=True, kw_only=True):
    lamp: str


async def show(node, _):
    lamps = await node.readers["lamps"].query(burning)
    return {"lamps": lamps, "tables": (Table("lamps", LampShown, lamps),)}


async def search(node, text):
    lamps = await node.readers["lamps"].query(burning)
    return [Hit("lamp", one.lamp, "/lamps") for one in lamps if text in one.lamp]


async def queues(node):
    return [Queue("wicks to trim", len(await node.readers["lamps"].query(burning)), 0, "/lamps")]


async def light_from_form(sent):
    await sent.perform(Light(lamp=sent.fields["lamp"]))
    return "/lamps"


LIVES = []


async def life(_, stack):
    LIVES.append("begins")
    stack.callback(LIVES.append, "ends")

    async def go_on():
        LIVES.append("goes on")

    return Going(here=(go_on,))


TEMPLATES = {
    "lamps.html": '{% extends "layout.html" %}{% block main %}<h1>Lamps</h1><div id="live_lamps">'
    "{% block live_lamps %}{% for one in lamps %}<p>{{ one.lamp }}</p>{% endfor %}{% endblock %}</div>{% endblock %}",
    "lamps_part.html": '<div id="live_lit">{% block live_lit %}{{ lamps | length }} lamps burn{% endblock %}</div>',
}
LAMPS = BoundedContext(
    projection=Projection(
        Context(
            name="lamps",
            facts=(LampLit,),
            decisions={Light: decide},
            answer=lambda events, _: LampAnswer(lamp=events[-1].fact.lamp),
            answers=(LampAnswer,),
        ),
        1,
        frozenset({"lamps"}),
        "CREATE TABLE lamps (lamp TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;",
        LampsState,
        (),
    ),
    routers=(Router("/", route_handlers=[list_lamps, light]),),
    ingests=(Ingest("lamps.lamp_lit", LampItem, lambda item, _: Light(lamp=item.lamp)),),
    pages=Contribution(
        sections=(Section("/lamps", "Lamps", "z"),),
        pages=(Page("/lamps", "lamps.html", show, "/lamps"),),
        forms=(Form("/lamps", "/lamps", light_from_form, "submit"),),
        parts=(Part("/", show, body="lamps_part.html"),),
        templates=DictLoader(TEMPLATES),
        sentences={LampLit: "{client} lit the lamp {lamp}"},
        search=search,
        queues=queues,
    ),
    life=life,
)


@pytest.fixture
def lit(tmp_path):
    """A coordinator with lamps, two of which burn, one of them from the bulk address, and one from a form."""
    LIVES.clear()
    with serving(tmp_path, [*CONTEXTS, LAMPS]) as client:
        assert client.post("/lamps/all", json={"lamp": "<east>"}).json() == {"answer": "lamp", "lamp": "<east>"}
        item = {"type": "lamps.lamp_lit", "id": "1", "client_id": "keeper", "lamp": "west"}
        (result,) = client.post("/api/v1/events", json=[item]).json()["results"]
        assert result["status"] == "accepted"
        assert client.post("/lamps", data={"lamp": "north"}, headers=HTML).url.path == "/lamps"
        yield client


def test_a_context_more_takes_commands_and_shows_what_came_of_them(lit):
    assert lit.post("/lamps/all", json={"lamp": "west"}).status_code == 409
    rows = list(csv.DictReader(io.StringIO(lit.get("/lamps/all?format=csv").text)))
    assert [row["lamp"] for row in rows] == ["<east>", "north", "west"]
    assert lit.get("/lamps?format=json").json()["lamps"] == lit.get("/lamps/all").json()
    assert "<p>&lt;east&gt;</p>" in lit.get("/lamps", headers=HTML).text
    assert "/lamps/all" in lit.get("/openapi.json").json()["paths"]


def test_it_has_its_part_of_the_pages_that_belong_to_all(lit):
    overview = lit.get("/", headers=HTML).text
    assert "3 lamps burn" in overview
    assert "lit the lamp &lt;east&gt;" in overview
    assert '">keeper</a> lit the lamp west' in overview
    assert 'href="/lamps" data-key="z"' in overview
    west = {"kind": "lamp", "name": "west", "address": "/lamps", "about": ""}
    assert west in lit.get("/search?q=west&as=json").json()["found"]
    queues = lit.get("/workers?as=json&of=queues").json()["queues"]
    assert {"work": "wicks to trim", "waiting": 3, "held": 0, "address": "/lamps"} in queues
    assert {queue["work"] for queue in queues} >= {"composites", "tasks"}
    event = lit.get("/lamps/all").json()[0]["position"]
    assert "lit the lamp" in lit.get(f"/events/{event}", headers=HTML).text
    assert "every hash is right" in lit.get("/audit", headers=HTML).text


def test_its_part_is_live(lit):
    shared = lit.app.state.shared
    pages, node = shared.the(Pages), shared.node
    changes = pages.follow(node, "/", "http://testserver", frozenset({"read"}))
    with lit.portal() as portal:
        frame = portal.call(changes.frame, 0, node.position)
    assert b"3 lamps burn" in frame.body
    assert b"live_figures" in frame.body


def test_it_lives_as_long_as_the_application(tmp_path):
    LIVES.clear()
    with serving(tmp_path, [LAMPS]) as client:
        assert client.get("/", headers=HTML).status_code == 200
        assert LIVES == ["begins", "goes on"]
    assert LIVES == ["begins", "goes on", "ends"]


def test_its_tables_are_built_anew_from_the_log(tmp_path):
    with serving(tmp_path, [*CONTEXTS, LAMPS]) as client:
        client.post("/lamps/all", json={"lamp": "east"})
        before = client.get("/lamps/all").json()
    path_of(tmp_path, "lamps").unlink()
    with serving(tmp_path, [LAMPS, *CONTEXTS]) as client:
        assert client.get("/lamps/all").json() == before


@pytest.mark.parametrize("name", ["factoring", "counting"])
def test_pages_that_belong_to_all_show_the_rest_while_a_context_is_built_anew(tmp_path, monkeypatch, name):
    app = build_app(Settings(data_dir=tmp_path))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        submitted = {"type": "factoring.composite_submitted", "id": "1", "client_id": "ada", "number": "2^101-1"}
        assert client.post("/api/v1/events", json=[submitted]).json()["results"][0]["status"] == "accepted"
    with closing(sqlite3.connect(path_of(tmp_path, name), isolation_level=None)) as connection:
        connection.execute("UPDATE checkpoint SET version = version - 1")
    monkeypatch.setattr(application, "LONG", 1)
    monkeypatch.setattr(application, "build_withheld", lambda _: None)
    monkeypatch.setattr(Lookout, "_build", lambda *_: None)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        for address in ("/", "/search?q=2", "/workers", "/events", "/events/2"):
            shown = client.get(address, headers=HTML)
            assert (shown.status_code, f"Nothing of {name} is shown" in shown.text) == (200, True), address
        assert ("Factors found" in client.get("/", headers=HTML).text) is (name != "factoring")
        assert "Nothing fits of what can be searched" in client.get("/search?q=nothing+so", headers=HTML).text
        if name == "factoring":
            assert "data-passing" in client.get("/composites", headers=HTML).text
            assert "data-passing" not in client.post("/submit", data={"text": "7"}, headers=HTML).text

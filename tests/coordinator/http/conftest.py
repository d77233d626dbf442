"""A coordinator behind its HTTP door, in this process; whatever it answers is held to its own description."""

import asyncio
import inspect
import json
from collections import defaultdict
from contextlib import closing, contextmanager
from functools import partial

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace

from coordinator.log.sqlite import SqliteEventLog
from coordinator.server.application import build_app
from coordinator.server.contexts import CONTEXTS
from coordinator.setup.settings import Settings
from core.contexts import registry
from tests.described import Description
from tests.desks import THROUGH_A_DESK, through_a_desk
from tests.waiting import PATIENCE_SECONDS

ADMIN_KEY = "open-sesame"


@pytest.fixture(scope="module", autouse=True)
def surroundings():
    """A known admin key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TALLYSTICK_ADMIN_KEY_FILE", raising=False)
        patch.setenv("TALLYSTICK_ADMIN_KEY", ADMIN_KEY)
        yield


@pytest.fixture
def admin_key():
    """The key that opens everything."""
    return ADMIN_KEY


@pytest.fixture
def admin(admin_key):
    """The header that brings it."""
    return {"X-Admin-Key": admin_key}


class Applications:
    """Applications by their routes, each for one coordinator after the other: to put one together takes long."""

    def __init__(self):
        self._idle = defaultdict(list)
        self._descriptions = {}

    @contextmanager
    def serving(self, directory, *, contexts=CONTEXTS, routers=None, ingests=(), **settings):
        """Serve a directory with these settings, and with these routes and items in place of the contexts'.

        Yields a client; its `in_loop` calls a function where the node lives.
        """
        settings = Settings(**{"data_dir": directory, **settings})
        if routers is not None:
            first, *others = (replace(context, routers=(), ingests=()) for context in contexts)
            contexts = (replace(first, routers=tuple(routers), ingests=tuple(ingests)), *others)
        idle = self._idle[tuple(map(id, contexts)) if routers is None else (*routers, *ingests), settings.cors_origins]
        if THROUGH_A_DESK:
            settings = replace(settings, desks=1)
        apps = [idle.pop() if idle else build_app(settings, contexts) for _ in range(2 if THROUGH_A_DESK else 1)]
        for app in apps:
            app.state.settings = settings
        options = {"base_url": "http://127.0.0.1", "raise_server_exceptions": False}
        with _through_a_desk(settings, *apps, **options) if THROUGH_A_DESK else _at_once(*apps, **options) as client:
            if routers is None:
                client.event_hooks["response"].append(partial(self._hold, apps[0]))
            yield client
        _read_again(directory)
        idle.extend(apps)

    def _hold(self, app, response):
        if app not in self._descriptions:
            self._descriptions[app] = Description(
                json.loads(asyncio.run(app.dependencies["api_description"].dependency()))
            )
        if "text/event-stream" not in response.headers.get("content-type", ""):
            response.read()
            fault = self._descriptions[app].fault_of(response)
            assert fault is None, f"{response.request.method} {response.request.url}: {fault}"


@contextmanager
def _at_once(app, **options):
    with TestClient(app, **options) as client:
        client.in_loop = client.blocking_portal.call
        yield client


@contextmanager
def _through_a_desk(settings, *apps, **options):
    with through_a_desk(settings, *apps, **options) as (client, loop):

        def in_loop(function, *arguments):
            async def call():
                called = function(*arguments)
                return await called if inspect.isawaitable(called) else called

            return asyncio.run_coroutine_threadsafe(call(), loop).result(PATIENCE_SECONDS)

        client.in_loop = in_loop
        yield client


def _read_again(directory):
    """Read all that was recorded, unless it is of a version to come: what nobody can read would end every fold after this one."""
    known = registry()
    with closing(SqliteEventLog(directory / "log.db", read_only=True)) as log:
        for row in log.read(0, log.head().position):
            if row.type in known.facts:
                known.fact(row.type, row.data)


@pytest.fixture(scope="session")
def serving_in():
    """What serves an application in a directory, with the settings and routes that it is given."""
    return Applications().serving


@pytest.fixture
def serving(serving_in, tmp_path):
    """The same on a fresh directory."""
    return partial(serving_in, tmp_path)


@pytest.fixture
def client(serving):
    """A client of a coordinator as it comes."""
    with serving() as client:
        yield client


@pytest.fixture
def known(client):
    """A function that has a number on record, and returns what the coordinator says of it."""

    def submit(number, **fields):
        answer = client.post("/api/v1/composites/bulk", json=[{"number": str(number), **fields}])
        assert answer.status_code == 200, answer.text
        (composite,) = answer.json()["composites"]
        return composite

    return submit


@pytest.fixture
def ask(client):
    """A function that asks for work as the client of the ECM Coordination Middleware does."""

    def ask(client_id="alice", address="ecm-work", **wanted):
        answer = client.get(f"/api/v1/{address}", params={"client_id": client_id, **wanted})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


@pytest.fixture
def hand_in(client):
    """A function that hands in a step of the client's; fields of `parameters` and `results` are given by their names."""

    def hand_in(number, *, status=200, **fields):
        parameters = {"b1": 11000, "b2": None, "curves": 10, "parametrization": 1, "sigma": None}
        results = {"factor_found": None, "factors_found": None, "curves_completed": 10, "execution_time": 0.7}
        payload = {
            "composite": str(number),
            "project": None,
            "client_id": "alice-box1",
            "method": "ecm",
            "program": "gmp-ecm-ecm",
            "program_version": "unknown",
            "parameters": parameters,
            "results": results,
            "raw_output": "",
        }
        for name, value in fields.items():
            place = next((part for part in (parameters, results) if name in part), payload)
            place[name] = value
        answer = client.post("/api/v1/submit_result", json=payload)
        assert answer.status_code == status, answer.text
        return answer.json()

    return hand_in


@pytest.fixture
def standing(client):
    """A function that returns how a number stands."""

    def standing(number):
        answer = client.get(f"/api/v1/stats/{number}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    return standing

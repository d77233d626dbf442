"""`?as_of=`: what every address answered at a moment, it answers about that moment for ever."""

import itertools

import pytest

from coordinator.http.admission.door import ROLES_OPTION
from coordinator.http.past import knows_the_past
from coordinator.time.wallclock import now

P12, P16, P64 = 10**11 + 3, 10**15 + 37, 10**63 + 121
WHOLE = P16 * P64
ADDRESSES = (
    "/api/v1/composites",
    "/api/v1/composites/1",
    "/api/v1/composites?status=composite&search=1000",
    f"/api/v1/stats/{WHOLE}",
    "/api/v1/factors",
    "/api/v1/factors/1",
    "/api/v1/work/status/alice",
    "/api/v1/work/status/bob",
    "/api/v1/admin/composites/status",
    "/api/v1/admin/composites/1/details",
    "/api/v1/admin/composites/find?q=1000",
    "/api/v1/admin/keys",
    "/api/v1/projects",
    "/api/v1/events",
    "/api/v1/events?type=factoring&limit=3",
    "/api/v1/events/4",
    "/api/v1/streams/client-1",
    "/api/jobs",
    "/machines",
    "/simulations",
    "/simulations/1/detailed",
    "/convergence/1/graph",
    "/convergence/1/stream",
    "/pull",
    "/api/v1/federation/agents",
    "/api/v1/federation/agents/scout/history",
)
NOW_ONLY = {
    "/add",
    "/api/v1/admin/composites/recalculate-status",
    "/api/v1/admin/dashboard",
    "/api/v1/admin/login",
    "/api/v1/counting/work",
    "/api/v1/dashboard",
    "/api/v1/dashboard/composites/{number}/details",
    "/api/v1/dashboard/{page}",
    "/api/v1/ecm-work",
    "/api/v1/events/{position}/proof",
    "/api/v1/factors.atom",
    "/api/v1/health",
    "/api/v1/heads",
    "/api/v1/heads/key",
    "/api/v1/heads/latest",
    "/api/v1/heads/{position}",
    "/api/v1/heads/{position}/consistency",
    "/api/v1/log",
    "/api/v1/p1-work",
    "/api/v1/projects/{project}/factors.atom",
    "/api/v1/tasks/work",
    "/api/v1/uploads/{upload_id}",
    "/api/v1/work",
    "/api/v1/work/request",
    "/docs",
    "/docs/assets/{name}",
    "/favicon.ico",
    "/health",
    "/health/live",
    "/live",
    "/metrics",
    "/openapi.json",
    "/redoc",
    "/static/{fingerprint}/{name}",
    "/valkey_test",
    "/whoami",
}


def steps(client, admin):
    """Do something in every context; each element is one request, made when it is reached."""

    def ask(method, path, **options):
        answer = client.request(method, path, headers=admin, **options)
        assert answer.is_success, answer.text
        return answer.json()

    def complete(work):
        return ask("POST", "/api/v1/results/ecm", json={"work_assignment_id": work, "curves_completed": 3, "b1": 2000})

    yield ask("POST", "/api/v1/composites/bulk", json=[str(WHOLE), {"number": str(P12 * P64), "project": "cunningham"}])
    work = ask("GET", "/api/v1/work/request?client_id=alice")["work_id"]
    yield work
    reported = complete(work)
    yield reported
    found = {"factors_found": [{"factor": str(P16), "sigma": "1:3"}], "curves_completed": 4, "execution_time": 0.7}
    parameters = {"b1": 11000, "b2": None, "curves": 10, "parametrization": 1, "sigma": None}
    payload = {"composite": str(WHOLE), "client_id": "bob", "method": "ecm", "program": "gmp-ecm-ecm"}
    yield ask("POST", "/api/v1/submit_result", json={**payload, "parameters": parameters, "results": found})
    yield ask("POST", "/api/count-primes", json={"n": 100_000, "chunks": 2})
    machine = {"name": "m", "cpu": "i7", "gpu": "RTX 3080", "memory": 32, "status": "available"}
    yield ask("POST", "/machines/", json=machine)
    yield ask("POST", "/simulations/", json={"name": "s", "machine_id": 1})
    yield ask("POST", "/convergence/data", json={"simulation_id": 1, "loss_value": 0.5})
    summary = {"agent_id": "scout", "timestamp": "2026-01-01T10:00:00+00:00", "topic_counts": {"t": 1}}
    yield ask("POST", "/push", json={"summary": summary})
    yield ask("POST", "/push", json={"summary": {**summary, "topic_counts": {"t": 7}}})
    yield ask("POST", "/task", json={"a": 1, "b": 2})
    yield ask("POST", "/api/v1/admin/keys", json={"roles": ["read"], "label": "auditor"})
    yield ask("DELETE", f"/api/v1/admin/attempts/{reported['attempt_id']}?reason=mistaken")
    yield ask("POST", "/convergence/data", json={"simulation_id": 1, "loss_value": 0.25})


@pytest.fixture(scope="module")
def serving(serving_in, tmp_path_factory):
    with serving_in(tmp_path_factory.mktemp("past")) as client:
        yield client


@pytest.fixture(scope="module")
def admin_header():
    return {"X-Admin-Key": "open-sesame"}


@pytest.fixture(scope="module")
def history(serving, admin_header):
    """What every address answered after each step: position → address → (status, body)."""

    def position():
        return serving.get("/api/v1/events?limit=1").json()["head"]

    def look():
        """Look again when something was recorded meanwhile: reactors find out more about what was recorded."""
        while True:
            before = position()
            answers = {address: serving.get(address, headers=admin_header) for address in ADDRESSES}
            if position() == before:
                return before, {address: (answer.status_code, answer.json()) for address, answer in answers.items()}

    return dict(look() for _ in itertools.chain([None], steps(serving, admin_header)))


def as_of(address, moment):
    return f"{address}{'&' if '?' in address else '?'}as_of={moment}"


def without_times(body):
    """Leave out what says when it was asked: an answer to nobody's contribution bears the time of the asking.

    That nobody was there to do it is not known of the past.
    """
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name != "message"}
    if isinstance(body, dict) and body.get("contributing_agents") == 0:
        return body | {"last_updated": None}
    return body


def test_what_was_answered_then_is_answered_about_then(serving, admin_header, history):
    assert len(history) > 12
    for position, answers in history.items():
        for address, (status, body) in answers.items():
            answer = serving.get(as_of(address, position), headers=admin_header)
            assert answer.status_code == status, (position, address, answer.text)
            assert without_times(answer.json()) == without_times(body), (position, address)
            assert answer.headers["tallystick-position"] == str(position)


def test_a_time_means_the_newest_event_recorded_then(serving, history):
    *_, before, last = history
    time = serving.get(f"/api/v1/events/{before}").json()["recorded_at"]
    answer = serving.get(as_of("/api/v1/composites", time))
    assert answer.headers["tallystick-position"] == str(before)
    assert answer.headers["tallystick-time"] == time
    assert answer.json() == serving.get(as_of("/api/v1/composites", before)).json()
    assert before < last


def test_an_answer_about_the_past_is_kept_for_ever_once_its_words_can_mean_nothing_else(serving, history):
    end = max(history)
    for_ever = "private, max-age=31536000, immutable"
    assert serving.get(as_of("/api/v1/composites", end)).headers["cache-control"] == for_ever
    newest = serving.get(f"/api/v1/events/{end}").json()["recorded_at"]
    assert serving.get(as_of("/api/v1/composites", newest)).headers["cache-control"] == "no-cache"
    assert serving.get(as_of("/api/v1/factors/77", end)).headers["cache-control"] == "no-cache"
    assert "tallystick-time" not in serving.get("/api/v1/composites").headers


def test_before_a_correction_stands_what_was_believed_then(serving, history):
    first, *_, last = serving.get("/api/v1/streams/corrections").json()["events"]
    curves = {
        moment: serving.get(as_of(f"/api/v1/stats/{P12 * P64}", moment)).json()["ecm_work"]["total_curves"]
        for moment in (first["position"] - 1, last["position"] - 1, last["position"])
    }
    assert list(curves.values()) == [3, 3, 0]
    assert max(history) > last["position"]


def test_who_was_there_is_not_known_of_the_past(serving, history):
    for client in ("alice", "bob"):
        # Who is there is known for a minute, and the history may have taken longer.
        serving.app.state.shared.node.presence.seen(client, now(), "factoring")
    assert serving.get("/api/v1/stats/overview").json()["active_clients"] == 2
    assert serving.get(as_of("/api/v1/stats/overview", max(history))).json()["active_clients"] is None


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("0", "There is no event 0; the log holds events 1 to"),
        ("99999", "There is no event 99999; the log holds events 1 to"),
        (
            "-1",
            "as_of '-1' is not an ISO 8601 time such as 2026-11-22T09:48:31Z. The position of an event is accepted, too.",
        ),
        ("", "as_of '' is not an ISO 8601 time"),
        ("yesterday", "as_of 'yesterday' is not an ISO 8601 time"),
        ("2026-13-01", "as_of '2026-13-01' is not an ISO 8601 time"),
        ("2026-11-22T09:48.5Z", "as_of '2026-11-22T09:48.5Z' has a fraction of a minute or an hour; one of a second"),
        ("9" * 40, f"There is no event {'9' * 40}; the log holds events 1 to"),
        ("1990-01-01", "At 1990-01-01T00:00:00.000000Z nothing had been recorded; the first event was recorded at"),
        ("9998-01-01", "as_of 9998-01-01T00:00:00.000000Z lies in the future"),
        ("1&as_of=2", "as_of is given 2 times"),
    ],
)
def test_what_is_no_moment_is_refused(serving, history, moment, sentence):
    assert history
    answer = serving.get(as_of("/api/v1/composites", moment))
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]


def test_nothing_is_changed_and_nothing_followed_in_the_past(serving, history):
    end = max(history)
    written = serving.post("/task?as_of=1", json={"a": 1, "b": 2})
    worked = serving.get("/api/v1/ecm-work?client_id=alice&as_of=1")
    followed = serving.get("/api/v1/events?as_of=1", headers={"Accept": "text/event-stream"})
    assert [answer.status_code for answer in (written, worked, followed)] == [400, 400, 400]
    assert serving.get("/api/v1/events?limit=1").json()["head"] == end


def test_the_export_of_a_moment_ends_with_it(serving, history):
    middle = sorted(history)[len(history) // 2]
    answer = serving.get(as_of("/api/v1/events", middle), headers={"Accept": "application/x-ndjson"})
    assert len(answer.text.splitlines()) == middle


PAGES = ("/", "/composites", "/composites/1", "/factors", "/contributors", "/workers", "/events", "/events/3")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_past_says_so_and_is_the_same_for_ever(serving, history, page):
    moment = sorted(history)[len(history) // 2]
    browser = {"Accept": "text/html"}
    answer = serving.get(as_of(page, moment), headers=browser)
    assert answer.status_code == 200, answer.text
    assert "As of event" in answer.text
    assert "ago</time>" not in answer.text
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert serving.get(as_of(page, moment), headers=browser).text == answer.text
    assert "As of event" not in serving.get(page, headers=browser).text


def test_every_address_that_reads_knows_the_past_unless_it_is_known_not_to(serving):
    handlers = [
        (route.path_format, handler)
        for route in serving.app.routes
        for handler in getattr(route, "route_handlers", ())
        if "GET" in handler.http_methods
    ]
    knowing = {path for path, handler in handlers if knows_the_past(handler)}
    reading = {path for path, handler in handlers if "read" in handler.opt[ROLES_OPTION]}
    assert reading - knowing <= NOW_ONLY, "it should be given the node, or be listed here"
    assert knowing.isdisjoint(NOW_ONLY)

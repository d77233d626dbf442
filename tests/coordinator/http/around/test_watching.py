"""What is noted of every request."""

import pytest
import structlog

from tests.waiting import until


@pytest.fixture(scope="module")
def client(serving_in, tmp_path_factory):
    with serving_in(tmp_path_factory.mktemp("data"), routers=[], ingests=[]) as client:
        yield client


def lines_of(client, *requests):
    client.get("/metrics")  # writes what was noted before
    with structlog.testing.capture_logs() as bursts:
        answers = [client.request(method, path, **options) for method, path, options in requests]
        wanted = {answer.headers["x-request-id"] for answer in answers}

        def noted():
            client.get("/metrics")
            lines = [line for burst in bursts if burst["event"] == "request" for line in burst["each"]]
            own = [line for line in lines if line["request"] in wanted]
            return own if {line["request"] for line in own} == wanted else None

        return answers, until(noted)  # a desk writes them once a second


def test_a_request_leaves_one_line_that_says_who_what_and_how_long(client, admin):
    (answer,), (line, *_) = lines_of(client, ("GET", "/api/v1/events/1?x=secret", {"headers": admin}))
    assert line["ms"] >= 0
    assert {name: line[name] for name in ("actor", "method", "route", "status", "request")} == {
        "actor": "operator",
        "method": "GET",
        "route": "/api/v1/events/{position}",
        "status": 200,
        "request": answer.headers["x-request-id"],
    }


def test_neither_bodies_nor_keys_nor_addresses_are_noted(client, admin):
    body = {"roles": ["read"], "label": "a-private-label"}
    (answer,), lines = lines_of(client, ("POST", "/api/v1/admin/keys?q=hidden", {"json": body, "headers": admin}))
    noted = repr(lines)
    for secret in (*admin.values(), answer.json()["key"], "a-private-label", "hidden"):
        assert secret not in noted


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Request-ID": "abc-1.2:3_4"}, "abc-1.2:3_4"),
        ({"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}, "ab" * 16),
        ({"X-Request-ID": "mine", "traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"}, "mine"),
    ],
)
def test_a_sane_id_of_the_client_is_kept(client, headers, expected):
    assert client.get("/health/live", headers=headers).headers["x-request-id"] == expected


@pytest.mark.parametrize("given", ["", "a b", "x" * 101, "a/b", "a\tb", "é"])
def test_another_one_is_not(client, given):
    answered = client.get("/health/live", headers={"X-Request-ID": given.encode()}).headers["x-request-id"]
    assert answered != given
    assert len(answered) == 32


def test_head_is_answered_as_get_is_without_the_body(client):
    head, get = client.head("/api/v1/events/1"), client.get("/api/v1/events/1")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
    assert client.head("/nowhere").status_code == 404


def test_a_refused_caller_is_noted_as_anonymous(client):
    _, (line, *_) = lines_of(client, ("GET", "/api/v1/admin/keys", {}))
    assert (line["actor"], line["status"]) == ("anonymous", 401)


def test_pages_of_the_origins_in_the_settings_may_read_the_answers(client):
    allowed = client.get("/health", headers={"Origin": "http://localhost:3000"})
    assert allowed.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert "Tallystick-Position" in allowed.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in client.get("/health", headers={"Origin": "https://x.example"}).headers
    preflight = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"}
    assert client.options("/api/v1/events", headers=preflight).status_code == 204
    assert client.options("/api/v1/events", headers=preflight | {"Origin": "https://x.example"}).status_code == 400

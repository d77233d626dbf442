import errno
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from structlog.testing import capture_logs

from core.refusals import BadInput
from workers.wire import spool
from workers.wire.coordinator import Away, Coordinator, Fault, TurnedDown
from workers.wire.courier import Courier
from workers.wire.spool import NotKept, Spool

PROBLEM = {"Content-Type": "application/problem+json"}
JSON = {"Content-Type": "application/json"}


class Script:
    """A server that answers as it is told, and remembers what it was asked."""

    def __init__(self):
        self.answers = []
        self.asked = []
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                script.asked.append((self.command, self.path, headers, body))
                status, headers, content = script.answers.pop(0) if script.answers else (200, JSON, "{}")
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content.encode())

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - so http.server calls them

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def will_refuse(self, status, detail="It is not acceptable.", **headers):
        self.answers.append((status, PROBLEM | headers, json.dumps({"detail": detail})))


@pytest.fixture
def script():
    script = Script()
    script.thread.start()
    yield script
    script.server.shutdown()
    script.thread.join()
    script.server.server_close()


@pytest.fixture
def there(script):
    with Coordinator(f"{script.address}/", "secret") as there:
        yield there


def test_a_request_carries_the_key_of_the_worker_and_its_own(script, there):
    script.answers.append((200, JSON, '{"answer": 42}'))
    answer = there.call("POST", "/there", dict[str, int], query={"a": 1}, body=b'{"b": 2}', key="once")
    ((method, path, headers, body),) = script.asked
    assert (answer, method, path, body) == ({"answer": 42}, "POST", "/there?a=1", b'{"b": 2}')
    assert headers.items() >= {
        ("authorization", "Bearer secret"),
        ("idempotency-key", "once"),
        ("content-type", "application/json"),
    }


def test_whoever_hands_in_learns_whether_it_had_come_in_before(script, there):
    script.answers += [(200, JSON, "{}"), (200, {**JSON, "Tallystick-Repeated": "true"}, "{}")]
    assert [there.hand_in("/there", b"{}", "once") for _ in range(2)] == [False, True]
    assert {(method, headers["idempotency-key"]) for method, _, headers, _ in script.asked} == {("POST", "once")}
    script.will_refuse(400)
    with pytest.raises(TurnedDown):
        there.hand_in("/there", b"{}", "once")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 415])
def test_what_the_coordinator_turns_down_is_told_in_its_own_words(script, there, status):
    script.will_refuse(status)
    with pytest.raises(TurnedDown, match=r"^It is not acceptable\.$") as refusal:
        there.call("GET", "/there", dict)
    assert refusal.value.status == status


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_what_passes_is_no_refusal_and_says_when_to_ask_again(script, there, status):
    script.will_refuse(status, **{"Retry-After": "7"})
    with pytest.raises(Away) as away:
        there.call("GET", "/there", dict)
    assert away.value.seconds == 7


@pytest.mark.parametrize(
    ("status", "headers", "content"),
    [
        (404, {"Content-Type": "text/html"}, "<h1>Not found</h1>"),
        (200, {"Content-Type": "text/html"}, "<h1>Please log in</h1>"),
        (200, JSON, '{"other": "program"}'),
        (302, {"Location": "/login"}, ""),
        (403, PROBLEM, "cut o"),
        (200, JSON, '"\xff"'),
    ],
)
def test_somebody_else_in_the_coordinators_place_is_nobody(script, there, status, headers, content):
    script.answers.append((status, headers, content))
    with pytest.raises(Away, match="is not a coordinator"):
        there.call("GET", "/there", dict[str, int])


def test_going_away_and_coming_back_are_told_once_each(script, there):
    with capture_logs() as logs:
        there.call("GET", "/there", dict)
        for _ in range(3):
            script.will_refuse(503, "The disk is full.")
            with pytest.raises(Away):
                there.call("GET", "/there", dict)
        there.call("GET", "/there", dict)
        there.call("GET", "/there", dict)
    assert [entry["event"] for entry in logs] == ["coordinator_away", "coordinator_back"]
    assert logs[0]["reason"] == "The disk is full."


def test_nobody_at_the_address_is_away():
    with Coordinator("http://127.0.0.1:9") as there, pytest.raises(Away, match="no answer"):
        there.call("GET", "/there", dict)


@pytest.mark.parametrize("address", ["", "nonsense", "ftp://here", "http://", "http://here:port", "127.0.0.1:8000"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(BadInput, match="is not the address of a coordinator"):
        Coordinator(address)


def test_results_are_sent_until_they_are_accepted_with_the_same_key_and_the_same_words(script, there, tmp_path):
    courier = Courier(Spool(tmp_path), there)
    script.will_refuse(503)
    assert not courier.hand_in("/results", {"curves": 1})
    script.will_refuse(503)
    assert not courier.hand_in("/results", {"curves": 2})
    assert courier.hand_in("/results", {"curves": 3})
    assert courier.spool.is_empty()
    sent = [(headers["idempotency-key"], json.loads(body)["curves"]) for _, _, headers, body in script.asked]
    keys = [key for key, _ in sent]
    assert [curves for _, curves in sent] == [1, 1, 1, 2, 3]
    assert keys == [keys[0], keys[0], keys[0], keys[3], keys[4]]
    assert len(set(keys)) == 3


def test_a_result_that_is_not_acceptable_is_set_aside_and_the_next_one_sent(script, there, tmp_path):
    courier = Courier(Spool(tmp_path), there)
    script.will_refuse(404, "There is no such assignment.")
    assert courier.hand_in("/results", {"curves": 1})
    assert courier.hand_in("/results", {"curves": 2})
    (aside,) = (tmp_path / "refused").iterdir()
    assert json.loads(aside.read_bytes())["refusal"] == "There is no such assignment."
    assert courier.spool.is_empty()


def test_a_result_over_which_the_coordinator_stumbles_waits_while_others_go(script, there, tmp_path):
    courier = Courier(Spool(tmp_path), there)
    script.will_refuse(500, "Something went wrong here.")
    with capture_logs() as logs:
        assert courier.hand_in("/results", {"curves": 1})
    assert [entry["event"] for entry in logs] == ["coordinator_stumbled"]
    script.will_refuse(500)
    courier.hand_in("/results", {"curves": 2})
    assert [json.loads(bytes(kept.result.body))["curves"] for kept in courier.spool.waiting()] == [1]
    courier.deliver()
    assert courier.spool.is_empty()


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_opens_nothing_loses_no_result(script, there, tmp_path, status):
    courier = Courier(Spool(tmp_path), there)
    script.will_refuse(status, "The key opens nothing.")
    with pytest.raises(TurnedDown, match="opens nothing"):
        courier.hand_in("/results", {"curves": 1})
    assert len(list(courier.spool.waiting())) == 1


def test_a_stumble_is_away_for_who_has_no_other_choice(script, there):
    script.will_refuse(500, "Something went wrong here.")
    with pytest.raises(Fault, match="Something went wrong"):
        there.call("GET", "/there", dict)


def test_of_two_seats_that_deliver_one_waits_for_the_other(tmp_path):
    sent = []

    class Slow:
        """A coordinator that does not answer before another seat has had time to send as well."""

        def call(self, *_, key, **__):
            sent.append(key)
            if len(sent) == 1:
                seat.start()
                seat.join(0.2)

    courier = Courier(Spool(tmp_path), Slow())
    seat = threading.Thread(target=courier.deliver)
    courier.spool.keep("/there", {})
    courier.deliver()
    seat.join()
    assert len(sent) == 1


def test_an_answer_is_waited_for_as_long_as_the_coordinator_may_take_and_less_by_who_is_in_a_hurry(there):
    waited = []
    there._client.event_hooks["request"].append(lambda request: waited.append(request.extensions["timeout"]["read"]))
    there.call("GET", "/there", dict)
    there.call("GET", "/there", dict, wait=20)
    there.hurry()
    there.call("GET", "/there", dict)
    assert waited == [30, 50, 3]


@pytest.mark.parametrize("status", [400, 500])
def test_a_result_that_can_be_neither_kept_nor_delivered_is_sent_before_the_worker_ends_with_it(
    script, there, tmp_path, monkeypatch, status
):
    def is_full(_path, _content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    courier = Courier(Spool(tmp_path), there)
    script.will_refuse(status)
    monkeypatch.setattr(spool, "write_whole", is_full)
    with pytest.raises(NotKept, match="No space left"):
        courier.hand_in("/results", {"curves": 7})
    ((method, path, headers, body),) = script.asked
    assert (method, path, json.loads(body)) == ("POST", "/results", {"curves": 7})
    assert headers["idempotency-key"]

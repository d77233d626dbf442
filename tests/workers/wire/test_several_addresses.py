"""Workers with two addresses of one coordinator, and the commands that hand numbers in."""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from structlog.testing import capture_logs

from tests.real.servers import HTTP, tallystick
from tests.workers.test_worker import CURVES, SLOWER, WITH_A_FACTOR, curves_of
from workers.wire.coordinator import Away, Coordinator

RESULTS = "/api/v1/results/ecm"
NOBODY = "http://127.0.0.1:9"
HOP = {"host", "content-length", "transfer-encoding", "connection", "date", "server"}


class Detour:
    """Another address of a coordinator. It dies with the answer to the first request for `fatal`, which was performed."""

    def __init__(self, address, fatal=""):
        self.keys = []
        detour = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
                there = HTTP.request(self.command, address + self.path, headers=headers, content=body)
                if fatal and self.path.startswith(fatal):
                    detour.keys.append(self.headers["Idempotency-Key"])
                    self.close_connection = True
                    detour.die()
                    return
                self.send_response(there.status_code)
                for name, value in there.headers.items():
                    if name.lower() not in HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(there.content)))
                self.end_headers()
                self.wfile.write(there.content)

            do_GET = do_POST = do_PUT = do_DELETE = pass_on  # noqa: N815 - so http.server calls them

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def die(self):
        """Listen no more."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def detour(coordinator):
    return Detour(coordinator.address, RESULTS)


def test_a_result_whose_answer_was_lost_goes_to_the_next_address_and_counts_once(coordinator, detour, hire):
    number = coordinator.submit(WITH_A_FACTOR, 20)
    worker = hire("--exit-when-idle", first=[detour.address])
    assert worker.wait() == 0
    assert detour.keys  # it was heard there first
    assert coordinator.status(number) == "factored"
    assert worker.logged("worker_stopped")[0]["everything_delivered"]
    assert [entry["coordinator"] for entry in worker.logged("coordinator_away")] == [detour.address]
    assert [entry["coordinator"] for entry in worker.logged("coordinator_back")] == [coordinator.address]
    assert sum(ended["curves"] for ended in worker.logged("work_ended")) == curves_of(coordinator.facts(CURVES)) > 0
    assert not worker.logged("result_refused")


def test_a_question_whose_answer_was_lost_brings_the_same_work_from_the_next_address(coordinator, hire):
    coordinator.submit(SLOWER, 10)
    detour = Detour(coordinator.address, "/api/v1/work/request")
    worker = hire(first=[detour.address])
    started = worker.wait_for("work_started")
    (lease,) = coordinator.facts("leases.granted.v1")
    assert lease["lease"] == started["work"]
    worker.kill()


def test_commands_go_on_with_the_next_address(coordinator):
    made = tallystick("submit", "--coordinator", f"{NOBODY},{coordinator.address}", "91")
    assert made.returncode == 0, made.stderr
    shown = tallystick("status", environment=os.environ | {"TALLYSTICK_COORDINATOR": f"{NOBODY} {coordinator.address}"})
    assert shown.returncode == 0, shown.stderr
    nobody = tallystick("status", "--coordinator", NOBODY, "--coordinator", "http://127.0.0.1:10")
    assert nobody.stderr.startswith(f"No coordinator answers at {NOBODY} or http://127.0.0.1:10 (")


def transport(answers):
    """Answer by host; what a host has no more answers for gets none."""

    def handle(request):
        status = answers[request.url.host].pop(0)
        if status is None:
            raise httpx.ReadTimeout("timed out")
        headers = {"content-type": "application/problem+json"} if status >= 400 else {}
        return httpx.Response(status, json={"detail": "Not now."}, headers=headers)

    return httpx.MockTransport(handle)


@pytest.fixture
def there():
    with Coordinator("http://a,http://b") as there:
        yield there


def answered(there, **answers):
    there._client._transport = transport(answers)
    there._client._mounts = {}


def test_no_answer_is_the_next_ones_turn_at_once_and_stays_so(there):
    answered(there, a=[None], b=[200, 200])
    with capture_logs() as logs:
        there.call("GET", "/x", dict)
        there.call("GET", "/x", dict)
    assert [(entry["event"], entry["coordinator"]) for entry in logs] == [
        ("coordinator_away", "http://a"),
        ("coordinator_back", "http://b"),
    ]


def test_when_none_answers_each_was_asked_once(there):
    answered(there, a=[None, 200], b=[None])
    with pytest.raises(Away, match="no answer"):
        there.call("GET", "/x", dict)
    there.call("GET", "/x", dict)


def test_who_puts_it_off_three_times_in_a_row_has_had_its_turn(there):
    answered(there, a=[503, 503, 200, 503, 503, 503], b=[200])
    for status in (503, 503, 200, 503, 503, 503, 200):
        if status == 200:
            there.call("GET", "/x", dict)
        else:
            with pytest.raises(Away, match="Not now"):
                there.call("GET", "/x", dict)
    assert there.url == "http://b"

"""A coordinator as a process: from the ready line to a clean end."""

import json
import re
import shutil
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress

import gmpy2
import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.real.servers import HTTP, CoordinatorProcess, tallystick
from tests.waiting import PATIENCE_SECONDS, until

SSE = {"Accept": "text/event-stream"}
ENDS_WITHIN = 10


@pytest.fixture
def coordinator(tmp_path):
    """One of a test's own, to be stopped."""
    process = CoordinatorProcess(tmp_path / "data", TALLYSTICK_ADMIN_KEY="open-sesame").start()
    yield process
    process.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One that goes on running."""
    process = CoordinatorProcess(tmp_path_factory.mktemp("running") / "data", TALLYSTICK_ADMIN_KEY="open-sesame")
    yield process.start()
    process.close()


def test_a_closed_terminal_asks_to_stop_as_sigterm_does(coordinator):
    coordinator.process.send_signal(signal.SIGHUP)
    assert coordinator.wait_until_dead() == 0
    assert '"event":"stopped"' in coordinator.output.read_text()


def gone(directory):
    """Remove a directory in which somebody goes on to write; tell whether it is gone."""
    shutil.rmtree(directory, ignore_errors=True)
    return not directory.exists()


def test_a_directory_that_is_gone_is_told_of_before_anybody_wants_to_write(coordinator):
    until(lambda: gone(coordinator.directory))
    for _ in range(2):
        health = HTTP.get(f"{coordinator.address}/health")
        assert (health.status_code, health.json()["status"]) == (503, "unhealthy")
        assert "log.db has been removed or replaced while it is open" in health.json()["reason"]
    assert HTTP.get(f"{coordinator.address}/health/ready").status_code == 503
    metrics = HTTP.get(f"{coordinator.address}/metrics", headers={"X-Admin-Key": "open-sesame"})
    assert metrics.status_code == 503 or "tallystick_log_writable 0.0" in metrics.text


def head_of(coordinator):
    return HTTP.get(f"{coordinator.address}/health").json()["log"]["position"]


def create_keys(coordinator, count):
    with httpx.Client(base_url=coordinator.address, headers={"X-Admin-Key": "open-sesame"}) as client:
        for _ in range(count):
            response = client.post("/api/v1/admin/keys", json={"roles": ["read"]})
            assert response.status_code == 201


def messages(lines):
    """Yield the id and the data of Server-Sent Events."""
    position = None
    for line in lines:
        if line.startswith("id: "):
            position = int(line[4:])
        elif line.startswith("data: "):
            yield position, json.loads(line[6:])


def followed(coordinator, until, headers=(), **query):
    """Follow the log up to a position; return the positions seen."""
    seen = []
    with HTTP.stream(
        "GET", f"{coordinator.address}/api/v1/events", params=query, headers={**SSE, **dict(headers)}, timeout=30
    ) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        for position, event in messages(response.iter_lines()):
            assert event["position"] == position
            seen.append(position)
            if position >= until:
                break
    return seen


def test_who_follows_is_sent_nothing_more_once_the_key_is_revoked(coordinator):
    """Neither Server-Sent Events, nor pages, nor a WebSocket; who follows with a key that still opens this goes on."""
    with (
        httpx.Client(base_url=coordinator.address, headers={"X-Admin-Key": "open-sesame"}) as operator,
        ExitStack() as all_of,
    ):
        made = operator.post("/api/v1/admin/keys", json={"roles": ["read"]}).json()
        simulation = operator.post("/simulations/", json={"name": "followed"}).json()["id"]
        bearer = {"Authorization": f"Bearer {made['key']}"}
        events, page = f"{coordinator.address}/api/v1/events", f"{coordinator.address}/live?page=/events"
        streams = [
            all_of.enter_context(HTTP.stream("GET", address, headers=SSE | more, timeout=30))
            for address, more in ((events, bearer), (page, bearer), (events, {}))
        ]
        socket_address = f"ws{coordinator.address.removeprefix('http')}/ws/convergence/{simulation}"
        following = all_of.enter_context(connect(socket_address, additional_headers=bearer))
        lines = [all_of.enter_context(closing(stream.iter_lines())) for stream in streams]
        for one in lines:
            assert next(one).startswith("id: ")
        operator.delete(f"/api/v1/admin/keys/{made['id']}")
        ended = [threading.Thread(target=list, args=(one,), daemon=True) for one in lines[:2]]
        for one in ended:
            one.start()

        def nobody_is_sent_more():
            operator.post("/convergence/data", json={"simulation_id": simulation, "loss_value": 1})
            with suppress(TimeoutError, ConnectionClosed):
                following.recv(timeout=0.1)
            return not any(one.is_alive() for one in ended) and following.close_code == 4401

        until(nobody_is_sent_more)
        last = head_of(coordinator)
        assert any((position or 0) >= last for position, _ in messages(lines[2]))


def test_a_follower_gets_what_was_and_what_comes_and_resumes_where_it_was(running):
    create_keys(running, 3)
    writing = threading.Thread(target=create_keys, args=(running, 20))
    writing.start()
    assert followed(running, until=24) == list(range(1, 25))
    writing.join()
    assert followed(running, until=24, after=20) == [21, 22, 23, 24]
    assert followed(running, until=24, headers={"Last-Event-ID": "22"}) == [23, 24]
    assert followed(running, until=24, stream="key-23") == [24]


def test_all_who_look_at_a_page_get_the_same_frames_as_long_as_they_look(running):
    begun = [threading.Barrier(5, timeout=PATIENCE_SECONDS) for _ in range(3)]

    def look(count):
        frames = []
        live = f"{running.address}/live?page=/events"
        with HTTP.stream("GET", live, headers=SSE) as response:
            coming = messages(response.iter_lines())
            while len(frames) < count:
                frames.append(next(coming))
                if len(frames) <= len(begun):
                    begun[len(frames) - 1].wait()
        return frames

    with ThreadPoolExecutor() as lookers:
        looking = [lookers.submit(look, frames) for frames in (3, 4, 4, 4)]
        for barrier in begun:
            barrier.wait()
            create_keys(running, 1)  # of two, somebody who is slow might be told in one frame
        seen = [one.result() for one in looking]
    assert HTTP.head(f"{running.address}/live?page=/events").content == b""
    positions = [position for position, _ in seen[1]]
    assert positions == sorted(set(positions))
    assert seen[1] == seen[2] == seen[3]
    assert seen[0] == seen[1][:3]


def test_a_second_one_on_the_same_directory_is_turned_away(running):
    second = tallystick("serve", "--data-dir", running.directory, "--port", 0)
    assert second.returncode != 0
    assert "in use by another coordinator" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_port_that_is_taken_is_named_before_anything_is_opened(running, tmp_path):
    second = tallystick("serve", "--data-dir", tmp_path / "other", "--port", running.port)
    assert second.returncode != 0
    assert f"port {running.port}" in second.stderr
    assert "Traceback" not in second.stderr
    assert not (tmp_path / "other").exists()


def test_garbage_on_the_wire_is_answered_and_does_no_harm(running):
    for raw in (b"\x00\x01\x02\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET " + b"/x" * 50_000):
        with socket.create_connection(("127.0.0.1", running.port)) as connection:
            connection.sendall(raw)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65_536):
                pass
    # A body that ends before its length is the client's affair, no fault of ours.
    with socket.create_connection(("127.0.0.1", running.port)) as connection:
        connection.sendall(b"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n[")
    assert HTTP.get(f"{running.address}/health").status_code == 200
    written = running.output.read_text()
    assert not re.search("request_failed|Traceback", written), written


def test_a_frozen_follower_is_closed_once_it_is_a_megabyte_behind(running):
    question = (
        f"GET /api/v1/events?after={head_of(running)} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", running.port), timeout=60) as frozen:
        frozen.sendall(question.encode())
        with httpx.Client(base_url=running.address, timeout=60) as client:
            for number in range(1_000):
                summary = {
                    "agent_id": "frozen",
                    "timestamp": f"2026-01-01T00:00:00.{number:06}Z",
                    "topic_counts": {},
                    "fact_hashes": [f"{number}-{n}".ljust(250, "x") for n in range(200)],
                    "metadata": {},
                }
                assert client.post("/push", json={"summary": summary}).status_code == 200
                if number == 0:
                    seen = b""
                    while b"\nid: " not in seen:  # from then on it reads nothing
                        part = frozen.recv(4096)
                        assert part
                        seen += part
                if "subscriber_fell_behind" in running.output.read_text():
                    break
        assert "subscriber_fell_behind" in running.output.read_text()
        assert HTTP.get(f"{running.address}/health").status_code == 200


def test_asked_to_stop_it_sends_everybody_home_and_ends_cleanly(coordinator):
    seen, ended = [[] for _ in range(8)], []
    ready = threading.Barrier(9)

    def follow(number):
        with HTTP.stream("GET", f"{coordinator.address}/api/v1/events", headers=SSE) as response:
            ready.wait()
            seen[number] += [position for position, _ in messages(response.iter_lines())]
        ended.append(number)

    threads = [threading.Thread(target=follow, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    with socket.create_connection(("127.0.0.1", coordinator.port)) as reads_nothing:
        reads_nothing.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
        ready.wait()
        create_keys(coordinator, 10)
        assert followed(coordinator, until=11) == list(range(1, 12))
        started = time.monotonic()
        assert coordinator.stop() == 0
        assert time.monotonic() - started < ENDS_WITHIN
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert sorted(ended) == list(range(8))  # every response came to its proper end
    assert all(positions == list(range(1, len(positions) + 1)) for positions in seen)
    written = coordinator.output.read_text()
    assert f"Tallystick is ready at {coordinator.address}" in written
    assert "Exception in ASGI" not in written
    events = [json.loads(line)["event"] for line in written.splitlines() if line.startswith("{")]
    assert [name for name in events if name in {"ready", "stopping", "stopped"}] == ["ready", "stopping", "stopped"]


def test_what_takes_longer_than_the_time_to_stop_is_answered_all_the_same(coordinator):
    # Whether numbers of so many digits are prime takes minutes to find out.
    items = [{"number": gmpy2.mpz(10**9_000 + 2 * n + 1).digits()} for n in range(100)]
    answers = []

    def submit():
        answers.append(HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=items, timeout=60))

    submitting = threading.Thread(target=submit)
    submitting.start()
    deadline = time.monotonic() + 30
    while "tallystick_batch_commands_count 0.0" in HTTP.get(f"{coordinator.address}/metrics").text:
        assert time.monotonic() < deadline
    started = time.monotonic()
    assert coordinator.stop() == 0
    assert time.monotonic() - started < ENDS_WITHIN
    submitting.join()
    assert answers[0].status_code == 503
    assert answers[0].headers["content-type"] == "application/problem+json"
    written = coordinator.output.read_text()
    assert '"status":503' in written
    assert "never retrieved" not in written


@pytest.mark.slow
def test_what_was_answered_is_there_after_ctrl_c_and_after_a_kill(coordinator):
    create_keys(coordinator, 2)
    coordinator.process.send_signal(signal.SIGINT)
    assert coordinator.wait_until_dead() == 0
    coordinator.start()
    create_keys(coordinator, 2)
    coordinator.kill()
    coordinator.start()
    assert head_of(coordinator) == 5


def test_numbers_with_a_factor_in_common_learn_of_it_when_it_starts(coordinator):
    p, q, r = (int(gmpy2.next_prime(10**digits)) for digits in (25, 27, 29))
    sent = [{"number": str(p * q)}, {"number": str(p * r)}]
    assert HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=sent).status_code == 200
    coordinator.stop()
    coordinator.start()

    def status(number):
        return HTTP.get(f"{coordinator.address}/api/v1/stats/{number}").json()["status"]

    until(lambda: [status(p * q), status(p * r)] == ["fully_factored"] * 2)


def test_a_file_that_is_no_log_is_left_alone(tmp_path):
    (tmp_path / "log.db").write_text("a letter to a friend, not a database at all")
    outcome = tallystick("serve", "--data-dir", tmp_path, "--port", 0)
    assert outcome.returncode != 0
    assert "log.db" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert (tmp_path / "log.db").read_text().startswith("a letter")


def test_it_does_not_expose_itself_without_a_key(tmp_path):
    outcome = tallystick("serve", "--data-dir", tmp_path, "--host", "0.0.0.0", "--port", 0)
    assert outcome.returncode != 0
    assert "--allow-anonymous" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_the_admin_key_is_never_written_to_the_output(tmp_path):
    process = CoordinatorProcess(tmp_path / "data").start()
    try:
        key = (tmp_path / "data" / "admin.key").read_text().strip()
        HTTP.get(f"{process.address}/api/v1/admin/keys", headers={"X-Admin-Key": key})
        HTTP.get(f"{process.address}/api/v1/admin/keys?key={key}", headers={"Authorization": f"Bearer {key}"})
        assert process.stop() == 0
    finally:
        process.close()
    assert key not in process.output.read_text()

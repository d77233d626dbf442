"""A coordinator's own process, met by bare sockets."""

import socket

import pytest

from coordinator.server.connections.bounded import MAX_HEAD_BYTES
from coordinator.server.connections.listening import bound
from coordinator.setup.settings import Settings
from tests.real.servers import HTTP, CoordinatorProcess, free_port
from tests.waiting import until


@pytest.fixture(scope="module", params=[(), ("--desks", "1")], ids=["alone", "desk"])
def coordinator(tmp_path_factory, request):
    process = CoordinatorProcess(tmp_path_factory.mktemp("bounds") / "data", *request.param)
    yield process.start()
    process.close()


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".org"])
def test_what_can_be_no_host_is_not_listened_on(host):
    with pytest.raises(
        OSError, match=r"Can't listen on a.*: no host has such a name; --host and --port choose another"
    ):
        bound(Settings(host=host))


def answer_to(coordinator, *pieces):
    """Send pieces for as long as they are taken; return the first line of what comes back, and how much was sent."""
    with socket.create_connection(("127.0.0.1", coordinator.port), 30) as connection:
        sent = 0
        try:
            for piece in pieces:
                connection.sendall(piece)
                sent += len(piece)
        except OSError:
            pass  # it was hung up on; what it had said before that may still be there
        try:
            said = connection.recv(65_536)
        except ConnectionResetError:
            said = b""
    return said.partition(b"\r\n")[0].decode(), sent


@pytest.mark.parametrize("hosts", [b"", b"Host: localhost\r\nHost: localhost\r\n"])
def test_a_request_names_exactly_one_host(coordinator, hosts):
    for address in (b"/health", b"/audit"):  # a desk answers the one, its office the other
        head = b"GET " + address + b" HTTP/1.1\r\n" + hosts + b"\r\n"
        assert answer_to(coordinator, head)[0] == "HTTP/1.1 400 Bad Request"


def test_another_host_is_misdirected(coordinator):
    said, _ = answer_to(coordinator, b"GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    assert said == "HTTP/1.1 421 Misdirected Request"


def test_a_long_head_is_turned_away(coordinator):
    head = b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * MAX_HEAD_BYTES + b"\r\n\r\n"
    assert answer_to(coordinator, head)[0].startswith("HTTP/1.1 431 ")


def test_a_head_without_end_is_hung_up_on(coordinator):
    endless = [b"GET /health HTTP/1.1\r\n", *[b"X-Long: " + b"x" * 65_000 + b"\r\n"] * 1_000]
    _, sent = answer_to(coordinator, *endless)
    assert sent < 10_000_000, "no more was taken than what the system keeps for both sides"


@pytest.mark.parametrize("address", [b"/audit", b"/audit/", b"//audit", b"/api//v1/heads/"])
def test_slashes_too_many_lead_to_the_same_address(coordinator, address):
    head = b"GET " + address + b" HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n"
    assert answer_to(coordinator, head)[0] == "HTTP/1.1 200 OK"


def test_a_body_that_is_packed_on_its_way_is_answered(coordinator):
    head = b"POST /api/v1/admin/keys HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
    assert answer_to(coordinator, head + b"2\r\n{}\r\n0\r\n\r\n")[0].partition(" ")[2][:1] == "4"


def test_who_has_hung_up_is_given_no_work(coordinator):
    work = f"{coordinator.address}/api/v1/tasks/work"
    with socket.create_connection(("127.0.0.1", coordinator.port), 30) as waiting:
        waiting.sendall(b"GET /api/v1/tasks/work?client_id=gone&wait=60 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        until(lambda: "gone" in HTTP.get(f"{coordinator.address}/workers").text)
    task = HTTP.post(f"{coordinator.address}/task", json={"a": 1, "b": 2}).json()["task_id"]
    given = HTTP.get(work, params={"client_id": "there"}).json()
    assert [one["task_id"] for one in given["tasks"]] == [task]


def test_of_two_that_want_one_port_the_second_is_told_though_the_first_is_not_ready_yet(tmp_path):
    settings = Settings(data_dir=tmp_path, port=free_port())
    with bound(settings), pytest.raises(OSError, match=f"port {settings.port}: Address already in use"):
        bound(settings)

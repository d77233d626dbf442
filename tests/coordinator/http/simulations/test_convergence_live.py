"""Following a simulation: by WebSocket and by Server-Sent Events."""

import json
from contextlib import ExitStack

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.real.servers import CoordinatorProcess

SOON = 10


def address_of(server, simulation):
    return f"ws{server.address.removeprefix('http')}/ws/convergence/{simulation}"


def frame(socket):
    """Return the next frame."""
    return json.loads(socket.recv(timeout=SOON))


def losses(socket, count):
    """Return so many further losses, whatever frames they come in."""
    found = []
    while len(found) < count:
        found += [point["loss_value"] for point in frame(socket)["data_points"]]
    return found


def record(client, simulation, *values):
    for value in values:
        body = {"simulation_id": simulation, "loss_value": value}
        assert client.post("/convergence/data", json=body).status_code == httpx.codes.OK


def record_many(client, simulation, count, tag):
    items = [
        {
            "type": "simulations.point_recorded",
            "id": f"{tag}-{simulation}-{number}",
            "client_id": "solver",
            "simulation_id": simulation,
            "loss_value": number,
        }
        for number in range(count)
    ]
    for start in range(0, count, 10_000):
        answer = client.post("/api/v1/events", json=items[start : start + 10_000])
        assert {result["status"] for result in answer.json()["results"]} == {"accepted"}


def events(lines):
    """Yield the Server-Sent Events of a stream: id and graph."""
    fields = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if name:
            fields[name] = value
        elif "data" in fields:
            yield int(fields["id"]), json.loads(fields["data"])
            fields = {}


def follow(client, simulation, **headers):
    return client.stream("GET", f"/convergence/{simulation}/stream", headers={"accept": "text/event-stream", **headers})


def test_a_subscriber_gets_what_is_there_and_then_what_comes(server, client, simulation):
    record(client, simulation, 3, 2)
    with connect(address_of(server, simulation)) as socket:
        first = frame(socket)
        assert (first["simulation_id"], first["is_complete"]) == (simulation, False)
        assert [point["loss_value"] for point in first["data_points"]] == [3, 2]
        assert first["data_points"] == client.get(f"/convergence/{simulation}/graph").json()["data_points"]
        record(client, simulation, 1, 0.5)
        assert losses(socket, 2) == [1, 0.5]


def test_the_end_is_told_and_points_may_come_after_it(server, client, simulation):
    with connect(address_of(server, simulation)) as socket:
        assert frame(socket)["data_points"] == []
        for status in ("running", "finished"):
            client.put(f"/simulations/{simulation}", json={"status": status})
        assert frame(socket) == {"simulation_id": simulation, "data_points": [], "is_complete": True}
        record(client, simulation, 0.1)
        late = frame(socket)
        assert ([point["loss_value"] for point in late["data_points"]], late["is_complete"]) == ([0.1], True)
        with connect(address_of(server, simulation)) as beside:
            assert frame(beside)["is_complete"] is True
    with connect(address_of(server, simulation)) as socket:
        assert frame(socket)["is_complete"] is True


def test_nobody_misses_a_point_whenever_they_come(server, client, simulation):
    with ExitStack() as sockets:
        subscribers = []
        for round_number in range(10):
            subscribers.append(sockets.enter_context(connect(address_of(server, simulation))))
            record(client, simulation, *range(round_number * 5, round_number * 5 + 5))
        for socket in subscribers:
            assert losses(socket, 50) == list(range(50))


def test_many_points_come_in_frames_that_clients_take(server, client, simulation):
    record_many(client, simulation, 12_000, "many")
    with connect(address_of(server, simulation)) as socket:
        frames = [frame(socket), frame(socket)]
        assert [len(one["data_points"]) for one in frames] == [10_000, 2_000]
        assert [point["loss_value"] for one in frames for point in one["data_points"]] == list(range(12_000))
        record_many(client, simulation, 2_000, "more")
        assert losses(socket, 2_000) == list(range(2_000))


def test_a_deleted_simulation_ends_its_streams(server, client, simulation):
    with connect(address_of(server, simulation)) as socket, follow(client, simulation) as stream:
        graphs = events(stream.iter_lines())
        assert next(graphs)[1]["data_points"] == frame(socket)["data_points"] == []
        with httpx.Client(base_url=server.address) as other:
            other.delete(f"/simulations/{simulation}")
        with pytest.raises(ConnectionClosed) as closed:
            frame(socket)
        assert closed.value.rcvd.code == 4404
        assert closed.value.rcvd.reason == f"There is no simulation {simulation}."
        assert list(graphs) == []


@pytest.mark.parametrize("simulation", ["999999", "0", "-1", "abc", str(10**30)])
def test_a_socket_to_nothing_is_closed_with_4404(server, simulation):
    with connect(address_of(server, simulation)) as socket, pytest.raises(ConnectionClosed) as closed:
        frame(socket)
    assert closed.value.rcvd.code == 4404


def test_server_sent_events_have_the_same_shape_and_resume_where_they_were_cut(server, client, simulation):
    record(client, simulation, 5)
    with follow(client, simulation) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        graphs = events(stream.iter_lines())
        _, first = next(graphs)
        assert first == client_graph(server, simulation)
        with httpx.Client(base_url=server.address) as other:
            record(other, simulation, 4)
        position, second = next(graphs)
        assert [point["loss_value"] for point in second["data_points"]] == [4]
    record(client, simulation, 3, 2)
    with follow(client, simulation, **{"last-event-id": str(position)}) as stream:
        _, rest = next(events(stream.iter_lines()))
        assert [point["loss_value"] for point in rest["data_points"]] == [3, 2]


def client_graph(server, simulation):
    with httpx.Client(base_url=server.address) as other:
        return other.get(f"/convergence/{simulation}/graph").json()


def test_who_is_cut_off_while_getting_what_is_there_gets_all_of_it_again(server, client, simulation):
    record_many(client, simulation, 10_500, "cut")
    with follow(client, simulation) as stream:
        graphs = events(stream.iter_lines())
        (cut_at, first), (_, second) = next(graphs), next(graphs)
        assert [len(graph["data_points"]) for graph in (first, second)] == [10_000, 500]
    with follow(client, simulation, **{"last-event-id": str(cut_at)}) as stream:
        assert next(events(stream.iter_lines())) == (cut_at, first)


def test_server_sent_events_begin_after_a_time(server, client, simulation):
    record(client, simulation, 5, 4)
    times = [point["timestamp"] for point in client_graph(server, simulation)["data_points"]]
    address = f"/convergence/{simulation}/stream"
    with client.stream(
        "GET", address, params={"last_timestamp": times[0]}, headers={"accept": "text/event-stream"}
    ) as stream:
        _, graph = next(events(stream.iter_lines()))
        assert [point["timestamp"] for point in graph["data_points"]] == times[1:]


def test_who_resumes_misses_no_point_that_came_meanwhile_and_belongs_to_an_earlier_time(client, simulation):
    begun = "2026-01-01T00:00:00Z"
    record(client, simulation, 5)
    asked = {"params": {"last_timestamp": begun}, "headers": {"accept": "text/event-stream"}}
    with client.stream("GET", f"/convergence/{simulation}/stream", **asked) as stream:
        position, _ = next(events(stream.iter_lines()))
    late = {"simulation_id": simulation, "loss_value": 4, "timestamp": "2025-01-01T00:00:00Z"}
    assert client.post("/convergence/data", json=late).status_code == httpx.codes.OK
    asked["headers"]["last-event-id"] = str(position)
    with client.stream("GET", f"/convergence/{simulation}/stream", **asked) as stream:
        _, graph = next(events(stream.iter_lines()))
        assert [point["loss_value"] for point in graph["data_points"]] == [4]


def test_server_sent_events_of_nothing_are_404(client):
    with follow(client, 999_999) as stream:
        assert stream.status_code == httpx.codes.NOT_FOUND


def test_streams_end_when_the_coordinator_stops_and_ask_for_a_key_where_one_is_needed(tmp_path):
    coordinator = CoordinatorProcess(tmp_path / "data", TALLYSTICK_ADMIN_KEY="the key").start()
    try:
        with httpx.Client(base_url=coordinator.address) as client:
            simulation = client.post("/simulations/", json={"name": "s"}).json()["id"]
        with connect(address_of(coordinator, simulation)) as socket:
            frame(socket)
            assert coordinator.stop() == 0
            with pytest.raises(ConnectionClosed) as closed:
                frame(socket)
            assert closed.value.rcvd.code == 1012
        coordinator.flags = ("--allow-anonymous", "none")
        coordinator.start()
        with pytest.raises(InvalidStatus), connect(address_of(coordinator, simulation)):
            pass
        with connect(address_of(coordinator, simulation), additional_headers={"X-API-Key": "the key"}) as socket:
            assert frame(socket)["simulation_id"] == simulation
    finally:
        coordinator.close()

"""Points handed in one by one and in bulk, and the graph that they make."""

import json

import httpx
import pytest

from core.timestamps import from_iso


def record(client, simulation, loss, **fields):
    return client.post("/convergence/data", json={"simulation_id": simulation, "loss_value": loss, **fields})


def losses(client, simulation, **parameters):
    graph = client.get(f"/convergence/{simulation}/stream", params=parameters).json()
    return [point["loss_value"] for point in graph["data_points"]]


def item(simulation, loss, name, **fields):
    return {
        "type": "simulations.point_recorded",
        "id": name,
        "client_id": "solver",
        "simulation_id": simulation,
        "loss_value": loss,
        **fields,
    }


def test_a_point_is_recorded_and_answered(client, simulation):
    answer = record(client, simulation, 0.5, note="ignored")
    assert answer.status_code == httpx.codes.OK
    shown = answer.json()
    assert list(shown) == ["id", "simulation_id", "timestamp", "loss_value"]
    assert (shown["simulation_id"], shown["loss_value"]) == (simulation, 0.5)
    assert from_iso(shown["timestamp"])
    assert client.get(f"/convergence/{simulation}/data").json() == [shown]


def test_a_point_is_recorded_from_a_query_parameter(client, simulation):
    answer = client.post(f"/convergence/{simulation}/add-bare-sql", params={"loss_value": 0.3})
    assert (answer.status_code, answer.json()["loss_value"]) == (200, 0.3)


def test_the_graph_is_in_the_order_of_time_and_complete_when_the_simulation_is(client, simulation):
    for loss, timestamp in (
        (0.1, "2026-01-01T00:00:03"),
        (0.3, "2026-01-01T00:00:01Z"),
        (1, "2026-01-01T03:00:02+03:00"),
    ):
        assert record(client, simulation, loss, timestamp=timestamp).status_code == httpx.codes.OK
    graph = client.get(f"/convergence/{simulation}/graph").json()
    assert graph == {
        "simulation_id": simulation,
        "data_points": [
            {"timestamp": "2026-01-01T00:00:01.000000Z", "loss_value": 0.3},
            {"timestamp": "2026-01-01T00:00:02.000000Z", "loss_value": 1.0},
            {"timestamp": "2026-01-01T00:00:03.000000Z", "loss_value": 0.1},
        ],
        "is_complete": False,
    }
    for status in ("running", "finished"):
        client.put(f"/simulations/{simulation}", json={"status": status})
    assert client.get(f"/convergence/{simulation}/graph").json() == {**graph, "is_complete": True}
    assert client.get(f"/convergence/{simulation}/stream").json() == {**graph, "is_complete": True}


def test_the_stream_has_only_what_came_after(client, simulation):
    first = record(client, simulation, 1).json()
    second = record(client, simulation, 2).json()
    record(client, simulation, 3)
    assert losses(client, simulation) == [1, 2, 3]
    assert losses(client, simulation, last_timestamp=first["timestamp"]) == [2, 3]
    assert losses(client, simulation, last_timestamp=second["timestamp"]) == [3]
    assert losses(client, simulation, last_timestamp=second["timestamp"].rstrip("Z")) == [3]


def test_points_in_bulk_are_accepted_once_and_refused_alone(client, simulation):
    items = [
        item(simulation, 0.5, "p1"),
        item(simulation, 0.25, "p2", timestamp="2026-01-01T00:00:00"),
        item(simulation, 0.5, "p1"),
        item(simulation, 0.75, "p2"),
        item(999_999, 0.5, "p3"),
        item(simulation, "low", "p4"),
        item(simulation, 0.5, "p5", colour="red"),
        item(simulation, 0.5, "p6", timestamp="yesterday"),
    ]
    results = client.post("/api/v1/events", json=items).json()["results"]
    assert [result["status"] for result in results] == ["accepted", "accepted", "duplicate", *["refused"] * 5]
    assert results[2]["position"] == results[0]["position"]
    for result, sentence in zip(
        results[3:],
        (
            "was used before for another content",
            "There is no simulation 999999.",
            "loss_value is 'low'; a number is accepted.",
            "colour is not known here",
            "timestamp 'yesterday' is not an ISO 8601 time",
        ),
        strict=True,
    ):
        assert sentence in result["error"]
    assert sorted(losses(client, simulation)) == [0.25, 0.5]


def test_equal_points_are_two_points_unless_a_key_says_that_they_are_one(client, simulation):
    point = {"simulation_id": simulation, "loss_value": 0.5, "timestamp": "2026-01-01T00:00:00Z"}
    ids = [client.post("/convergence/data", json=point).json()["id"] for _ in range(2)]
    keyed = [
        client.post("/convergence/data", json=point, headers={"Idempotency-Key": f"point-{simulation}"})
        for _ in range(2)
    ]
    assert keyed[0].json() == keyed[1].json()
    assert keyed[1].headers["tallystick-repeated"] == "true"
    assert len({*ids, keyed[0].json()["id"]}) == 3
    assert losses(client, simulation) == [0.5] * 3


@pytest.mark.parametrize(
    "loss", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", '"low"', '"NaN"', "null", "[]", "true"]
)
def test_a_loss_that_is_no_finite_number_is_refused(client, simulation, loss):
    body = f'{{"simulation_id": {simulation}, "loss_value": {loss}}}'
    answer = client.post("/convergence/data", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert "accepted" in answer.json()["detail"]


def test_a_loss_that_is_a_number_but_too_large_is_said_to_be_that(client, simulation):
    answer = client.post(f"/convergence/{simulation}/add-bare-sql", params={"loss_value": "1e400"})
    said = "The query parameter loss_value is '1e400', more than floating point holds; a number is accepted."
    assert answer.json()["detail"] == said


@pytest.mark.parametrize("loss", ["nan", "inf", "-inf", "infinity", "1e400", "low", ""])
def test_a_loss_in_the_query_is_finite_too(client, simulation, loss):
    answer = client.post(f"/convergence/{simulation}/add-bare-sql", params={"loss_value": loss})
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert "accepted" in answer.json()["detail"]


def test_a_number_too_large_for_any_float_refuses_one_item_of_many(client, simulation):
    items = json.dumps([item(simulation, 0.5, "q1"), item(simulation, 1234.5, "q2")]).replace("1234.5", "1e400")
    answer = client.post("/api/v1/events", content=items, headers={"content-type": "application/json"})
    assert [result["status"] for result in answer.json()["results"]] == ["accepted", "refused"]


@pytest.mark.parametrize(
    ("metrics", "sentence"),
    [
        ({"a": 1, "b": "low"}, "metrics['b'] is 'low'; a number is accepted."),
        ({"a": None}, "metrics['a'] is null; a number is accepted."),
        ({"a": True}, "metrics['a'] is true; a number is accepted."),
        ({"a" * 99: []}, f"metrics['{'a' * 60}…'] is an empty array; a number is accepted."),
        (
            {" ": 1},
            "The name of a metric is ' '; 1 to 64 printable characters, not all blank, are accepted.",
        ),
        ([], "metrics is an empty array; an object or null is accepted."),
    ],
)
def test_a_metric_that_is_none_is_named_alone_and_in_bulk(client, simulation, metrics, sentence):
    answer = client.post("/convergence/data", json={"simulation_id": simulation, "loss_value": 1, "metrics": metrics})
    assert (answer.status_code, answer.json()["detail"]) == (httpx.codes.BAD_REQUEST, sentence)
    (result,) = client.post("/api/v1/events", json=[item(simulation, 1, "m") | {"metrics": metrics}]).json()["results"]
    assert (result["status"], result["error"]) == ("refused", sentence)


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/convergence/999999/graph"),
        ("GET", "/convergence/999999/data"),
        ("GET", "/convergence/999999/stream"),
        ("POST", "/convergence/999999/add-bare-sql?loss_value=1"),
    ],
)
def test_an_unknown_simulation_is_404(client, method, address):
    answer = client.request(method, address)
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no simulation 999999.")


def test_a_point_of_an_unknown_simulation_is_404(client):
    assert record(client, 999_999, 1).status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize("parameters", [{"last_timestamp": "soon"}, {"last_timestamp": ""}])
def test_a_time_that_is_none_is_refused(client, simulation, parameters):
    answer = client.get(f"/convergence/{simulation}/stream", params=parameters)
    assert answer.status_code == httpx.codes.BAD_REQUEST
    said = repr(parameters["last_timestamp"])
    assert answer.json()["detail"].startswith(f"last_timestamp {said} is not an ISO 8601 time")

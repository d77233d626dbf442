"""Simulations on pages: several in one chart, smoothed, by any metric that their client sends."""

import pytest

from coordinator.pages.simulations.charts import smoothed
from projections.simulations.points import Stretch


@pytest.fixture
def runs(client):
    """Three simulations, two of one name, which report a metric beside the loss."""
    for number, name in enumerate(("relax a", "relax b", "anneal"), 1):
        client.post("/simulations/", json={"name": name}).raise_for_status()
        for i in range(4):
            point = {"simulation_id": number, "loss_value": number / (i + 1), "timestamp": f"2026-01-0{number}T00:0{i}"}
            if number < 3:
                point["metrics"] = {"accuracy": i / 4}
            client.post("/convergence/data", json=point).raise_for_status()
    return client


def rows(client, path, name):
    return client.get(path, headers={"Accept": "application/json"}).json()[name]


def test_simulations_are_compared_by_name_or_number_each_from_its_first_point(runs, visitor):
    compared = rows(runs, "/convergence/compare?name=relax", "comparison")
    assert {row["name"] for row in compared} == {"relax a", "relax b"}
    assert [row["seconds"] for row in compared if row["simulation"] == 2] == [0, 60, 120, 180]
    assert {row["simulation"] for row in rows(runs, "/convergence/compare?runs=1,3&name=anneal", "comparison")} == {
        1,
        3,
    }
    page = visitor.get("/convergence/compare?name=relax&scale=logarithmic").text
    assert "relax b: 2 to 0.5; relax a: 1 to 0.25." in page
    assert page.count('class="curve run-') == 4  # two lines, and both in the legend
    assert "No simulation is called so." in visitor.get("/convergence/compare?name=nothing").text
    assert visitor.get("/convergence/compare?runs=x").status_code == 400


def test_another_metric_is_drawn_where_there_is_one(runs, visitor):
    assert [row["mean"] for row in rows(runs, "/convergence/1?metric=accuracy", "convergence")] == [0, 0.25, 0.5, 0.75]
    assert 'aria-label="Metric"' in visitor.get("/convergence/1").text
    assert 'aria-label="Metric"' not in visitor.get("/convergence/3").text
    assert "it has loss." in visitor.get("/convergence/3?metric=accuracy").text
    shown = visitor.get("/convergence/1?metric=accuracy").text
    assert "the accuracy went from 0 to 0.75, was least at 0 and greatest at 0.75." in shown
    assert "None of them has a point of this metric yet." in visitor.get("/convergence/compare?runs=3&metric=b").text


def test_a_metric_that_is_none_is_refused_and_the_point_with_it(runs):
    before = len(runs.get("/convergence/1/data").json())
    refused = runs.post("/convergence/data", json={"simulation_id": 1, "loss_value": 1, "metrics": {"loss": 2}})
    assert (refused.status_code, refused.json()["detail"][:39]) == (400, "The name of a metric is 'loss', which t")
    assert len(runs.get("/convergence/1/data").json()) == before


def test_a_smoothed_line_is_the_mean_of_neighbours_and_what_was_reported_stays(runs, visitor):
    stretches = [Stretch(at, points, value, value, value) for at, points, value in ((1, 1, 0), (2, 3, 4), (3, 1, 8))]
    assert smoothed(stretches, 1) == [0, 4, 8]
    assert smoothed(stretches, 5) == [0, 4, 8]
    assert smoothed([*stretches, Stretch(4, 1, 0, 0, 0)], 5)[1:3] == [4, (3 * 4 + 8 + 0) / 5]
    page = visitor.get("/convergence/1?smooth=5").text
    assert "mean of 5 neighbours" in page
    assert "as reported" in page
    assert visitor.get("/convergence/1?smooth=4").status_code == 400


def test_means_of_losses_at_the_end_of_floats_are_finite():
    stretches = [Stretch(at, 3, 1.7e308, 1.7e308, 1.7e308) for at in range(5)]
    assert smoothed(stretches, 5) == pytest.approx([1.7e308] * 5)


def test_losses_of_any_size_are_drawn_and_judged(client, visitor):
    for number, losses in enumerate(([5e-324, 1.7e308], [1e-300, 3e-300], [1.7e308] * 2), 1):
        client.post("/simulations/", json={"name": f"run {number}"}).raise_for_status()
        for i, loss in enumerate(losses * 16):
            point = {"simulation_id": number, "loss_value": loss, "timestamp": f"2026-01-01T00:{i:02d}:00Z"}
            client.post("/convergence/data", json=point).raise_for_status()
        for view in ("", "?scale=logarithmic", "?smooth=5", "?scale=logarithmic&smooth=5"):
            page = visitor.get(f"/convergence/{number}{view}")
            assert page.status_code == 200
            assert " inf" not in page.text
            assert "nan" not in page.text
    assert visitor.get("/convergence/compare?name=run&scale=logarithmic").status_code == 200
    assert "not yet" not in visitor.get("/convergence/3").text


def test_what_is_no_number_of_a_simulation_is_said_beside_what_was_asked_for(visitor):
    answer = visitor.get("/convergence/compare", params={"runs": "1, two", "name": "chain"})
    assert answer.status_code == 400
    assert "&#39;two&#39; is not an id; a whole number from 1 is." in answer.text
    assert ('value="1, two"' in answer.text, 'value="chain"' in answer.text) == (True, True)

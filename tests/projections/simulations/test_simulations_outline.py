"""The outline of a simulation's points: short, and true to every one of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.simulations.commands import CreateSimulation, DeleteSimulation, RecordPoint
from core.simulations.events import Metric
from projections.simulations import metrics, points
from tests.office import Office
from tests.profiles import trying

LOSSES = st.floats(-1e6, 1e6)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """One office for all examples, each a simulation of its own."""
    office = Office(tmp_path_factory.mktemp("outline"))
    yield office
    office.close()


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), LOSSES), min_size=1, max_size=12), st.integers(1, 8))
@trying(10)
def test_the_outline_counts_every_point_once_and_keeps_the_extremes(office, recorded, stretches):
    number = office.perform(CreateSimulation(name="s", machine=None)).id
    for at, loss in recorded:
        office.perform(RecordPoint(simulation=number, loss=loss, at=at))
    connection = office.committer.files["simulations"].connection
    found = points.outline(connection, number, stretches)
    losses = [loss for _, loss in recorded]
    assert found.points == sum(stretch.points for stretch in found.stretches) == len(recorded)
    assert len(found.stretches) <= max(stretches, 1)
    assert min(stretch.least for stretch in found.stretches) == min(losses) == found.best.loss
    assert max(stretch.greatest for stretch in found.stretches) == max(losses)
    assert all(stretch.least - 1e-6 <= stretch.mean <= stretch.greatest + 1e-6 for stretch in found.stretches)
    assert (found.first.at, found.last.at) == (min(recorded)[0], max(recorded)[0])
    assert points.newest(connection, number) == found.last
    in_time = [loss for _, loss in sorted(recorded, key=lambda point: point[0])]
    assert points.newest_losses(connection, number, 3) == in_time[-3:]


def test_there_is_no_outline_of_nothing(office):
    number = office.perform(CreateSimulation(name="s", machine=None)).id
    connection = office.committer.files["simulations"].connection
    assert points.outline(connection, number, 10) is None
    assert points.newest(connection, number) is None


def test_other_metrics_stand_beside_the_loss_and_go_with_their_simulation(office):
    number = office.perform(CreateSimulation(name="s", machine=None)).id
    for at, value in ((1, 3.0), (2, 1.0), (3, 2.0)):
        told = (Metric("accuracy", value), Metric("b", -value)) if at != 2 else (Metric("accuracy", value),)
        office.perform(RecordPoint(simulation=number, loss=0.5, at=at, metrics=told))
    connection = office.committer.files["simulations"].connection
    assert metrics.names(connection, number) == ["accuracy", "b"]
    found = points.outline(connection, number, 10, "accuracy")
    assert [stretch.mean for stretch in found.stretches] == [3.0, 1.0, 2.0]
    assert (found.first.loss, found.last.loss, found.best.loss, found.best.point) == (
        3.0,
        2.0,
        1.0,
        found.first.point + 1,
    )
    assert points.outline(connection, number, 10, "b").points == 2
    assert points.outline(connection, number, 10, "c") is None
    office.perform(DeleteSimulation(simulation=number))
    assert metrics.names(connection, number) == []


def test_the_mean_of_losses_whose_sum_is_beyond_floats_lies_among_them(office):
    number = office.perform(CreateSimulation(name="s", machine=None)).id
    for at in range(4):
        office.perform(RecordPoint(simulation=number, loss=1.7e308, at=at))
    (stretch,) = points.outline(office.committer.files["simulations"].connection, number, 1).stretches
    assert (stretch.least, stretch.mean, stretch.greatest) == (1.7e308, 1.7e308, 1.7e308)

"""Decisions about points: the losses that simulations report, the hottest path of the house."""

import math

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.free_text import check_plain_name
from core.refusals import BadInput
from core.simulations.commands import RecordPoint
from core.simulations.events import LOSS, Metric, MetricsRecorded, PointRecorded
from core.simulations.placing import no_simulation, simulation_stream
from core.simulations.state import SimulationsState

MOST_METRICS, LONGEST_NAME = 16, 64


def record(command: RecordPoint, asking: Asking, state: SimulationsState) -> Decision:
    """Record a point, whatever the simulation's status: clients buffer, and the last points may come late.

    Of points that bring no time of their own, each gets a later one than the one before, so that whoever asks for
    what came after a time misses none. Two points of equal time and loss are two points.
    """
    number = command.simulation
    newest = state.newest_stamp(number)
    if newest is None:
        raise no_simulation(number)
    if not math.isfinite(command.loss):
        raise BadInput(f"loss_value is {command.loss}; a finite number is accepted.")
    _check_metrics(command.metrics)
    stamped = command.at is None
    fact = PointRecorded(
        simulation=number,
        point=state.next_point(),
        at=max(asking.now, newest + 1) if command.at is None else command.at,
        stamped=stamped,
        loss=command.loss + 0.0,  # makes -0.0 plain 0.0, which is all that SQLite keeps of it
    )
    events = [NewEvent(simulation_stream(number), fact)]
    if command.metrics:
        metrics = tuple(Metric(one.name, one.value + 0.0) for one in command.metrics)
        told = MetricsRecorded(simulation=number, point=fact.point, at=fact.at, metrics=metrics)
        events.append(NewEvent(simulation_stream(number), told, within=0))
    return events


def _check_metrics(metrics: tuple[Metric, ...]) -> None:
    """Refuse metrics that are none.

    Raises:
        BadInput: there are too many, or one has no acceptable name or value.
    """
    if len(metrics) > MOST_METRICS:
        raise BadInput(f"{len(metrics)} metrics were sent; at most {MOST_METRICS} are accepted beside the loss.")
    for one in metrics:
        check_plain_name("The name of a metric", one.name, LONGEST_NAME)
        if one.name == LOSS:
            raise BadInput(f"The name of a metric is {LOSS!r}, which the point has already; another name is accepted.")
        if not math.isfinite(one.value):
            raise BadInput(f"The metric {one.name} is {one.value}; a finite number is accepted.")

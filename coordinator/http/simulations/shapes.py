"""Machines, simulations and points on the wire; times are ISO 8601 in UTC."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from litestar.params import PathParameter
from msgspec import Meta

from coordinator.http.requests.parameters import MAX_INTEGER
from coordinator.http.requests.sentences import shown
from core.events.envelope import Event
from core.refusals import BadInput
from core.simulations.answers import MachineAnswer, PointAnswer, SimulationAnswer
from core.simulations.events import Metric, PointRecorded
from core.simulations.state import Machine, MachineStatus, Simulation, SimulationStatus
from core.timestamps import to_iso
from core.wording import shortened
from projections.simulations.points import Point

Number = Annotated[int, Meta(ge=1, le=MAX_INTEGER)]
Metrics = Annotated[dict[str, Any], Meta(extra_json_schema={"additionalProperties": {"type": "number"}})]
Ignored = Annotated[int, PathParameter(description="Ignored, as it always was.")]


class MachineShown(msgspec.Struct, frozen=True):
    """A machine; `memory` in gigabytes."""

    id: int
    name: str
    cpu: str
    gpu: str | None
    memory: int
    status: MachineStatus


class SimulationShown(msgspec.Struct, frozen=True):
    """A simulation; `machine_id` is null while it waits for a machine that is free."""

    id: int
    name: str
    status: SimulationStatus
    machine_id: int | None
    created_at: str
    updated_at: str


class PointShown(msgspec.Struct, frozen=True, gc=False):
    """A point of a simulation."""

    id: int
    simulation_id: int
    timestamp: str
    loss_value: float


class GraphPoint(msgspec.Struct, frozen=True, gc=False):
    """A point on the graph of a simulation."""

    timestamp: str
    loss_value: float


class Graph(msgspec.Struct, frozen=True):
    """How a simulation converges; `is_complete` once it has finished."""

    simulation_id: int
    data_points: list[GraphPoint]
    is_complete: bool


def machine_shown(machine: Machine | MachineAnswer) -> MachineShown:
    """Show a machine."""
    return MachineShown(machine.id, machine.name, machine.cpu, machine.gpu, machine.memory_gb, machine.status)


def simulation_shown(simulation: Simulation | SimulationAnswer) -> SimulationShown:
    """Show a simulation."""
    return SimulationShown(
        id=simulation.id,
        name=simulation.name,
        status=simulation.status,
        machine_id=simulation.machine,
        created_at=to_iso(simulation.created_at),
        updated_at=to_iso(simulation.updated_at),
    )


def point_shown(simulation: int, point: Point | PointAnswer) -> PointShown:
    """Show a point by itself."""
    return PointShown(point.point, simulation, to_iso(point.at), point.loss)


def metrics_of(said: Mapping[str, Any]) -> tuple[Metric, ...]:
    """Read what was measured beside the loss, by name.

    Raises:
        BadInput: one of the values is no number; a type could not say of which metric.
    """
    return tuple(Metric(name, _measured(name, value)) for name, value in sorted(said.items()))


def _measured(name: str, value: Any) -> float:
    try:
        return msgspec.convert(value, float, strict=False)
    except msgspec.ValidationError:
        raise BadInput(f"metrics[{shortened(name)!r}] is {shown(value)}; a number is accepted.") from None


def graph_point(point: Point | PointRecorded) -> GraphPoint:
    """Show a point as part of a graph."""
    return GraphPoint(to_iso(point.at), point.loss)


def points_in(events: list[Event]) -> list[GraphPoint]:
    """Show the points among events, in the order in which they were recorded."""
    return [graph_point(event.fact) for event in events if isinstance(event.fact, PointRecorded)]

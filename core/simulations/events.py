"""Facts about machines, the simulations on them, and the losses that they report."""

from msgspec import Struct

from core.events.fact import Fact

LOSS = "loss"
"""The metric that every point has."""


class MachineRegistered(Fact, frozen=True):
    """A machine can be computed on.

    Attributes:
        machine: its number, from 1.
        name: what it is called.
        cpu: its processor, in words.
        gpu: its graphics processor, in words; None when it has none.
        memory_gb: gigabytes.
        status: `available`, `busy` or `maintenance`.
    """

    type = "simulations.machine_registered.v1"
    machine: int
    name: str
    cpu: str
    gpu: str | None
    memory_gb: int
    status: str


class MachineStatusSet(Fact, frozen=True):
    """Somebody set the status of a machine by hand."""

    type = "simulations.machine_status_set.v1"
    machine: int
    status: str


class MachineRemoved(Fact, frozen=True):
    """A machine is no longer there; what ran on it stays."""

    type = "simulations.machine_removed.v1"
    machine: int


class SimulationCreated(Fact, frozen=True):
    """Somebody wants a simulation run.

    Attributes:
        simulation: its number, from 1.
        name: what it is called.
        machine: where it shall run; None when it waits for a machine that is free.
    """

    type = "simulations.created.v1"
    simulation: int
    name: str
    machine: int | None


class SimulationRenamed(Fact, frozen=True):
    """A simulation is called something else."""

    type = "simulations.renamed.v1"
    simulation: int
    name: str


class SimulationMoved(Fact, frozen=True):
    """Somebody wants a pending simulation run on another machine."""

    type = "simulations.moved.v1"
    simulation: int
    machine: int


class SimulationPlaced(Fact, frozen=True):
    """A simulation that had waited for a machine got one that was free."""

    type = "simulations.placed.v1"
    simulation: int
    machine: int


class SimulationStarted(Fact, frozen=True):
    """A simulation runs, and keeps its machine busy."""

    type = "simulations.started.v1"
    simulation: int
    machine: int


class SimulationFinished(Fact, frozen=True):
    """A simulation is done, and leaves its machine to others."""

    type = "simulations.finished.v1"
    simulation: int
    machine: int


class SimulationDeleted(Fact, frozen=True):
    """A simulation is no longer wanted; its number is not given out again."""

    type = "simulations.deleted.v1"
    simulation: int


class PointRecorded(Fact, frozen=True):
    """A simulation reported its loss.

    Attributes:
        simulation: which one.
        point: number of the report, from 1, over all simulations.
        at: the time that it belongs to, microseconds UTC.
        stamped: whether the coordinator gave that time, because the client gave none.
        loss: finite.
    """

    type = "simulations.point_recorded.v1"
    simulation: int
    point: int
    at: int
    stamped: bool
    loss: float


class Metric(Struct, frozen=True, gc=False):
    """A finite value beside the loss, by its name."""

    name: str
    value: float


class MetricsRecorded(Fact, frozen=True):
    """A simulation reported more than its loss.

    Attributes:
        simulation: which one.
        point: number of the report, which tells the loss.
        at: the time that it belongs to, microseconds UTC.
        metrics: each name once.
    """

    type = "simulations.metrics_recorded.v1"
    simulation: int
    point: int
    at: int
    metrics: tuple[Metric, ...]


FACTS = (
    MachineRegistered,
    MachineStatusSet,
    MachineRemoved,
    SimulationCreated,
    SimulationRenamed,
    SimulationMoved,
    SimulationPlaced,
    SimulationStarted,
    SimulationFinished,
    SimulationDeleted,
    PointRecorded,
    MetricsRecorded,
)

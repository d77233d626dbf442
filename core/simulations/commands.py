"""Commands about machines and simulations."""

from core.deciding import Command
from core.simulations.answers import Gone, MachineAnswer, PointAnswer, SimulationAnswer
from core.simulations.events import Metric
from core.simulations.state import MachineStatus, SimulationStatus

MAX_NAME = 200
"""Of a machine, what is in it, and of a simulation, in characters."""


class RegisterMachine(Command[MachineAnswer], frozen=True):
    """Say that a machine can be computed on."""

    context = "simulations"
    name: str
    cpu: str
    memory_gb: int
    gpu: str | None = None
    status: MachineStatus = "available"


class SetMachineStatus(Command[MachineAnswer], frozen=True):
    """Set a machine's status by hand."""

    context = "simulations"
    machine: int
    status: MachineStatus


class RemoveMachine(Command[Gone], frozen=True):
    """Say that a machine is no longer there."""

    context = "simulations"
    machine: int


class CreateSimulation(Command[SimulationAnswer], frozen=True):
    """Have a simulation run on a machine; on the first that is free when `machine` is None."""

    context = "simulations"
    name: str
    machine: int | None = None


class ChangeSimulation(Command[SimulationAnswer], frozen=True):
    """Change what is said of a simulation; None leaves it as it was."""

    context = "simulations"
    simulation: int
    name: str | None = None
    status: SimulationStatus | None = None
    machine: int | None = None


class DeleteSimulation(Command[Gone], frozen=True):
    """Forget a simulation and its points; one that runs frees its machine."""

    context = "simulations"
    simulation: int


class RecordPoint(Command[PointAnswer], frozen=True):
    """Report a loss.

    Attributes:
        simulation: whose.
        loss: finite.
        at: the time that it belongs to, microseconds UTC; None for the time at which it is recorded.
        metrics: what else was measured then.
    """

    context = "simulations"
    simulation: int
    loss: float
    at: int | None = None
    metrics: tuple[Metric, ...] = ()

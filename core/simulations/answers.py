"""Answers to commands about machines and simulations."""

from collections.abc import Sequence

from msgspec import field

from core.deciding import Answer
from core.events.envelope import Event
from core.simulations.events import (
    MachineRegistered,
    MachineRemoved,
    MachineStatusSet,
    PointRecorded,
    SimulationCreated,
    SimulationDeleted,
    SimulationFinished,
    SimulationMoved,
    SimulationRenamed,
    SimulationStarted,
)
from core.simulations.state import Machine, MachineStatus, Simulation, SimulationsState, SimulationStatus


class MachineAnswer(Answer, frozen=True, tag="machine"):
    """A machine as it stands."""

    id: int = field(name="machine")
    name: str
    cpu: str
    gpu: str | None
    memory_gb: int
    status: MachineStatus


class SimulationAnswer(Answer, frozen=True, tag="simulation"):
    """A simulation as it stands; times are microseconds UTC."""

    id: int = field(name="simulation")
    name: str
    status: SimulationStatus
    machine: int | None
    created_at: int
    updated_at: int


class PointAnswer(Answer, frozen=True, tag="point"):
    """A point was recorded."""

    point: int
    simulation: int
    at: int
    loss: float


class Gone(Answer, frozen=True, tag="gone"):
    """A machine was removed, or a simulation deleted."""

    what: str
    number: int


ANSWERS = (MachineAnswer, SimulationAnswer, PointAnswer, Gone)


def machine_answer(machine: Machine) -> MachineAnswer:
    """Describe a machine."""
    return MachineAnswer(
        id=machine.id,
        name=machine.name,
        cpu=machine.cpu,
        gpu=machine.gpu,
        memory_gb=machine.memory_gb,
        status=machine.status,
    )


def simulation_answer(simulation: Simulation) -> SimulationAnswer:
    """Describe a simulation."""
    return SimulationAnswer(
        id=simulation.id,
        name=simulation.name,
        status=simulation.status,
        machine=simulation.machine,
        created_at=simulation.created_at,
        updated_at=simulation.updated_at,
    )


def answer(events: Sequence[Event], state: SimulationsState) -> Answer:
    """Render the answer to a command from its events and the state just after them."""
    for event in events:
        match event.fact:
            case PointRecorded(point=point, simulation=simulation, at=at, loss=loss):
                return PointAnswer(point=point, simulation=simulation, at=at, loss=loss)
            case (
                SimulationCreated(simulation=number)
                | SimulationRenamed(simulation=number)
                | SimulationMoved(simulation=number)
                | SimulationStarted(simulation=number)
                | SimulationFinished(simulation=number)
            ):
                simulation_now = state.simulation(number)
                assert simulation_now is not None, f"simulation {number} was created"
                return simulation_answer(simulation_now)
            case MachineRegistered(machine=number) | MachineStatusSet(machine=number):
                machine = state.machine(number)
                assert machine is not None, f"machine {number} was registered"
                return machine_answer(machine)
            case SimulationDeleted(simulation=number):
                return Gone(what="simulation", number=number)
            case MachineRemoved(machine=number):
                return Gone(what="machine", number=number)
    raise AssertionError(f"no answer is known for {[type(event.fact).__name__ for event in events]}")

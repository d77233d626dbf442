"""Decisions about machines."""

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.free_text import check_plain_name
from core.refusals import BadInput, Conflict
from core.simulations.answers import machine_answer
from core.simulations.commands import MAX_NAME, RegisterMachine, RemoveMachine, SetMachineStatus
from core.simulations.events import MachineRegistered, MachineRemoved, MachineStatusSet
from core.simulations.placing import hand_over, known_machine, machine_stream
from core.simulations.state import SimulationsState

MAX_MEMORY_GB = 1_000_000


def register(command: RegisterMachine, _: Asking, state: SimulationsState) -> Decision:
    """Record a machine; the simulation that has waited longest for one gets it."""
    if not 1 <= command.memory_gb <= MAX_MEMORY_GB:
        raise BadInput(
            f"memory is {command.memory_gb}; a whole number of gigabytes from 1 to {MAX_MEMORY_GB} is accepted."
        )
    machine = state.next_machine()
    fact = MachineRegistered(
        machine=machine,
        name=check_plain_name("name", command.name, MAX_NAME),
        cpu=check_plain_name("cpu", command.cpu, MAX_NAME),
        gpu=None if command.gpu is None else check_plain_name("gpu", command.gpu, MAX_NAME),
        memory_gb=command.memory_gb,
        status=command.status,
    )
    events = [NewEvent(machine_stream(machine), fact)]
    return events + hand_over(machine, state, 0) if command.status == "available" else events


def set_status(command: SetMachineStatus, _: Asking, state: SimulationsState) -> Decision:
    """Set a status by hand.

    A machine may be taken into maintenance while a simulation runs on it: that one runs to its end, and no other
    starts.
    """
    machine = known_machine(command.machine, state)
    if machine.status == command.status:
        return machine_answer(machine)
    running = state.running_on(machine.id)
    if command.status == "available" and running is not None:
        raise Conflict(
            f"Machine {machine.id} can't be made available while simulation {running} runs on it;"
            " finishing or deleting the simulation frees it."
        )
    fact = MachineStatusSet(machine=machine.id, status=command.status)
    events = [NewEvent(machine_stream(machine.id), fact)]
    return events + hand_over(machine.id, state, 0) if command.status == "available" else events


def remove(command: RemoveMachine, _: Asking, state: SimulationsState) -> Decision:
    """Record that a machine is no longer there, when no simulation needs it."""
    machine = known_machine(command.machine, state)
    needed = state.running_on(machine.id) or state.first_pending_on(machine.id)
    if needed is not None:
        raise Conflict(
            f"Machine {machine.id} can't be removed while simulation {needed} runs or is to run on it;"
            " finish, move or delete the simulation first."
        )
    return [NewEvent(machine_stream(machine.id), MachineRemoved(machine=machine.id))]

"""Decisions about simulations: pending, then running, then finished."""

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.free_text import check_plain_name
from core.refusals import Conflict
from core.simulations.answers import simulation_answer
from core.simulations.commands import MAX_NAME, ChangeSimulation, CreateSimulation, DeleteSimulation
from core.simulations.events import (
    SimulationCreated,
    SimulationDeleted,
    SimulationFinished,
    SimulationMoved,
    SimulationRenamed,
    SimulationStarted,
)
from core.simulations.placing import hand_over, known_machine, known_simulation, place, simulation_stream
from core.simulations.state import Simulation, SimulationsState, SimulationStatus


def create(command: CreateSimulation, _: Asking, state: SimulationsState) -> Decision:
    """Record a simulation; one without a machine gets a free one, or waits."""
    name = check_plain_name("name", command.name, MAX_NAME)
    if command.machine is not None:
        known_machine(command.machine, state)
    simulation = state.next_simulation()
    fact = SimulationCreated(simulation=simulation, name=name, machine=command.machine)
    events = [NewEvent(simulation_stream(simulation), fact)]
    free = state.free_machine() if command.machine is None else None
    return events if free is None else [*events, place(simulation, free, 0)]


def change(command: ChangeSimulation, _: Asking, state: SimulationsState) -> Decision:
    """Rename, move, start or finish a simulation, in this order; what is so already changes nothing."""
    simulation = known_simulation(command.simulation, state)
    stream = simulation_stream(simulation.id)
    events: list[NewEvent] = []
    if command.name is not None and command.name != simulation.name:
        name = check_plain_name("name", command.name, MAX_NAME)
        events.append(NewEvent(stream, SimulationRenamed(simulation=simulation.id, name=name)))
    machine = simulation.machine
    handed_over: list[NewEvent] = []
    if command.machine is not None and command.machine != machine:
        events.append(_moved(simulation, command.machine, state))
        handed_over = _leave(simulation, state, len(events) - 1)
        machine = command.machine
    if command.status is not None and command.status != simulation.status:
        events.append(_turned(simulation, command.status, machine, state))
        if command.status == "finished":
            handed_over = _leave(simulation, state, len(events) - 1)
    return [*events, *handed_over] if events else simulation_answer(simulation)


def delete(command: DeleteSimulation, _: Asking, state: SimulationsState) -> Decision:
    """Forget a simulation; a machine that it frees goes to the one that has waited longest."""
    simulation = known_simulation(command.simulation, state)
    fact = SimulationDeleted(simulation=simulation.id)
    return [NewEvent(simulation_stream(simulation.id), fact), *_leave(simulation, state, 0)]


def _moved(simulation: Simulation, machine: int, state: SimulationsState) -> NewEvent:
    if simulation.status != "pending":
        raise Conflict(
            f"Simulation {simulation.id} is {simulation.status} on machine {simulation.machine};"
            " only a pending one can be moved to another."
        )
    known_machine(machine, state)
    fact = SimulationMoved(simulation=simulation.id, machine=machine)
    return NewEvent(simulation_stream(simulation.id), fact)


def _turned(simulation: Simulation, status: SimulationStatus, machine: int | None, state: SimulationsState) -> NewEvent:
    """Start or finish a simulation on its machine."""
    number = simulation.id
    if (simulation.status, status) == ("pending", "running"):
        if machine is None:
            raise Conflict(f"Simulation {number} can't run yet: it waits for a machine.")
        _check_startable(number, machine, state)
        return NewEvent(simulation_stream(number), SimulationStarted(simulation=number, machine=machine))
    if (simulation.status, status) == ("running", "finished"):
        assert machine is not None, f"simulation {number} runs somewhere"
        return NewEvent(simulation_stream(number), SimulationFinished(simulation=number, machine=machine))
    raise Conflict(
        f"Simulation {number} is {simulation.status} and can't become {status};"
        " a pending one can become running, and a running one finished."
    )


def _check_startable(simulation: int, machine: int, state: SimulationsState) -> None:
    """Refuse to start a simulation on a machine that is not available."""
    status = known_machine(machine, state).status
    if status == "available":
        return
    if status == "maintenance":
        reason = "is in maintenance"
    else:
        running = state.running_on(machine)
        reason = "is busy" if running is None else f"is busy with simulation {running}"
    raise Conflict(f"Simulation {simulation} can't run on machine {machine}, which {reason}.")


def _leave(simulation: Simulation, state: SimulationsState, within: int) -> list[NewEvent]:
    """Hand over the machine that a simulation leaves by an event at the offset `within`.

    It becomes free when the simulation ran there, unless somebody wants it for maintenance, or when it was promised
    to the simulation.
    """
    if simulation.machine is None or simulation.status == "finished":
        return []
    held = "busy" if simulation.status == "running" else "available"
    if known_machine(simulation.machine, state).status != held or not (simulation.placed or held == "busy"):
        return []
    return hand_over(simulation.machine, state, within, leaving=simulation.id)

"""Streams of this context, and who gets a machine that becomes free.

A simulation created without a machine waits for one that is free: available, and promised to nobody who waited
before. The oldest gets it at that moment, by an event of the same command that freed it; so no machine is ever free
while a simulation waits. Simulations that were given their machine by name do not wait, and several may be pending on
one machine; which of them runs first is up to those who start them.
"""

from core.events.envelope import NewEvent
from core.refusals import Unknown
from core.simulations.events import SimulationPlaced
from core.simulations.state import Machine, Simulation, SimulationsState


def machine_stream(machine: int) -> str:
    """Return the stream of a machine's events."""
    return f"machine-{machine}"


def simulation_stream(simulation: int) -> str:
    """Return the stream of a simulation's events, its points included."""
    return f"simulation-{simulation}"


def known_machine(machine: int, state: SimulationsState) -> Machine:
    """Return a machine.

    Raises:
        Unknown: it is not there.
    """
    found = state.machine(machine)
    if found is None:
        raise Unknown(f"There is no machine {machine}.")
    return found


def known_simulation(simulation: int, state: SimulationsState) -> Simulation:
    """Return a simulation.

    Raises:
        Unknown: it is not there.
    """
    found = state.simulation(simulation)
    if found is None:
        raise no_simulation(simulation)
    return found


def no_simulation(simulation: int) -> Unknown:
    """Return the refusal of what is asked about a simulation that is not there."""
    return Unknown(f"There is no simulation {simulation}.")


def place(simulation: int, machine: int, within: int) -> NewEvent:
    """Give a machine to a simulation that waits; `within` is the offset of the event that made it possible."""
    fact = SimulationPlaced(simulation=simulation, machine=machine)
    return NewEvent(simulation_stream(simulation), fact, within=within)


def hand_over(machine: int, state: SimulationsState, within: int, leaving: int = 0) -> list[NewEvent]:
    """Give a machine that becomes available to the simulation that has waited longest, if it is promised to nobody.

    Args:
        machine: what becomes available.
        state: before the decision.
        within: offset in the decision of the event that makes it available.
        leaving: a simulation that gives the machine up by that event.
    """
    waiting = None if state.promised(machine, leaving) else state.first_waiting()
    return [] if waiting is None else [place(waiting, machine, within)]

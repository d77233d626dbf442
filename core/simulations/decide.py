"""Simulations as a context: which decision answers which command."""

from core.deciding import Asking, Command, Context, Decision
from core.simulations import convergence, lifecycle, machines
from core.simulations.answers import ANSWERS, answer
from core.simulations.commands import (
    ChangeSimulation,
    CreateSimulation,
    DeleteSimulation,
    RecordPoint,
    RegisterMachine,
    RemoveMachine,
    SetMachineStatus,
)
from core.simulations.events import FACTS
from core.simulations.state import SimulationsState


def decide(command: Command, asking: Asking, state: SimulationsState) -> Decision:  # noqa: PLR0911 - one line a command
    """Decide a command of this context."""
    match command:
        case RecordPoint():
            return convergence.record(command, asking, state)
        case CreateSimulation():
            return lifecycle.create(command, state)
        case ChangeSimulation():
            return lifecycle.change(command, state)
        case DeleteSimulation():
            return lifecycle.delete(command, state)
        case RegisterMachine():
            return machines.register(command, state)
        case SetMachineStatus():
            return machines.set_status(command, state)
        case RemoveMachine():
            return machines.remove(command, state)
    raise AssertionError(f"{type(command).__name__} is no command of simulations")


SIMULATIONS = Context(name="simulations", facts=FACTS, decide=decide, answer=answer, answers=ANSWERS)

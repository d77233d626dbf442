"""Simulations as a context: which decision answers which command."""

from core.deciding import Context
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

SIMULATIONS = Context(
    name="simulations",
    facts=FACTS,
    decisions={
        RecordPoint: convergence.record,
        CreateSimulation: lifecycle.create,
        ChangeSimulation: lifecycle.change,
        DeleteSimulation: lifecycle.delete,
        RegisterMachine: machines.register,
        SetMachineStatus: machines.set_status,
        RemoveMachine: machines.remove,
    },
    answer=answer,
    answers=ANSWERS,
)

"""Simulations and their machines."""

from core.simulations.commands import (
    ChangeSimulation,
    CreateSimulation,
    DeleteSimulation,
    RecordPoint,
    RegisterMachine,
    RemoveMachine,
    SetMachineStatus,
)
from core.simulations.events import Metric
from core.timestamps import SECOND
from tests.golden.staging import leads_to


@leads_to(
    *("simulations.machine_registered.v1", "simulations.machine_status_set.v1", "simulations.machine_removed.v1"),
    *("simulations.created.v1", "simulations.renamed.v1", "simulations.moved.v1", "simulations.placed.v1"),
    *("simulations.started.v1", "simulations.finished.v1", "simulations.deleted.v1", "simulations.point_recorded.v1"),
)
def simulate(office):
    """Simulations on machines, from the first to the last that can happen to either."""
    machines = [
        office.perform(RegisterMachine(name=f"m{i}", cpu="8 cores", memory_gb=32, gpu="none"), client=None).id
        for i in range(3)
    ]
    office.perform(SetMachineStatus(machine=machines[2], status="offline"), client=None)
    office.perform(RemoveMachine(machine=machines[2]), client=None)
    first = office.perform(CreateSimulation(name="first", machine=machines[0]), client=None).id
    for change in ({"name": "renamed"}, {"machine": machines[1]}, {"status": "running"}):
        office.perform(ChangeSimulation(simulation=first, **change), client=None)
    office.perform(RecordPoint(simulation=first, loss=0.25), client=None)
    office.perform(RecordPoint(simulation=first, loss=0.125, at=office.now - SECOND), client=None)
    office.perform(ChangeSimulation(simulation=first, status="finished"), client=None)
    second = office.perform(CreateSimulation(name="second", machine=None), client=None).id
    office.perform(ChangeSimulation(simulation=second, status="running"), client=None)
    office.perform(DeleteSimulation(simulation=second), client=None)


@leads_to("simulations.metrics_recorded.v1")
def measure(office):
    """A simulation that reports more than its loss, and one that goes with all of it."""
    for deleted in (False, True):
        number = office.perform(CreateSimulation(name="measured", machine=None), client=None).id
        metrics = (Metric("accuracy", 0.5), Metric("learning rate", 1e-3))
        office.perform(RecordPoint(simulation=number, loss=0.25, metrics=metrics), client=None)
        if deleted:
            office.perform(DeleteSimulation(simulation=number), client=None)

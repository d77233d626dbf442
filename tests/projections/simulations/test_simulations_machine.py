"""Whatever is asked in whatever order: machines are busy as they must be, and nobody waits while one is free."""

import tempfile

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from core.refusals import Refusal
from core.simulations.commands import (
    ChangeSimulation,
    CreateSimulation,
    DeleteSimulation,
    RecordPoint,
    RegisterMachine,
    RemoveMachine,
    SetMachineStatus,
)
from projections.simulations import catalogue, machines, points
from tests.office import Office
from tests.profiles import running
from tests.together import Together, applied

numbers = st.integers(1, 6)
names = st.sampled_from(["a", "b", ""])
machine_statuses = st.sampled_from(["available", "busy", "maintenance"])
simulation_statuses = st.sampled_from(["pending", "running", "finished"])
losses = st.floats(allow_nan=True, allow_infinity=True)


class SimulationsMachine(Together):
    """Commands on a real writer; what was refused must have changed nothing."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.office = Office(self.directory.name)
        self.losses = {}

    def attempt(self, command):
        before = self.office.tables("simulations")
        try:
            return self.office.perform(command)
        except Refusal:
            assert self.office.tables("simulations") == before
            return None

    @rule(status=machine_statuses)
    def register(self, status):
        self.attempt(RegisterMachine(name="m", cpu="c", memory_gb=1, status=status))

    @rule(machine=numbers, status=machine_statuses)
    def set_status(self, machine, status):
        self.attempt(SetMachineStatus(machine=machine, status=status))

    @rule(machine=numbers)
    def remove(self, machine):
        self.attempt(RemoveMachine(machine=machine))

    @rule(name=names, machine=st.none() | numbers)
    def create(self, name, machine):
        created = self.attempt(CreateSimulation(name=name, machine=machine))
        if created is not None:
            assert created.status == "pending"
            self.losses[created.id] = []

    @rule(
        simulation=numbers,
        name=st.none() | names,
        status=st.none() | simulation_statuses,
        machine=st.none() | numbers,
    )
    def change(self, simulation, name, status, machine):
        changed = self.attempt(ChangeSimulation(simulation=simulation, name=name, status=status, machine=machine))
        if changed is not None:
            assert changed.name == (name or changed.name)
            assert changed.status == (status or changed.status)
            assert changed.machine == (machine or changed.machine)

    @rule(simulation=numbers)
    def delete(self, simulation):
        if self.attempt(DeleteSimulation(simulation=simulation)) is not None:
            del self.losses[simulation]

    @rule(simulation=numbers, loss=losses, at=st.none() | st.integers(-(2**40), 2**52))
    def point(self, simulation, loss, at):
        if self.attempt(RecordPoint(simulation=simulation, loss=loss, at=at)) is not None:
            self.losses[simulation].append(loss)

    @rule(rebuild=st.booleans())
    def restart(self, rebuild):
        before = self.office.tables("simulations")
        self.office.reopen(rebuild=rebuild)
        assert self.office.tables("simulations") == before

    @property
    def connection(self):
        return self.office.committer.files["simulations"].connection

    def every_simulation(self):
        return catalogue.simulations(self.connection, None, "created_at", "asc", 1, 1000).simulations

    @applied
    @invariant()
    def a_machine_runs_one_simulation_at_most_and_is_not_available_meanwhile(self):
        running = [one.machine for one in self.every_simulation() if one.status == "running"]
        assert len(running) == len(set(running))
        available = {one.id for one in machines.machines(self.connection) if one.status == "available"}
        assert not available & set(running)

    @applied
    @invariant()
    def nobody_waits_while_a_machine_is_free(self):
        everyone = self.every_simulation()
        available = {one.id for one in machines.machines(self.connection) if one.status == "available"}
        promised = {one.machine for one in everyone if one.placed and one.status == "pending"}
        assert not (available - promised and any(one.machine is None for one in everyone))

    @applied
    @invariant()
    def every_point_of_every_simulation_is_there_once(self):
        for simulation, losses in self.losses.items():
            assert sorted(p.loss for p in points.course(self.connection, simulation).points) == sorted(losses)

    def teardown(self):
        self.restart(rebuild=True)
        self.office.close()
        self.directory.cleanup()


TestSimulationsMachine = SimulationsMachine.TestCase
TestSimulationsMachine.settings = running(15, steps=30)

"""The state that decisions about simulations need."""

from typing import Literal, Protocol

from msgspec import Struct

MachineStatus = Literal["available", "busy", "maintenance"]
SimulationStatus = Literal["pending", "running", "finished"]


class Machine(Struct, frozen=True, gc=False):
    """A machine as it stands.

    Attributes:
        id: its number.
        name: what it is called.
        cpu: its processor, in words.
        gpu: its graphics processor, in words.
        memory_gb: gigabytes.
        status: `busy` while a simulation runs on it, or because somebody said so.
    """

    id: int
    name: str
    cpu: str
    gpu: str | None
    memory_gb: int
    status: MachineStatus


class Simulation(Struct, frozen=True, gc=False):
    """A simulation as it stands.

    Attributes:
        id: its number.
        name: what it is called.
        status: `pending`, then `running`, then `finished`.
        machine: where it runs, is to run or ran; None while it waits for a machine.
        placed: whether it got its machine by waiting for one.
        created_at: microseconds UTC.
        updated_at: when it last changed; its points do not change it.
    """

    id: int
    name: str
    status: SimulationStatus
    machine: int | None
    placed: bool
    created_at: int
    updated_at: int


class SimulationsState(Protocol):
    """Implemented by `projections.simulations.state`."""

    def next_machine(self) -> int:
        """Return the number that the next machine gets."""
        ...

    def next_simulation(self) -> int:
        """Return the number that the next simulation gets."""
        ...

    def next_point(self) -> int:
        """Return the number that the next point gets."""
        ...

    def machine(self, machine: int) -> Machine | None:
        """Return a machine; None for one that was never there or was removed."""
        ...

    def simulation(self, simulation: int) -> Simulation | None:
        """Return a simulation; None for one that was never there or was deleted."""
        ...

    def newest_stamp(self, simulation: int) -> int | None:
        """Return the newest time that the coordinator gave a point of a simulation, microseconds UTC.

        0 when it has given none; None when there is no such simulation.
        """
        ...

    def running_on(self, machine: int) -> int | None:
        """Return the simulation that runs on a machine."""
        ...

    def first_pending_on(self, machine: int) -> int | None:
        """Return the oldest simulation that is to run on a machine."""
        ...

    def promised(self, machine: int, leaving: int) -> bool:
        """Tell whether a machine is kept for a simulation that waited for one, another than the one that leaves it."""
        ...

    def free_machine(self) -> int | None:
        """Return the machine that a waiting simulation gets.

        It is available and promised to nobody who waited before; of several the one on which the fewest simulations
        are to run, then the oldest.
        """
        ...

    def first_waiting(self) -> int | None:
        """Return the oldest simulation that waits for a machine."""
        ...

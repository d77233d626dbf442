"""The state that decisions about simulations read, folded from events."""

import sqlite3
from functools import partial

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
    SimulationPlaced,
    SimulationRenamed,
    SimulationStarted,
)
from projections.runtime.answers import Answers
from projections.simulations import catalogue, machines

SCHEMA = (
    """
CREATE TABLE newest (
    what TEXT PRIMARY KEY,         -- machine, simulation, point
    id INTEGER NOT NULL            -- the newest one given out
) STRICT, WITHOUT ROWID;
"""
    + machines.SCHEMA
    + catalogue.SCHEMA
)
_STAMPS_KEPT = 65_536
_FREE_MACHINE = """
SELECT machine FROM machines WHERE status = 'available' AND removed = 0 AND NOT EXISTS (
    SELECT 1 FROM simulations
    WHERE status <> 'finished' AND machine = machines.machine AND status = 'pending' AND placed = 1
)
ORDER BY (
    SELECT count(*) FROM simulations
    WHERE status <> 'finished' AND machine = machines.machine AND status = 'pending'
), machine LIMIT 1
"""


class SimulationsState(Answers):
    """Implements `core.simulations.state.SimulationsState`.

    Machines and simulations are written as they change. What every point changes (the newest point's number, and the
    newest time given to one of a simulation) is held here and written by `flush`.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._newest: dict[str, int] = dict(connection.execute("SELECT what, id FROM newest"))
        self._stamps: dict[int, int] = {}
        self._stamped: set[int] = set()
        self.machine = partial(machines.machine, connection)
        self.simulation = partial(catalogue.simulation, connection)
        self.first_pending_on = partial(catalogue.first_pending_on, connection)
        self.promised = partial(catalogue.promised, connection)

    def next_machine(self) -> int:
        """Return the number that the next machine gets."""
        return self._newest.get("machine", 0) + 1

    def next_simulation(self) -> int:
        """Return the number that the next simulation gets."""
        return self._newest.get("simulation", 0) + 1

    def next_point(self) -> int:
        """Return the number that the next point gets."""
        return self._newest.get("point", 0) + 1

    def newest_stamp(self, simulation: int) -> int | None:
        """Return the newest time that the coordinator gave a point of a simulation, 0 for none."""
        known = self._stamps.get(simulation)
        if known is None:
            row = self.connection.execute(
                "SELECT newest_stamp FROM simulations WHERE simulation = ?", (simulation,)
            ).fetchone()
            if row is None:
                return None
            known = self._stamps[simulation] = int(row[0])
        return known

    def running_on(self, machine: int) -> int | None:
        """Return the simulation that runs on a machine."""
        running = catalogue.running_on(self.connection, machine)
        return running.id if running else None

    def free_machine(self) -> int | None:
        """Return the machine that a waiting simulation gets."""
        row = self.connection.execute(_FREE_MACHINE).fetchone()
        return int(row[0]) if row else None

    def first_waiting(self) -> int | None:
        """Return the oldest simulation that waits for a machine."""
        row = self.connection.execute("SELECT min(simulation) FROM simulations WHERE machine IS NULL").fetchone()
        return None if row[0] is None else int(row[0])

    def apply(self, event: Event) -> None:
        """Fold one event."""
        fact = event.fact
        match fact:
            case PointRecorded():
                self._newest["point"] = fact.point
                if fact.stamped:
                    self._stamps[fact.simulation] = fact.at
                    self._stamped.add(fact.simulation)
            case MachineRegistered():
                self._newest["machine"] = fact.machine
                self.connection.execute(
                    f"INSERT INTO machines ({machines.COLUMNS}, removed) VALUES (?, ?, ?, ?, ?, ?, 0)",
                    (fact.machine, fact.name, fact.cpu, fact.gpu, fact.memory_gb, fact.status),
                )
            case MachineStatusSet():
                self.connection.execute("UPDATE machines SET status = ? WHERE machine = ?", (fact.status, fact.machine))
            case MachineRemoved():
                self.connection.execute("UPDATE machines SET removed = 1 WHERE machine = ?", (fact.machine,))
            case SimulationCreated():
                self._newest["simulation"] = fact.simulation
                self.connection.execute(
                    f"INSERT INTO simulations ({catalogue.COLUMNS}, newest_stamp) VALUES (?, ?, 'pending', ?, 0, ?, ?, 0)",
                    (fact.simulation, fact.name, fact.machine, event.recorded_at, event.recorded_at),
                )
            case SimulationDeleted():
                self._delete(fact.simulation)
            case _:
                self._change(event)

    def _change(self, event: Event) -> None:
        """Fold an event that changes a simulation, and its machine along with it."""
        fact = event.fact
        match fact:
            case SimulationRenamed():
                self._set(event, fact.simulation, "name = ?", fact.name)
            case SimulationMoved():
                self._set(event, fact.simulation, "placed = 0, machine = ?", fact.machine)
            case SimulationPlaced():
                self._set(event, fact.simulation, "placed = 1, machine = ?", fact.machine)
            case SimulationStarted():
                self._set(event, fact.simulation, "status = ?", "running")
                self.connection.execute("UPDATE machines SET status = 'busy' WHERE machine = ?", (fact.machine,))
            case SimulationFinished():
                self._set(event, fact.simulation, "status = ?", "finished")
                self._free(fact.machine)

    def _set(self, event: Event, simulation: int, change: str, value: str | int) -> None:
        self.connection.execute(
            f"UPDATE simulations SET {change}, updated_at = ? WHERE simulation = ?",
            (value, event.recorded_at, simulation),
        )

    def _free(self, machine: int) -> None:
        """Make a machine available again, unless somebody wants it for maintenance."""
        self.connection.execute(
            "UPDATE machines SET status = 'available' WHERE machine = ? AND status = 'busy'", (machine,)
        )

    def _delete(self, simulation: int) -> None:
        known = self.simulation(simulation)
        if known is not None and known.machine is not None and known.status == "running":
            self._free(known.machine)
        self.connection.execute("DELETE FROM simulations WHERE simulation = ?", (simulation,))
        self._stamps.pop(simulation, None)
        self._stamped.discard(simulation)

    def flush(self) -> None:
        """Write what was held back."""
        self.connection.executemany(
            "INSERT INTO newest VALUES (?, ?) ON CONFLICT DO UPDATE SET id = excluded.id", list(self._newest.items())
        )
        self.connection.executemany(
            "UPDATE simulations SET newest_stamp = ? WHERE simulation = ?",
            [(self._stamps[simulation], simulation) for simulation in self._stamped],
        )
        self._stamped.clear()
        if len(self._stamps) > _STAMPS_KEPT:
            self._stamps.clear()

"""Decisions about points: the losses that simulations report, the hottest path of the house."""

import math

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.refusals import BadInput
from core.simulations.commands import RecordPoint
from core.simulations.events import PointRecorded
from core.simulations.placing import no_simulation, simulation_stream
from core.simulations.state import SimulationsState


def record(command: RecordPoint, asking: Asking, state: SimulationsState) -> Decision:
    """Record a point, whatever the simulation's status: clients buffer, and the last points may come late.

    Of points that bring no time of their own, each gets a later one than the one before, so that whoever asks for
    what came after a time misses none. Two points of equal time and loss are two points.
    """
    number = command.simulation
    newest = state.newest_stamp(number)
    if newest is None:
        raise no_simulation(number)
    if not math.isfinite(command.loss):
        raise BadInput(f"loss_value is {command.loss}; a finite number is accepted.")
    stamped = command.at is None
    fact = PointRecorded(
        simulation=number,
        point=state.next_point(),
        at=max(asking.now, newest + 1) if command.at is None else command.at,
        stamped=stamped,
        loss=command.loss + 0.0,  # makes -0.0 plain 0.0, which is all that SQLite keeps of it
    )
    return [NewEvent(simulation_stream(number), fact)]

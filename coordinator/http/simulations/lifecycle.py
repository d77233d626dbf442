"""The routes of simulations: creating, finding, changing and deleting them."""

import sqlite3
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from coordinator.http.browsers import shown_at
from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.requests.parameters import MAX_INTEGER, Id, PageNumber, SizeOrAll
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.responses.whole import Listing
from coordinator.http.simulations.machines import Message
from coordinator.http.simulations.shapes import (
    Ignored,
    MachineShown,
    Number,
    SimulationShown,
    machine_shown,
    simulation_shown,
)
from coordinator.node import Node
from core.simulations.commands import ChangeSimulation, CreateSimulation, DeleteSimulation
from core.simulations.placing import no_simulation
from core.simulations.state import SimulationStatus
from projections.simulations.catalogue import Direction, OrderBy, simulation, simulations, with_machine

_PAGE = "/convergence/{number}"


class NewSimulation(msgspec.Struct, frozen=True):
    """A simulation to run; without a machine it gets the first that is free."""

    name: str
    machine_id: Number | None = None


class SimulationChange(msgspec.Struct, frozen=True):
    """The changes to a simulation; a field left out or null stays as it is."""

    name: str | None = None
    status: SimulationStatus | None = None
    machine_id: Number | None = None


class SimulationList(msgspec.Struct, frozen=True):
    """A page of simulations, and how many there are."""

    simulations: list[SimulationShown]
    total: int
    page: int
    size: int


class DetailedSimulation(SimulationShown, frozen=True):
    """A simulation with its machine, which is null while it waits for one."""

    machine: MachineShown | None


@get("/simulations", guards=[needs("read")], summary="List the simulations", **shown_at("/convergence"))
async def list_simulations(
    request: AnyRequest,
    node: NamedDependency[Node],
    status: FromQuery[SimulationStatus | None] = None,
    order_by: FromQuery[OrderBy] = "created_at",
    order_direction: FromQuery[Direction] = "desc",
    page: FromQuery[PageNumber] = 1,
    size: FromQuery[SizeOrAll] = 100,
) -> Response[SimulationList]:
    """Return a page of simulations, the newest first unless another order is asked for."""

    def read(connection: sqlite3.Connection, limit: int, offset: int) -> tuple[list[SimulationShown], int]:
        found = simulations(connection, status, order_by, order_direction, offset // limit + 1, limit)
        return [simulation_shown(one) for one in found.simulations], found.total

    listing = Listing("simulations", SimulationShown, node.readers["simulations"], read)
    return await listing.answer(request, page, size, SimulationList)


@get(
    "/simulations/{number:int}",
    guards=[needs("read")],
    summary="Read a simulation",
    responses=may_answer(404),
    **shown_at(_PAGE),
)
async def read_simulation(node: NamedDependency[Node], number: FromPath[Id]) -> SimulationShown:
    """Return a simulation."""
    found = await node.readers["simulations"].query(simulation, number)
    if found is None:
        raise no_simulation(number)
    return simulation_shown(found)


@get(
    "/simulations/{number:int}/detailed",
    guards=[needs("read")],
    summary="Read a simulation with its machine",
    responses=may_answer(404),
    **shown_at(_PAGE),
)
async def read_detailed(node: NamedDependency[Node], number: FromPath[Id]) -> DetailedSimulation:
    """Return a simulation with its machine."""
    found = await node.readers["simulations"].query(with_machine, number)
    if found is None:
        raise no_simulation(number)
    itself, machine = found
    shown = msgspec.structs.asdict(simulation_shown(itself))
    return DetailedSimulation(**shown, machine=None if machine is None else machine_shown(machine))


@post(
    "/simulations",
    guards=[needs("submit")],
    summary="Create a simulation",
    status_code=200,
    responses=may_answer(404),
)
async def create_simulation(request: AnyRequest, data: JSONBody[NewSimulation]) -> Response[SimulationShown]:
    """Create a simulation, pending on a machine.

    Without `machine_id` it gets a machine that is free; when there is none it waits, and gets the next one that becomes
    free by the order of creation.
    """
    return await _changed(request, CreateSimulation(name=data.name, machine=data.machine_id))


@post(
    "/simulations/{number:int}/create-bare-sql",
    guards=[needs("submit")],
    summary="Create a simulation from query parameters",
    status_code=200,
    responses=may_answer(404),
)
async def create_from_query(
    request: AnyRequest,
    number: FromPath[Ignored],  # noqa: ARG001 - the address has it
    name: FromQuery[str],
    machine_id: FromQuery[Annotated[int | None, QueryParameter(ge=1, le=MAX_INTEGER)]] = None,
) -> Response[SimulationShown]:
    """Create a simulation, as `POST /simulations/` does; the id in the address is ignored."""
    return await _changed(request, CreateSimulation(name=name, machine=machine_id))


@put(
    "/simulations/{number:int}",
    guards=[needs("submit")],
    summary="Change a simulation",
    responses=may_answer(404, 409),
)
async def change_simulation(
    request: AnyRequest, number: FromPath[Id], data: JSONBody[SimulationChange]
) -> Response[SimulationShown]:
    """Rename a simulation, move it while it is pending, start it or finish it."""
    command = ChangeSimulation(simulation=number, name=data.name, status=data.status, machine=data.machine_id)
    return await _changed(request, command)


@delete(
    "/simulations/{number:int}",
    guards=[needs("submit")],
    summary="Delete a simulation",
    status_code=200,
    responses=may_answer(404),
)
async def delete_simulation(request: AnyRequest, number: FromPath[Id]) -> Response[Message]:
    """Delete a simulation and its points; one that runs frees its machine."""
    outcome = await perform(request, DeleteSimulation(simulation=number))
    return answered(outcome, Message("Simulation deleted successfully"))


async def _changed(request: AnyRequest, command: CreateSimulation | ChangeSimulation) -> Response[SimulationShown]:
    outcome = await perform(request, command)
    return answered(outcome, simulation_shown(outcome.answer))


HANDLERS = (
    list_simulations,
    read_simulation,
    read_detailed,
    create_simulation,
    create_from_query,
    change_simulation,
    delete_simulation,
)

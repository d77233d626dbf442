"""The routes of machines."""

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from coordinator.http.browsers import shown_at
from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.requests.parameters import Id
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.simulations.shapes import MachineShown, machine_shown
from coordinator.node import Node
from core.refusals import BadInput, Unknown
from core.simulations.commands import RegisterMachine, RemoveMachine, SetMachineStatus
from core.simulations.state import MachineStatus
from projections.simulations.machines import machine, machines


class NewMachine(msgspec.Struct, frozen=True, kw_only=True):
    """A machine to register; `memory` in gigabytes."""

    name: str
    cpu: str
    memory: int
    gpu: str | None = None
    status: MachineStatus = "available"


class NewStatus(msgspec.Struct, frozen=True):
    """The status that a machine shall have, unless the query says."""

    status: MachineStatus | msgspec.UnsetType = msgspec.UNSET


class Message(msgspec.Struct, frozen=True):
    """An answer in words."""

    message: str


@get("/machines", guards=[needs("read")], summary="List the machines", **shown_at("/convergence"))
async def list_machines(node: NamedDependency[Node]) -> list[MachineShown]:
    """Return every machine, the oldest first."""
    return [machine_shown(one) for one in await node.readers["simulations"].query(machines)]


@get("/machines/{number:int}", guards=[needs("read")], summary="Read a machine", responses=may_answer(404))
async def read_machine(node: NamedDependency[Node], number: FromPath[Id]) -> MachineShown:
    """Return a machine."""
    found = await node.readers["simulations"].query(machine, number)
    if found is None:
        raise Unknown(f"There is no machine {number}.")
    return machine_shown(found)


@post("/machines", guards=[needs("submit")], summary="Register a machine", status_code=200)
async def register_machine(request: AnyRequest, data: JSONBody[NewMachine]) -> Response[MachineShown]:
    """Register a machine; the simulation that has waited longest for a free one gets it."""
    command = RegisterMachine(name=data.name, cpu=data.cpu, gpu=data.gpu, memory_gb=data.memory, status=data.status)
    return await _changed(request, command)


@patch(
    "/machines/{number:int}/status",
    guards=[needs("submit")],
    summary="Set a machine's status",
    responses=may_answer(404, 409),
)
async def set_machine_status(
    request: AnyRequest,
    number: FromPath[Id],
    data: JSONBody[NewStatus | None] = None,
    status: FromQuery[MachineStatus | None] = None,
) -> Response[MachineShown]:
    """Set a status by hand, in the body or as the query parameter `status`."""
    wanted = data.status if data and data.status is not msgspec.UNSET else status
    if wanted is None:
        raise BadInput("status is missing; one of available, busy, maintenance is required.")
    return await _changed(request, SetMachineStatus(machine=number, status=wanted))


@delete(
    "/machines/{number:int}",
    guards=[needs("submit")],
    summary="Remove a machine",
    status_code=200,
    responses=may_answer(404, 409),
)
async def remove_machine(request: AnyRequest, number: FromPath[Id]) -> Response[Message]:
    """Remove a machine that no unfinished simulation needs; what ran on it stays."""
    outcome = await perform(request, RemoveMachine(machine=number))
    return answered(outcome, Message("Machine removed successfully"))


async def _changed(request: AnyRequest, command: RegisterMachine | SetMachineStatus) -> Response[MachineShown]:
    outcome = await perform(request, command)
    return answered(outcome, machine_shown(outcome.answer))


HANDLERS = (list_machines, read_machine, register_machine, set_machine_status, remove_machine)

"""Routes that tell how much of what was reported can be checked, was checked, and failed."""

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from coordinator.clients.names import client_names
from coordinator.http.requests.parameters import AnyClient, Id, name_in
from coordinator.http.responses.problems import may_answer
from coordinator.http.trust.rows import (
    CheckRow,
    ExpectedRow,
    MachineRow,
    MissedRow,
    ShareRow,
    check_row,
    expected_row,
    machine_row,
    missed_row,
    share_row,
)
from coordinator.node import Node
from coordinator.operations.people import client_meant
from core.refusals import Unknown
from core.wording import shortened
from projections.factoring.credit.expectations import judged
from projections.factoring.lists import catalogue
from projections.factoring.numbers import projects
from projections.trust import checks, machines
from projections.trust.state import missed_finds

_SHOWN = 500


class Checking(msgspec.Struct, frozen=True):
    """All that is checked.

    Attributes:
        share: of all that was reported since there are checks.
        machines: that reported something or checked, those that failed most first.
        checks: the newest.
    """

    share: ShareRow
    machines: list[MachineRow]
    checks: list[CheckRow]


@get("/", summary="See what was checked", responses=may_answer(404, 503))
async def show_checks(node: NamedDependency[Node], client_id: FromQuery[AnyClient] = None) -> Checking:
    """Return how much can be checked, was checked, and failed: of all, of each machine, and the newest checks.

    Curves that were reported without a checksum can't be checked.
    """
    client = None if client_id is None else (await client_meant(node, client_id)).id
    readers = node.readers["trust"]
    known = await client_names(node.readers["clients"])
    rows = await readers.query(machines.machines, None if client is None else [client])
    newest = await readers.query(checks.checks_of, client, None, _SHOWN)
    return Checking(
        share=share_row(await readers.query(machines.share_of_all)),
        machines=[machine_row(row, known) for row in rows],
        checks=[check_row(check, known) for check in newest],
    )


@get("/numbers/{number:int}", summary="See how much of a number's curves was checked", responses=may_answer(404, 503))
async def show_share_of_number(node: NamedDependency[Node], number: FromPath[Id]) -> ShareRow:
    """Return how many curves were run on a number itself since there are checks, and of those could be checked, were, and failed."""
    if await node.readers["factoring"].query(catalogue.number_by_id, number) is None:
        raise Unknown(f"There is no number with the id {number}.")
    return share_row(await node.readers["trust"].query(machines.share_of_numbers, [number]))


@get("/projects/{name:path}", summary="See how much of a project's curves was checked", responses=may_answer(404, 503))
async def show_share_of_project(node: NamedDependency[Node], name: FromPath[str]) -> ShareRow:
    """Return the same of all numbers of a project."""
    project = name_in(name)
    if await node.readers["factoring"].query(projects.by_name, project) is None:
        raise Unknown(f"There is no project {shortened(project)!r}.")
    members = await node.readers["factoring"].query(projects.members, project)
    return share_row(await node.readers["trust"].query(machines.share_of_numbers, members))


@get("/expected", summary="Compare what was expected with what was found", responses=may_answer(503))
async def show_expectations(node: NamedDependency[Node]) -> list[ExpectedRow]:
    """Return how many factors each client's assignments were to find, and how many they found.

    `expected` is by the model, `scaled` by what all others found of what was expected of them, in each row of B1 and project.
    `stands_out` says that fewer were found than chance allows (`evidence` of 1,000 or more), where others found enough to tell.
    """
    known = await client_names(node.readers["clients"])
    return [expected_row(client, one, known) for client, one in (await node.readers["factoring"].query(judged)).items()]


@get("/missed", summary="List curves that should have found a factor", responses=may_answer(503))
async def show_missed(node: NamedDependency[Node]) -> list[MissedRow]:
    """Return curves whose order is smooth within their bounds modulo a factor that they did not report, and others found.

    One may be an accident; two different factors of one client are shown to whoever runs the coordinator as proof.
    """
    known = await client_names(node.readers["clients"])
    found = await node.readers["trust"].query(missed_finds, _SHOWN)
    factors = {
        client: len({one.value for one in found if one.client == client}) for client in {f.client for f in found}
    }
    return [missed_row(one, factors[one.client], known) for one in found]


HANDLERS = (show_checks, show_expectations, show_missed, show_share_of_number, show_share_of_project)

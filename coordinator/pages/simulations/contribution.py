"""Simulations: machines and what runs on them, the list, and how each converges."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import asdict

from coordinator.http.responses.tables import Paging, Table
from coordinator.http.responses.whole import Listing
from coordinator.http.simulations.shapes import SimulationShown, simulation_shown
from coordinator.node import Node
from coordinator.pages.contributing.contribution import OTHER, Contribution, Hit, Words
from coordinator.pages.rendering.navigation import Section
from coordinator.pages.rendering.site import Address, Page
from coordinator.pages.searching import EACH
from coordinator.pages.serving.asking import asked, id_of, identity, page_of, state_of
from coordinator.pages.simulations import charts
from coordinator.pages.simulations.charts import MOST_RUNS, SMOOTHINGS, Comparing, Run, View
from core.events.envelope import Event
from core.refusals import BadInput, Unknown
from core.simulations import events as facts
from core.simulations.events import LOSS
from core.simulations.settling import settling
from core.simulations.state import Simulation, SimulationStatus
from core.wording import shortened
from projections.simulations import catalogue, machines, metrics, points
from projections.simulations.points import Point

_SIZE = 25
_STRETCHES = 320
_SETTLED_OVER = 20_000
_ORDERS = ("created_at", "updated_at", "name")


class Listed(Struct, frozen=True):
    """A simulation with its latest point."""

    simulation: Simulation
    newest: Point | None


class SimulationRow(SimulationShown, frozen=True):
    """A simulation with its latest loss."""

    loss_value: float | None


class _Choice(Struct, frozen=True):
    """Which simulations are listed, and in which order."""

    status: str | None
    order: str

    def listed(self, connection: sqlite3.Connection, page: int, size: int) -> tuple[list[Listed], int]:
        """Return a page of them, and how many there are."""
        direction = "asc" if self.order == "name" else "desc"
        found = catalogue.simulations(connection, self.status, self.order, direction, page, size)  # type: ignore[arg-type] # checked by who chose
        return [Listed(one, points.newest(connection, one.id)) for one in found.simulations], found.total

    def rows(self, connection: sqlite3.Connection, limit: int, offset: int) -> tuple[list[SimulationRow], int]:
        """Return the same as rows of the table."""
        found, total = self.listed(connection, offset // limit + 1, limit)
        return list(map(_row, found)), total


async def simulations(node: Node, address: Address) -> dict[str, Any]:
    """Return the machines, and the simulations that the address asks for."""
    page = page_of(address)
    choice = _Choice(
        status=state_of(address, get_args(SimulationStatus), "status"),
        order=state_of(address, _ORDERS, "order_by") or "created_at",
    )

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        found, total = choice.listed(connection, page, _SIZE)
        known = machines.machines(connection)
        return {
            "machines": known,
            "running": {machine.id: catalogue.running_on(connection, machine.id) for machine in known},
            "waiting": {machine.id: catalogue.count_pending_on(connection, machine.id) for machine in known},
            "listed": found,
            "total": total,
        }

    readers = node.readers["simulations"]
    shown = await readers.query(read)
    paging = Paging(shown["total"], page, _SIZE)
    return shown | {
        "machine_names": {machine.id: machine.name for machine in shown["machines"]},
        "paging": paging,
        "status": choice.status,
        "statuses": get_args(SimulationStatus),
        "order": choice.order,
        "orders": _ORDERS,
        "tables": (
            Table(
                "simulations",
                SimulationRow,
                map(_row, shown["listed"]),
                paging,
                Listing("simulations", SimulationRow, readers, choice.rows).whole,
            ),
        ),
    }


def _row(one: Listed) -> SimulationRow:
    loss = one.newest.loss if one.newest else None
    return SimulationRow(**asdict(simulation_shown(one.simulation)), loss_value=loss)


async def simulation(node: Node, address: Address) -> dict[str, Any]:
    """Return one simulation, with the chart of a metric of it, as the address asks for it.

    Raises:
        Unknown: there is no such simulation, or it has no such metric.
    """
    text = address.values["simulation"]
    wanted = asked(address, View)
    shown = await node.readers["simulations"].query(_simulation, id_of(text), wanted.metric)
    if shown is None:
        raise Unknown(f"There is no simulation {shortened(text)!r}; the list of simulations has those that there are.")
    if wanted.metric not in shown["metrics"]:
        raise Unknown(
            f"The simulation has no metric {shortened(wanted.metric)!r}; it has {', '.join(shown['metrics'])}."
        )
    chart = charts.course(shown["drawn"], wanted) if shown["drawn"] else None
    return shown | {
        "chart": chart,
        "asked": wanted,
        "smoothings": SMOOTHINGS,
        "tables": (chart.table,) if chart else (),
    }


async def compare(node: Node, address: Address) -> dict[str, Any]:
    """Return several simulations in one chart: those that the address names, and the newest whose names hold a text.

    Raises:
        BadInput: the address asks for what nobody knows; what is no simulation's number is told on the page.
    """
    wanted, problem = asked(address, Comparing), None
    try:
        numbers = [identity(word) for word in wanted.runs.replace(",", " ").split()][:MOST_RUNS]
    except BadInput as refusal:
        numbers, problem = [], str(refusal)
    runs, known = await node.readers["simulations"].query(_runs, numbers, wanted)
    chart = charts.comparison(runs, wanted) if any(run.outline for run in runs) else None
    return {
        "runs": runs,
        "problem": problem,
        "metrics": known,
        "asked": wanted,
        "smoothings": SMOOTHINGS,
        "most": MOST_RUNS,
        "chart": chart,
        "tables": (chart.table,) if chart else (),
    }


def _runs(connection: sqlite3.Connection, numbers: Sequence[int], wanted: Comparing) -> tuple[list[Run], list[str]]:
    found = [one for one in (catalogue.simulation(connection, number) for number in numbers) if one is not None]
    if wanted.name:
        known = {one.id for one in found}
        found += [one for one in catalogue.named_like(connection, wanted.name, MOST_RUNS) if one.id not in known]
    found = found[:MOST_RUNS]
    names = sorted({name for one in found for name in metrics.names(connection, one.id)})
    drawn = [Run(one, points.outline(connection, one.id, _STRETCHES, wanted.metric)) for one in found]
    return drawn, [LOSS, *names]


def _simulation(connection: sqlite3.Connection, number: int, metric: str) -> dict[str, Any] | None:
    found = catalogue.with_machine(connection, number)
    if found is None:
        return None
    simulation, machine = found
    shown = points.outline(connection, number, _STRETCHES)
    half = min(shown.points // 2, _SETTLED_OVER) if shown else 0
    return {
        "simulation": simulation,
        "machine": machine,
        "outline": shown,
        "drawn": shown if metric == LOSS else points.outline(connection, number, _STRETCHES, metric),
        "metrics": [LOSS, *metrics.names(connection, number)],
        "half": half,
        "settling": settling(points.newest_losses(connection, number, half)),
    }


async def _search(node: Node, text: str) -> list[Hit]:
    found = await node.readers["simulations"].query(catalogue.named_like, text, EACH)
    return [Hit("simulation", one.name, f"/convergence/{one.id}") for one in found]


async def _words(_: Node, __: Sequence[Event], ___: Mapping[int, str]) -> Words:
    link = Markup('<a href="/convergence/{0}">simulation {0}</a>')
    loss = Markup('<span class="run">{:.6g}</span>')
    return {"loss": lambda fact: loss.format(fact.loss), "simulated": lambda fact: link.format(fact.simulation)}


SIMULATIONS = Contribution(
    context="simulations",
    sections=(Section("/convergence", "Simulations", "s", OTHER),),
    pages=(
        Page("/convergence", "simulations/simulations.html", simulations, "/convergence"),
        Page("/convergence/compare", "simulations/compare.html", compare, "/convergence"),
        Page("/convergence/{simulation}", "simulations/simulation.html", simulation, "/convergence"),
    ),
    sentences={
        facts.MachineRegistered: "the machine {name} was registered",
        facts.SimulationCreated: 'the simulation <a href="/convergence/{simulation}">{name}</a> was created',
        facts.SimulationStarted: "{simulated} has begun",
        facts.SimulationFinished: "{simulated} is finished",
        facts.PointRecorded: "{simulated} has reached a loss of {loss}",
    },
    books={
        facts.MachineRemoved: "a machine was removed",
        facts.MachineStatusSet: "a machine is {status}",
        facts.MetricsRecorded: "{simulated} has told more of a point than its loss",
        facts.SimulationDeleted: "simulation {simulation} was deleted",
        facts.SimulationMoved: "{simulated} has moved to another machine",
        facts.SimulationPlaced: "{simulated} has got a machine",
        facts.SimulationRenamed: "{simulated} is called {name}",
    },
    words=_words,
    search=_search,
)

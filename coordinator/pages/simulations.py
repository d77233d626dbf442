"""Simulations: machines and what runs on them, the list, and how each converges."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, get_args

from markupsafe import Markup
from msgspec import Meta, Struct
from msgspec.structs import asdict

from coordinator.http.simulations.shapes import SimulationShown, simulation_shown
from coordinator.http.tables import Paging, Table
from coordinator.http.whole import Listing
from coordinator.node import Node
from coordinator.pages.asking import id_of, page_of, state_of
from coordinator.pages.charts.lines import Axis, Chart, Series, draw
from coordinator.pages.charts.scales import Linear, Logarithmic, Moments, Scale
from coordinator.pages.contributing import OTHER, Contribution, Hit, Words
from coordinator.pages.searching import EACH
from coordinator.pages.site import Address, Page, Section
from core.events.envelope import Event
from core.refusals import Unknown
from core.simulations import events as facts
from core.simulations.settling import settling
from core.simulations.state import Simulation, SimulationStatus
from core.timestamps import to_iso
from projections.simulations import catalogue, machines, points
from projections.simulations.points import Outline, Point, Stretch

_SIZE = 25
_STRETCHES = 320
_SETTLED_OVER = 20_000
_SCALES = ("linear", "logarithmic")
_ORDERS = ("created_at", "updated_at", "name")


class Listed(Struct, frozen=True):
    """A simulation with its latest point."""

    simulation: Simulation
    newest: Point | None


class SimulationRow(SimulationShown, frozen=True):
    """A simulation with its latest loss."""

    loss_value: float | None


class StretchRow(Struct, frozen=True):
    """Points that lie close together, up to a time, and their losses in short."""

    at: Annotated[str, Meta(title="Up to")]
    points: int
    least: float
    mean: float
    greatest: float


async def simulations(node: Node, address: Address) -> dict[str, Any]:
    """Return the machines, and the simulations that the address asks for."""
    page = page_of(address)
    status = state_of(address, get_args(SimulationStatus), "status")
    order = state_of(address, _ORDERS, "order_by") or "created_at"

    def listed(connection: sqlite3.Connection, page: int, size: int) -> tuple[list[Listed], int]:
        direction = "asc" if order == "name" else "desc"
        found = catalogue.simulations(connection, status, order, direction, page, size)  # type: ignore[arg-type] # checked above
        return [Listed(one, points.newest(connection, one.id)) for one in found.simulations], found.total

    def rows(connection: sqlite3.Connection, limit: int, offset: int) -> tuple[list[SimulationRow], int]:
        found, total = listed(connection, offset // limit + 1, limit)
        return list(map(_row, found)), total

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        found, total = listed(connection, page, _SIZE)
        known = machines.machines(connection)
        return {
            "machines": known,
            "running": {machine.id: catalogue.running_on(connection, machine.id) for machine in known},
            "waiting": {machine.id: len(catalogue.pending_on(connection, machine.id)) for machine in known},
            "listed": found,
            "total": total,
        }

    readers = node.readers["simulations"]
    shown = await readers.query(read)
    paging = Paging(shown["total"], page, _SIZE)
    return shown | {
        "machine_names": {machine.id: machine.name for machine in shown["machines"]},
        "paging": paging,
        "status": status,
        "statuses": get_args(SimulationStatus),
        "order": order,
        "orders": _ORDERS,
        "tables": (
            Table(
                "simulations",
                SimulationRow,
                map(_row, shown["listed"]),
                paging,
                Listing("simulations", SimulationRow, readers, rows).whole,
            ),
        ),
    }


def _row(one: Listed) -> SimulationRow:
    loss = one.newest.loss if one.newest else None
    return SimulationRow(**asdict(simulation_shown(one.simulation)), loss_value=loss)


async def simulation(node: Node, address: Address) -> dict[str, Any]:
    """Return one simulation, with the chart of its losses on the scale that the address asks for.

    Raises:
        Unknown: there is no such simulation.
    """
    text = address.values["simulation"]
    scale = state_of(address, _SCALES, "scale") or _SCALES[0]
    shown = await node.readers["simulations"].query(_simulation, id_of(text))
    if shown is None:
        raise Unknown(f"There is no simulation {text[:20]!r}; the list of simulations has those that there are.")
    chart = _chart(shown["outline"], logarithmic=scale == "logarithmic") if shown["outline"] else None
    return shown | {"chart": chart, "scale": scale, "scales": _SCALES, "tables": (chart.table,) if chart else ()}


def _simulation(connection: sqlite3.Connection, number: int) -> dict[str, Any] | None:
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
        "half": half,
        "settling": settling(points.newest_losses(connection, number, half)),
    }


def _chart(outline: Outline, *, logarithmic: bool) -> Chart:
    drawn = [one for one in outline.stretches if one.least > 0] if logarithmic else outline.stretches
    rows = [StretchRow(to_iso(one.at), one.points, one.least, one.mean, one.greatest) for one in outline.stretches]
    band = [(one.least, one.greatest) for one in drawn] if any(one.points > 1 for one in drawn) else []
    return draw(
        "Loss over time",
        _summary(outline, len(outline.stretches) - len(drawn)),
        Axis("time, UTC", Moments(outline.first.at, outline.last.at)),
        Axis("loss", _loss_scale(drawn, logarithmic=logarithmic)),
        [Series("mean", [(one.at, one.mean) for one in drawn], band)],
        Table("convergence", StretchRow, rows),
    )


def _loss_scale(drawn: list[Stretch], *, logarithmic: bool) -> Scale:
    low, high = min((one.least for one in drawn), default=1.0), max((one.greatest for one in drawn), default=1.0)
    return Logarithmic(low, high) if logarithmic else Linear(low, high)


def _summary(outline: Outline, left_out: int) -> str:
    if outline.points == 1:
        return f"One point: {outline.first.loss:g}."
    course = f"the loss went from {outline.first.loss:g} to {outline.last.loss:g}"
    said = [f"{outline.points:,} points; {course} and was least at {outline.best.loss:g}."]
    if outline.points > len(outline.stretches):
        said.append("The line is the mean of the points that lie close together, the band their least and greatest.")
    if left_out:
        said.append(f"{left_out} places with losses of 0 or less have none on this scale, and are left out.")
    return " ".join(said)


async def _search(node: Node, text: str) -> list[Hit]:
    found = await node.readers["simulations"].query(catalogue.named_like, text, EACH)
    return [Hit("simulation", one.name, f"/convergence/{one.id}") for one in found]


async def _words(_: Node, __: Sequence[Event], ___: Mapping[int, str]) -> Words:
    link = Markup('<a href="/convergence/{0}">simulation {0}</a>')
    return {"loss": lambda fact: f"{fact.loss:.6g}", "simulated": lambda fact: link.format(fact.simulation)}


SIMULATIONS = Contribution(
    context="simulations",
    sections=(Section("/convergence", "Simulations", "s", OTHER),),
    pages=(
        Page("/convergence", "simulations.html", simulations, "/convergence"),
        Page("/convergence/{simulation}", "simulation.html", simulation, "/convergence"),
    ),
    sentences={
        facts.MachineRegistered: "the machine {name} was registered",
        facts.SimulationCreated: 'the simulation <a href="/convergence/{simulation}">{name}</a> was created',
        facts.SimulationStarted: "{simulated} has begun",
        facts.SimulationFinished: "{simulated} is finished",
        facts.PointRecorded: "{simulated} has reached a loss of {loss}",
    },
    words=_words,
    search=_search,
)

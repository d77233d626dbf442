"""Search everywhere: numbers, events, contributors, projects, jobs, tasks, assignments, simulations and agents."""

import re
import sqlite3
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from coordinator.http.tables import Table
from coordinator.node import Node
from coordinator.pages.site import Address
from core.bigint import abbreviate
from core.factoring.state import Number
from projections.clients import state as clients
from projections.counting.table import job_of
from projections.factoring import catalogue, holdings, projects
from projections.federation import agents
from projections.simulations import catalogue as simulations
from projections.tasks.table import task_of

_EACH = 10
_POSITION = re.compile(r"[1-9][0-9]{0,14}")
_CLIENT = re.compile(r"client-([1-9][0-9]{0,14})")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Hit(Struct, frozen=True):
    """Something that was found: what kind of thing, what it is called, and where its page is."""

    kind: str
    name: str
    address: str


async def search(node: Node, address: Address) -> dict[str, Any]:
    """Return what fits the text that the address asks for."""
    text = address.query.get("q", "").strip()
    hits = await _hits(node, text) if text else []
    return {"text": text, "hits": hits, "each": _EACH, "tables": (Table("found", Hit, hits),)}


async def _hits(node: Node, text: str) -> list[Hit]:
    hits = await node.readers["factoring"].query(_numbers, text)
    if _POSITION.fullmatch(text) and int(text) <= node.position:
        hits.append(Hit("event", f"event {text}", f"/events/{text}"))
    if _UUID.fullmatch(text):
        hits += await _by_uuid(node, text.lower())
    hits += await node.readers["clients"].query(_contributors, text)
    hits += await node.readers["factoring"].query(_projects, text)
    hits += await node.readers["simulations"].query(_simulations, text)
    hits += await node.readers["federation"].query(_agents, text)
    return hits


def _numbers(connection: sqlite3.Connection, text: str) -> list[Hit]:
    exact = [catalogue.number_by_text(connection, text)]
    if _POSITION.fullmatch(text):
        exact.append(catalogue.number_by_id(connection, int(text)))
    found = [number for number in exact if number is not None]
    known = {number.id for number in found}
    like = catalogue.containing(connection, text, _EACH)
    return [_number(number) for number in [*found, *(one for one in like if one.id not in known)]]


def _number(number: Number) -> Hit:
    name = f"{number.expression} ({number.digits} digits)" if number.expression else abbreviate(number.value)
    return Hit("number", f"{name}, {number.status}", f"/composites/{number.id}")


async def _by_uuid(node: Node, text: str) -> list[Hit]:
    hits = []
    job = await node.readers["counting"].query(job_of, text)
    if job is not None:
        hits.append(Hit("counting job", f"the primes up to {job.n}, {job.state.lower()}", f"/counting/{text}"))
    task = await node.readers["tasks"].query(task_of, text)
    if task is not None:
        hits.append(Hit("task", f"{task.operation}, {task.status}", f"/tasks/{text}"))
    held = await node.readers["factoring"].query(holdings.choose, holdings.Chosen(work=text))
    hits += [Hit("assignment", f"{one.assignment.curves} curves", f"/composites/{one.number.id}") for one in held]
    return hits


def _contributors(connection: sqlite3.Connection, text: str) -> list[Hit]:
    found = clients.named_like(connection, text, _EACH)
    match = _CLIENT.fullmatch(text)
    if match and clients.client_numbered(connection, int(match[1])) is not None:
        found.insert(0, (int(match[1]), text))
    return [Hit("contributor", name, f"/contributors/{client}") for client, name in found]


def _projects(connection: sqlite3.Connection, text: str) -> list[Hit]:
    return [Hit("project", name, f"/projects/{one}") for one, name in projects.named_like(connection, text, _EACH)]


def _simulations(connection: sqlite3.Connection, text: str) -> list[Hit]:
    found = simulations.named_like(connection, text, _EACH)
    return [Hit("simulation", one.name, f"/convergence/{one.id}") for one in found]


def _agents(connection: sqlite3.Connection, text: str) -> list[Hit]:
    found = agents.named_like(connection, text, _EACH)
    return [Hit("agent", name, f"/federation/agent?id={quote(name, safe='')}") for name in found]

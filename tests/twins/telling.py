"""Telling steps to one coordinator: what they speak of is looked up there."""

import json
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from coordinator.explaining.events import counting_at
from coordinator.writer.outcome import Outcome
from core.deciding import Order
from core.factoring.commands.residues import reported_at
from core.factoring.events.numbers import CompositeSubmitted, NumberSplit
from core.factoring.events.prior_work import PriorWorkDeclared
from core.factoring.events.reports import AttemptMade, CurvesRun
from tests.office import Killed, Office

START = 2_000_000_000_000_000
MINUTE = 60_000_000
REPORTS = (CurvesRun.type, AttemptMade.type, PriorWorkDeclared.type)


class NotThere(LookupError):  # noqa: N818 - names what is the case
    """A step speaks of what is not on record where it is told."""


class Found(dict):
    """Findings, found out when somebody asks, once for all histories."""

    def __missing__(self, want):
        self[want] = found = want.find()
        return found


FOUND = Found()


class Told(Struct, frozen=True):
    """A step as it was told.

    Attributes:
        step: the step.
        result: what became of it; None when it spoke of what is not on record.
        meant: what it meant, for somebody who was not told the same; None when it was refused, or means nothing elsewhere.
        reported: positions of the events with which something was reported.
    """

    step: Any
    result: Any
    meant: Any
    reported: tuple[int, ...] = ()


def moment_of(index):
    """Return when a step is told, the same to everybody."""
    return START + (index + 1) * MINUTE


def index_of(moment):
    """Return which step was told at a moment."""
    return (moment - START) // MINUTE - 1


class Telling:
    """Tells steps to one coordinator; `origins` says of what values came to be parts where more was told, and when."""

    def __init__(self, directory, origins=()):
        self.origins = list(origins)
        directory.mkdir(exist_ok=True)
        self.office = Office(directory)
        self.history = {}
        self.answers = {}
        self.index = 0

    def tell(self, steps, *, killed_at=""):
        """Tell steps in one batch, by their indices; who is killed meanwhile is told the same again after a restart."""
        orders = {}
        for index, step in steps.items():
            try:
                orders[index] = self.order(index, step)
            except NotThere:
                self.history[index] = Told(step, None, None)
        results = dict(zip(orders, self.perform(list(orders.values()), killed_at), strict=True))
        for index, result in results.items():
            self._heard(index, steps[index], result)

    def order(self, index, step):
        """Return the order that a step is."""
        self.index = told_as = getattr(step, "sent", index)
        said = step if told_as == index else self.sent(told_as)
        return self.office.order(
            said.command(self),
            client=said.client,
            key=f"step {told_as}",
            now=moment_of(index),
            correlation=f"step {index}",
            content=b"step %d" % told_as,
            findings=FOUND,
        )

    def correction(self, index, command):
        """Return the order for a correction."""
        name = f"step {index}"
        return self.office.order(
            command,
            client=None,
            key=name,
            now=moment_of(index),
            correlation=name,
            content=name.encode(),
            findings=FOUND,
        )

    def sent(self, index):
        """Return a step that was told and accepted."""
        told = self.history.get(index)
        if told is None or not isinstance(told.result, Outcome):
            raise NotThere(index)
        return told.step

    def perform(self, orders: Sequence[Order], killed_at=""):
        """Perform orders in one batch."""
        if not orders:
            return []
        self.office.dies_at = killed_at
        try:
            return self.office.perform_all(orders)
        except Killed:
            self.office.crash()
            return self.office.perform_all(orders)
        finally:
            self.office.dies_at = ""

    def _heard(self, index, step, result):
        meant = None
        if isinstance(result, Outcome):
            self.answers[index] = result.answer
            meant = step.meant(self, result.answer)
        self.history[index] = Told(step, result, meant, self._reported(index))

    def nearest(self, value):
        """Return a value that is on record, or of what it last came to be a part, and so on."""
        origins = {part: whole for index, part, whole in self.origins if index < self.index}
        while self.office.factoring.number_of_value(str(value)) is None and value in origins:
            value = origins[value]
        return value

    def splits(self):
        """Return which values came to be parts of which, each with the step with which that was recorded; restated ones first."""
        values, recorded, restated = {}, [], []
        rows = self.office.log.read(0, self.office.log.head().position)
        corrections = {row.correlation for row in rows if row.stream == "corrections"}
        for row in rows:
            match self.office.committer.registry.event(row).fact:
                case CompositeSubmitted(number=number, value=value):
                    values[number] = int(value)
                case NumberSplit(number=number, parts=parts):
                    for part in parts:
                        values[part.number] = int(part.value)
                        told = (int(part.value), values[number])
                        if row.correlation in corrections:
                            restated.insert(0, (-1, *told))
                        else:
                            recorded.append((index_of(row.recorded_at), *told))
        return [*restated, *recorded]

    def number(self, value):
        """Return the id of a number."""
        known = self.office.factoring.number_of_value(str(value))
        if known is None:
            raise NotThere(value)
        return known.id

    def project(self, name):
        """Return the id of a project."""
        known = self.office.factoring.project(name)
        if known is None:
            raise NotThere(name)
        return known

    def answer(self, index):
        """Return what a step was answered."""
        if index not in self.answers:
            raise NotThere(index)
        return self.answers[index]

    def reported(self, index):
        """Return the report of a step as it counts now, None when it does not."""
        attempt = getattr(self.answer(index), "attempt", None)
        found = self.rows("SELECT position FROM attempts WHERE attempt = ?", attempt)
        for (position,) in found:
            for row in counting_at(self.office.log.connection, [position])[position]:
                fact = self.office.committer.registry.event(row).fact
                if isinstance(fact, CurvesRun | AttemptMade) and fact.attempt == attempt:
                    return reported_at(position, fact)
        return None

    def rows(self, query, *values):
        """Ask the tables of factoring."""
        self.office.factoring.flush()
        return self.office.factoring.connection.execute(query, values).fetchall()

    def _reported(self, index):
        rows = self.office.log.connection.execute(
            "SELECT position FROM events WHERE correlation = ? AND type IN (SELECT value FROM json_each(?))",
            (f"step {index}", json.dumps(REPORTS)),
        )
        return tuple(position for (position,) in rows)

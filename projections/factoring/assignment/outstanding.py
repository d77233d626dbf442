"""Curves that are handed out and have not come back, summed up: very many may hold a share of one number."""

import sqlite3
from collections import Counter

from core.factoring.events.numbers import stream_of
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.state.assignment import Assignment
from projections.factoring.assignment.assignments import AssignmentTable
from projections.leases.table import LeaseTable

_MOST_NUMBERS = 10_000


class Outstanding:
    """The curves of live assignments by number and bounds: read when first asked for, and kept up from then on.

    Args:
        connection: where the tables are.
        assignments: which were handed out.
        leases: which of them live.
    """

    def __init__(self, connection: sqlite3.Connection, assignments: AssignmentTable, leases: LeaseTable) -> None:
        self._connection = connection
        self._assignments = assignments
        self._leases = leases
        self._curves: dict[int, Counter[Bounds]] = {}

    def of(self, number: int) -> Counter[Bounds]:
        """Return how many curves are outstanding on a number, by their bounds."""
        curves = self._curves.get(number)
        return self._read(number) if curves is None else curves

    def _read(self, number: int) -> Counter[Bounds]:
        self._assignments.flush()
        self._leases.flush()
        rows = self._connection.execute(
            "SELECT b1, b2, param, sum(max(curves - completed, 0)) FROM leases JOIN assignments ON work = lease"
            " WHERE subject = ? AND outcome IS NULL AND method = 'ecm' GROUP BY b1, b2, param",
            (stream_of(number),),
        )
        if len(self._curves) >= _MOST_NUMBERS:
            self._curves.clear()
        curves = Counter({Bounds(b1, b2, param): curves for b1, b2, param, curves in rows})
        return self._curves.setdefault(number, curves)

    def hold(self, work: str) -> None:
        """Count an assignment whose lease was granted."""
        assignment = self._counted(work)
        if assignment is not None:
            self._curves[assignment.number][assignment.bounds] += assignment.left

    def let_go(self, work: str) -> None:
        """Count an assignment no longer, for its lease has ended."""
        assignment = self._counted(work)
        if assignment is not None:
            self._curves[assignment.number][assignment.bounds] -= assignment.left

    def report(self, work: str, curves: int) -> None:
        """Take off what comes back under an assignment, before it is noted there."""
        assignment = self._counted(work)
        if assignment is not None:
            lease = self._leases.lease(work)
            if lease is not None and lease.outcome is None:
                self._curves[assignment.number][assignment.bounds] -= min(curves, assignment.left)

    def _counted(self, work: str) -> Assignment | None:
        """Return an assignment of curves on a number whose sums are kept; None when it is another, or none."""
        assignment = self._assignments.get(work)
        if assignment is None or assignment.method != "ecm" or assignment.number not in self._curves:
            return None
        return assignment

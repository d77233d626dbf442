"""The tables that decisions about factoring read: which there are, and which of them rest on others."""

import sqlite3

from projections.factoring import ids, imports
from projections.factoring.assignment import assignments, turns, wishes
from projections.factoring.assignment.assignments import AssignmentTable
from projections.factoring.assignment.outstanding import Outstanding
from projections.factoring.assignment.turns import ShareBook
from projections.factoring.credit import curves, expectations, prior
from projections.factoring.credit.curves import CurveTable
from projections.factoring.credit.expectations import ExpectationTable
from projections.factoring.credit.prior import PriorTable
from projections.factoring.division import Division
from projections.factoring.ids import Ids
from projections.factoring.lists import remaining, tallies
from projections.factoring.numbers import curation, family, forms, projects, shares
from projections.factoring.numbers import table as numbers
from projections.factoring.numbers.family import Family
from projections.factoring.numbers.forms import FormTable
from projections.factoring.numbers.projects import ProjectTable
from projections.factoring.numbers.shares import ShareTable
from projections.factoring.numbers.table import NumberTable
from projections.factoring.residues import files as residue_files
from projections.factoring.residues.files import ResidueTable
from projections.leases import table as leases
from projections.leases.table import LeaseTable

_OF_NUMBERS = (ids, numbers, curation, projects, turns, tallies, remaining, family, forms)
_OF_WORK = (curves, shares, prior, assignments, expectations, residue_files, imports, wishes, leases)
SCHEMA = "".join(tables.SCHEMA for tables in (*_OF_NUMBERS, *_OF_WORK))
_CONTEXT = "factoring"


class Tables:
    """The tables of one projections file, each made after those that it rests on."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.ids = Ids(connection)
        self.projects = ProjectTable(connection)
        self.numbers = NumberTable(connection, self.projects.rests)
        self.family = Family(connection)
        self.forms = FormTable(connection)
        self.book = ShareBook(connection)
        self.curves = CurveTable(connection, self.family)
        self.shares = ShareTable(connection)
        self.prior = PriorTable(connection)
        self.assignments = AssignmentTable(connection)
        self.expectations = ExpectationTable(connection)
        self.residues = ResidueTable(connection, self.numbers)
        self.leases = LeaseTable(connection, _CONTEXT, counted="composite-")
        self.outstanding = Outstanding(connection, self.assignments, self.leases)
        self.division = Division(self.numbers, self.family, self.curves, self.shares, self.projects, self.forms)

    def flush(self) -> None:
        """Write what was held back."""
        self.numbers.flush()
        self.curves.flush()
        self.shares.flush()
        self.expectations.flush()
        self.assignments.flush()
        self.leases.flush()
        self.ids.flush()

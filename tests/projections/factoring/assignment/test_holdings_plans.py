"""A page of assignments is read from its newest on, however many there are or ever were."""

import sqlite3

import pytest

from projections.contexts import FACTORING_FILE
from projections.factoring.assignment import holdings
from projections.factoring.assignment.holdings import Chosen
from tests.statements import plan_of

PAGES = {
    "held by anybody": lambda tables: holdings.choose(tables, Chosen(live=True)),
    "held on a number": lambda tables: holdings.choose(tables, Chosen(live=True, number=1)),
    "held by a client": lambda tables: holdings.choose(tables, Chosen(live=True, client=1)),
    "ever given": lambda tables: holdings.choose(tables, Chosen()),
    "ever given on a number": lambda tables: holdings.choose(tables, Chosen(number=1)),
    "ever given to a client": lambda tables: holdings.choose(tables, Chosen(client=1)),
    "that ended in one way": lambda tables: holdings.choose(tables, Chosen(outcome="expired")),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_read_in_order_without_a_look_at_all_others(page):
    tables = sqlite3.connect(":memory:")
    tables.executescript(FACTORING_FILE.schema)
    plan = plan_of(tables, lambda: PAGES[page](tables))
    tables.close()
    assert any("assignments" in step for step in plan)
    assert [step for step in plan if "TEMP B-TREE" in step or (step.startswith("SCAN") and "USING" not in step)] == []

"""Primes that were found: what is asked of them on every page passes over no factor that division found."""

import re
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.contexts import FACTORING_FILE
from projections.factoring import factors
from projections.factoring.assignment import prospects
from projections.factoring.credit import contributors
from projections.factoring.lists import catalogue, counts
from projections.factoring.wholes import submitted

INDEXED = re.compile(r"(SEARCH|SCAN) \S+ USING (COVERING )?INDEX (found_factors|primes_\w+|factors_by_number)")
QUESTIONS = {
    "newest": lambda connection: factors.newest(connection, 7),
    "newest of a project": lambda connection: factors.newest_in(connection, "a", 7),
    "listed, the newest": lambda connection: factors.listed(connection, "newest", 50, 0),
    "listed, the largest": lambda connection: factors.listed(connection, "largest", 50, 0),
    "found within a time": lambda connection: factors.found_between(connection, 1, 2),
    "the largest by time": lambda connection: factors.largest_since(connection, 1, 10),
    "the largest by client": factors.largest_by_client,
    "by project and day": lambda connection: factors.by_project_and_day(connection, 1, 10),
}


@pytest.fixture
def tables():
    """A projections file of factoring with nothing in it, and the statements that were run on it since."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(FACTORING_FILE.schema + "".join(view.SCHEMA for view in FACTORING_FILE.views))
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    yield connection, statements
    connection.close()


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_about_finds_reads_finds_alone(tables, question):
    connection, statements = tables
    QUESTIONS[question](connection)
    plans = [row[3] for one in list(statements) for row in connection.execute(f"EXPLAIN QUERY PLAN {one}")]
    steps = [plan for plan in plans if "factors" in plan]
    assert steps
    assert [step for step in steps if not INDEXED.match(step)] == []


def test_what_is_counted_at_every_glance_is_kept_counted(tables):
    connection, statements = tables
    for count in (counts.count_by_status, counts.count_by_t_level, counts.count_live_leases, contributors.ever):
        count(connection)
    submitted.unfactored(connection, 0, 1)
    counts.count_free(connection)
    plans = [row[3] for one in list(statements) for row in connection.execute(f"EXPLAIN QUERY PLAN {one}")]
    assert plans
    assert [
        plan
        for plan in plans
        if re.match(r"SCAN (numbers USING (?!INDEX held)|numbers$|leases$|contributions|submitted$)", plan)
    ] == []


def test_what_a_large_project_may_lead_to_is_read_in_order(tables):
    connection, statements = tables
    connection.executemany("INSERT INTO projects VALUES ('a', ?, 0)", [(number,) for number in range(1, 1_001)])
    statements.clear()
    prospects.most_promising(connection, 10, "a")
    catalogue.nearest_in(connection, "a", 10)
    plans = [
        row[3]
        for statement in list(statements)
        if "FROM numbers" in statement
        for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
    ]
    used = [index for plan in plans for index in re.findall(r"numbers USING (?:COVERING )?INDEX (\w+)", plan)]
    assert sorted(used) == ["by_distance", "free_by_yield", "held"]


@given(found=st.lists(st.tuples(st.integers(1, 6), st.sampled_from(["ecm", "division"]), st.booleans())))
def test_a_record_is_longer_than_every_prime_found_before(found):
    connection = sqlite3.connect(":memory:")
    connection.executescript(FACTORING_FILE.schema + factors.SCHEMA)
    row = "INSERT INTO factors VALUES (?, 1, '', ?, ?, 1, 1, '', 1, 1, 1, ?, 1, 1, NULL, NULL, NULL, NULL)"
    records, longest = [], 0
    for factor, (digits, method, prime) in enumerate(found, 1):
        connection.execute(row, (factor, digits, "proven" if prime else "composite", method))
        if prime and method != "division" and digits > longest:
            records, longest = [factor, *records], digits
    shown, total = factors.listed(connection, "records", 100, 0)
    connection.close()
    assert [one.id for one in shown] == records
    assert total == len(records)

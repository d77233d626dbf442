"""The next number for somebody, looked up ahead, is the one that a look at all of them would give."""

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from core.factoring.state.numbers import Number, Wanted
from projections.factoring.numbers import ahead, projects
from projections.factoring.numbers import table as numbers
from projections.factoring.numbers.table import NumberTable

WANTED = (
    Wanted(strategy="yield"),
    Wanted(strategy="ladder"),
    Wanted(strategy="progressive"),
    Wanted(min_digits=2, max_digits=3),
    Wanted(min_priority=1, min_target_milli=2, max_target_milli=3),
    Wanted(below_milli=2),
)
SMALL = st.integers(0, 3)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "leases": st.integers(0, 1),
        "priority": SMALL,
        "target_milli": SMALL,
        "t_milli": SMALL,
        "charged_microseconds": SMALL,
        "promise": SMALL,
        "status": st.sampled_from(["open", "finished", "split"]),
        "shelf": st.sampled_from(["", "inactive"]),
    },
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), SMALL, CHANGES),
        st.tuples(st.just("change"), st.integers(1, 20), CHANGES),
        st.tuples(st.just("ask"), st.sampled_from(WANTED), st.just({})),
        st.tuples(st.just("take"), st.sampled_from(WANTED), st.just({})),
        st.tuples(st.just("flush"), st.just(0), st.just({})),
    ),
    max_size=60,
)


def fresh(number, digits):
    return Number(number, str(number), "", digits, "composite", "open", 0, 0, 0, 0, 0, 0, number, promise=0)


def first_by_hand(known, wanted):
    fitting = [
        one
        for one in known
        if (one.status, one.shelf, one.leases) == ("open", "", 0)
        and one.priority >= wanted.min_priority
        and wanted.min_digits <= one.digits <= wanted.max_digits
        and wanted.min_target_milli <= one.target_milli <= wanted.max_target_milli
        and one.t_milli < wanted.below_milli
    ]
    least = {
        "yield": lambda one: -one.promise,
        "ladder": lambda one: one.target_milli - one.t_milli,
        "progressive": lambda one: one.charged_microseconds,
    }[wanted.strategy]
    fitting.sort(key=lambda one: (-one.priority, least(one), one.id))
    return fitting[0].id if fitting else None


@given(steps=STEPS)
def test_looking_ahead_gives_what_a_look_at_all_would_give(steps):
    kept = ahead._MOST
    ahead._MOST = 3
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(numbers.SCHEMA + projects.SCHEMA)
        table, known = NumberTable(connection, projects.ProjectTable(connection).rests), []
        for what, which, changes in steps:
            if what == "add":
                known.append(fresh(len(known) + 1, which))
                table.add(known[-1])
            if what in {"add", "change"} and which <= len(known):
                changed = table.change(known[which - 1].id if what == "change" else len(known))
                for name, value in changes.items():
                    setattr(changed, name, value)
                    setattr(known[changed.id - 1], name, value)
            elif what == "flush":
                table.flush()
            elif what in {"ask", "take"}:
                found = table.free(which)
                assert (found.id if found else None) == first_by_hand(known, which)
                if found and what == "take":
                    table.change(found.id).leases = known[found.id - 1].leases = 1
    finally:
        ahead._MOST = kept
        connection.close()


def test_projects_are_not_looked_up_for_each_change_while_none_is_paused():
    connection = sqlite3.connect(":memory:")
    connection.executescript(numbers.SCHEMA + projects.SCHEMA)
    paused = projects.ProjectTable(connection)
    table = NumberTable(connection, paused.rests)
    for number in (1, 2):
        table.add(fresh(number, 2))
    table.flush()
    assert table.free(Wanted()).id == 1
    read = []
    connection.set_trace_callback(read.append)
    table.change(1).leases = 1
    table.change(1).leases = 0
    assert table.free(Wanted()).id == 1
    assert not read
    connection.close()

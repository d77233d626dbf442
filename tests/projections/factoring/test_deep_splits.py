"""A number from which one factor after the other was taken is a chain of parts, however long."""

import sqlite3

from core.events.envelope import Event, StoredEvent
from core.factoring.events.numbers import CompositeSubmitted, NumberSplit, Part
from projections.contexts import FACTORING_FILE
from projections.factoring.state import FactoringState

FACTORS = 1_200
"""A number of ten thousand digits may have more prime factors than Python calls itself."""


def part(number, primality):
    return Part(number=number, value=str(10**9 + number), digits=10, primality=primality, times=1, target_milli=20_000)


def split(number):
    """Take a factor, the next number but one, from a number; the last one falls into two."""
    primality = "composite" if number < 2 * FACTORS - 1 else "proven"
    return NumberSplit(number=number, parts=(part(number + 1, "proven"), part(number + 2, primality)))


def test_the_last_of_very_many_splits_leaves_every_number_factored():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(FACTORING_FILE.schema)
    state = FactoringState(connection)
    whole = CompositeSubmitted(
        number=1,
        value=str(10**9 + 1),
        expression="",
        digits=10,
        primality="composite",
        target_milli=20_000,
        priority=0,
        project="",
    )
    facts = [whole, *map(split, range(1, 2 * FACTORS, 2))]
    for position, fact in enumerate(facts, 1):
        stored = StoredEvent(position, "composite-1", position, fact.type, position, None, "t", "", None, "", b"", b"")
        state.apply(Event(stored, fact))
    state.flush()
    standing = dict(connection.execute("SELECT status, count(*) FROM numbers GROUP BY status"))
    connection.close()
    assert standing == {"factored": FACTORS, "prime": FACTORS + 1}

"""Questions that took longer with every number: the last page of a list, and a text that is looked for, at 100,000 numbers.

What is measured is the CPU of the query on the tables, which is all that grows. A page stands beside the first one, a search
beside what commit 917be75 asked the tables for it, with the index and without; what the index costs, nobody pays who does
not search.
"""

import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from stage import figure

from core.factoring.state.numbers import Number
from projections.contexts import FACTORING_FILE
from projections.factoring.lists import catalogue, trigrams
from projections.factoring.lists.catalogue import Search, Sort
from projections.factoring.numbers.projects import ProjectTable
from projections.factoring.numbers.table import NumberTable
from projections.runtime.file import ProjectionFile

NUMBERS = 100_000
DIGITS = 90
LOOKS = 15
AT_ONCE = 256
SORTS: tuple[Sort, ...] = ("id", "t_level")
BEFORE = (
    "WITH found AS MATERIALIZED (SELECT number, number AS rank FROM numbers INDEXED BY in_brief WHERE shelf <> 'deleted'"
    " AND number IN (SELECT number FROM numbers WHERE instr(value, ?) > 0"
    " UNION ALL SELECT number FROM numbers WHERE expression <> '' AND instr(expression, ?) > 0))"
    " SELECT number, 0 FROM (SELECT number FROM found ORDER BY rank, number LIMIT 100)"
    " UNION ALL SELECT NULL, count(*) FROM found"
)
"""How commit 917be75 looked for a text."""


def fill(path: Path) -> None:
    """Write the tables."""
    picked = random.Random(5)
    with closing(ProjectionFile(path, FACTORING_FILE, durable=False)) as file:
        file.begin()
        table = NumberTable(file.connection, ProjectTable(file.connection).rests)
        for number in range(1, NUMBERS + 1):
            table.add(
                Number(
                    id=number,
                    value=str(picked.randrange(10 ** (DIGITS - 1), 10**DIGITS)),
                    expression="",
                    digits=DIGITS,
                    primality="composite",
                    status="open",
                    target_milli=50_000,
                    priority=picked.randrange(3),
                    t_milli=picked.randrange(50_000),
                    effort=0,
                    cpu_milliseconds=picked.randrange(10**6),
                    leases=0,
                    submitted=number,
                    shelf="",
                )
            )
            table.flush()
        file.commit(file.head)


def cpu(do: Callable[[], object]) -> float:
    """Return how many milliseconds of CPU something takes."""
    taken = []
    for _ in range(LOOKS):
        began = time.process_time()
        do()
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken)


def pages(tables: sqlite3.Connection) -> None:
    """Measure pages."""
    for sort in SORTS:
        places = {"first": 1, "middle": NUMBERS // 200, "last": NUMBERS // 100}
        took = {
            name: cpu(partial(catalogue.search, tables, Search(sort=sort, page=page))) for name, page in places.items()
        }
        for name in ("last", "middle"):
            goal = "<= 2" if name == "last" else ""
            beside = f"{took[name]:.2f} ms, first {took['first']:.2f}"
            figure(f"{name} page by {sort} / first", took[name] / took["first"], "", goal=goal, beside=beside)


def texts(tables: sqlite3.Connection) -> None:
    """Measure searches."""
    with closing(sqlite3.connect("", isolation_level=None)) as index:
        trigrams.create(index)
        upto, began = 0, time.process_time()
        while rows := trigrams.texts_after(tables, upto, AT_ONCE):
            trigrams.add(index, rows)
            upto = rows[-1][0]
        figure("making the index", (time.process_time() - began) / NUMBERS * 1e6, "us a number", goal="")

        def indexed(text: str) -> object:
            return catalogue.search(tables, Search(text=text, among=trigrams.among(index, text, upto)))

        for text in ("1234567890", "31415926535897932384", "no number", "1234", "123", "12", "1"):
            before = cpu(lambda text=text: tables.execute(BEFORE, (text, text)).fetchall())  # type: ignore[misc]
            plain = cpu(partial(catalogue.search, tables, Search(text=text)))
            found = catalogue.search(tables, Search(text=text)).total
            ratio = cpu(partial(indexed, text)) / before
            goal = "<= 0.15" if found == 0 else ""
            beside = f"{before:.1f} ms then, {plain / before:.2f} without the index, {found} hits"
            figure(f"search for {text!r}, of 917be75's", ratio, "", goal=goal, beside=beside)


def main() -> None:
    """Measure both."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "factoring.db"
        fill(path)
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)) as tables:
            pages(tables)
            texts(tables)


if __name__ == "__main__":
    main()

"""A list of numbers of which one is chosen, worked on and given back, again and again, in a process of its own.

Usage: choosing.py NUMBERS ROUNDS STRATEGY prints microseconds a round: with no filter, with one that fits a hundredth of the
numbers, and with one that fits none. The imports are those of whatever stands first on PYTHONPATH.
"""

import random
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from core.factoring.mathematics.effort import curve_effort
from core.factoring.state import Number, Wanted
from projections.factoring import numbers
from projections.factoring.numbers import NumberTable

ROUNDS_A_BATCH = 8


def listed(table: NumberTable, many: int, per_curve: int) -> None:
    """Put numbers of 60 to 220 digits on the list, on a third of which something was done before."""
    chance = random.Random(3)
    for identity in range(1, many + 1):
        digits = chance.randint(60, 220)
        number = Number(
            id=identity,
            value=str(10 ** (digits - 1) + identity),
            expression="",
            digits=digits,
            primality="composite",
            status="open",
            target_milli=digits * 4_000 // 13,
            priority=0,
            t_milli=0,
            effort=0,
            cpu_milliseconds=0,
            leases=0,
            submitted=identity,
        )
        if identity % 3 == 0:
            numbers.credit(number, chance.randrange(1, 200) * per_curve)
        table.add(number)


def microseconds(
    table: NumberTable, connection: sqlite3.Connection, wanted: Wanted, rounds: int, per_curve: int
) -> float:
    """Choose a number and lease it, a few of them in a batch; then credit curves to them and free them; time a round."""
    began = time.perf_counter()
    for _ in range(rounds // ROUNDS_A_BATCH):
        taken: list[int] = []
        for _ in range(ROUNDS_A_BATCH):
            number = table.free(wanted)
            if number is not None:
                table.change(number.id).leases += 1
                taken.append(number.id)
        table.flush()
        connection.commit()
        for identity in taken:
            number = table.change(identity)
            number.leases -= 1
            numbers.credit(number, 5 * per_curve)
        table.flush()
        connection.commit()
    return (time.perf_counter() - began) / rounds * 1e6


def main(many: int, rounds: int, strategy: str) -> None:
    """Measure the three kinds of wishes."""
    per_curve = curve_effort(11_000, None, 1)
    with tempfile.TemporaryDirectory() as directory:
        connection = sqlite3.connect(Path(directory) / "factoring.db")
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -24576;")
        connection.executescript(numbers.SCHEMA)
        table = NumberTable(connection)
        listed(table, many, per_curve)
        table.flush()
        connection.commit()
        digits = (0, 10**9), (150, 151), (500, 600)
        print(
            *(
                round(microseconds(table, connection, Wanted(*span, strategy=strategy), rounds, per_curve), 1)  # type: ignore[arg-type]
                for span in digits
            )
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])

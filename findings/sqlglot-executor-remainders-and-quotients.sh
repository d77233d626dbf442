#!/usr/bin/env bash
# sqlglot's executor makes 1 of -7 % 2 in SQLite's dialect, and -5 of a / b * b + a % b where a is -7 and b is 2.
#
# It transpiles SQL from one dialect to another, and its executor runs a query of any of them in Python: % is Python's there, with
# the divisor's sign, whereas / is cut off towards 0 as in SQL, so that a quotient and its remainder don't belong together. A
# quotient of integers goes through a double: 9007199254740993 / 1 is 9007199254740992. SQLite, asked beside it, says -1, -7 and
# 9007199254740993.
#
# Seen with sqlglot 30.30.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" sqlglot==30.30.0

PYTHONPATH="$scratch" python3 - <<'END'
import sqlite3

from sqlglot.executor import execute

database = sqlite3.connect(":memory:")
database.execute("CREATE TABLE t (a INTEGER, b INTEGER)")


def expect(expression, a, b, expected, true):
    query = f"SELECT {expression} AS seen FROM t"
    ((seen,),) = execute(query, tables={"t": [{"a": a, "b": b}]}, dialect="sqlite").rows
    database.execute("DELETE FROM t")
    database.execute("INSERT INTO t VALUES (?, ?)", (a, b))
    ((by_sqlite,),) = database.execute(query).fetchall()
    print(f"{expression} of {a} and {b} is {seen}; to SQLite {by_sqlite}")
    assert (seen, by_sqlite) == (expected, true), f"Expected {expected}, and {true} of SQLite."


expect("a % b", -7, 2, 1, -1)
expect("a % b", 7, -2, -1, 1)
expect("a / b * b + a % b", -7, 2, -5, -7)
expect("a / b", 9007199254740993, 1, 9007199254740992, 9007199254740993)
# The controls: positive numbers, short ones, and what is no quotient.
expect("a % b", 7, 2, 1, 1)
expect("a / b", -7, 2, -3, -3)
expect("a * b", 9007199254740993, 3, 27021597764222979, 27021597764222979)
END
echo "As described: -7 % 2 is 1."

"""What stands in the tables, by value: what any other coordinator must hold that was told the same.

Ids say nothing to anybody else: a number is its value, a client its name, an attempt or an event the moment of it.
"""

import sqlite3
import zlib
from collections import Counter
from contextlib import ExitStack, closing

HANDED_OUT = {
    *("project_time", "given_out"),
    *("assignments", "reservations", "leases", "lease_tallies", "lease_ends", "residue_claims", "skipped_curves"),
    "submitted_tallies",  # by whether somebody works on a number, too
    *("reports_expected_of", "expected_finds", "expected_of_all"),  # told of curves under an assignment alone
}
"""What was assigned because of what was then believed."""
OF_NO_CONTENT = {"answers", "checkpoint", "named_stage_1", "newest", "residue_ids", "users", "wishes", "worth"}
LEFT_OUT = {
    "numbers": {"leases", "exclusive", "submitted"},
    "submitted": {
        "leases",
        "standing",
        "remaining",
    },  # of parts that are equally far, the one with the first id remains
    "attempts": {"attempt", "work", "doubt"},
    "factors": {"factor"},
    "residues": {"residue", "claim"},
    "project_names": {"id"},
    "imported": {"id"},
    "subscriptions": {"since", "upto"},  # positions
    "keys": {"user"},  # one from before there were users has none
}
COUNTED = {"work_done": "curves", "anonymous_curves": "curves", "shares": "curves"}
"""Columns that are added up; a row with nothing in them is none."""


def contents(telling):
    """Return the rows of every table but those of clients, with how often each is there, by context and table."""
    telling.office.committer.apply()
    files = telling.office.committer.files
    files["factoring"].state.flush()
    return _contents(telling.office.log.connection, {context: file.connection for context, file in files.items()})


def contents_in(directory):
    """Return the same of a data directory, whether or not a coordinator works there."""
    with ExitStack() as stack:

        def opened(path):
            return stack.enter_context(closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)))

        files = {path.stem: opened(path) for path in (directory / "projections").glob("*.db")}
        return _contents(opened(directory / "log.db"), files)


def _contents(log, files):
    found = {}
    for context, tables in files.items():
        names = _names(log, files, context)
        for (table,) in tables.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if context != "clients" and table not in HANDED_OUT | OF_NO_CONTENT:
                rows = tables.execute(f"SELECT * FROM {table}")
                columns = [column for column, *_ in rows.description]
                found[f"{context}.{table}"] = _said(
                    table, [dict(zip(columns, row, strict=True)) for row in rows], names
                )
    return found


def _said(table, rows, names):
    silent = LEFT_OUT.get(table, set()) | {COUNTED.get(table)}
    said = Counter()
    for row in rows:
        told = tuple(
            (column, _name(names, table, column).get(v, v)) for column, v in row.items() if column not in silent
        )
        said[told] += row[COUNTED[table]] if table in COUNTED else 1
    return {told: count for told, count in said.items() if count}


def _name(names, table, column):
    return names.get(f"{table}.{column}") or names.get(column, {})


def _names(log, files, context):
    """Return what ids stand for, by the columns in which they stand."""
    names = {
        "client": dict(files["clients"].execute("SELECT client, name FROM clients")),
        "position": dict(log.execute("SELECT position, recorded_at FROM events")),
    }
    if context != "factoring":
        return names
    numbers = dict(files[context].execute("SELECT number, value FROM numbers"))
    attempts = dict(files[context].execute("SELECT attempt, recorded_at FROM attempts"))
    residues = dict(files[context].execute("SELECT residue, sha256 FROM residues"))
    return {
        **names,
        "number": numbers,
        "attempt": attempts,
        "completed_by": attempts,
        "residue": residues,
        "parts.part": numbers,
    }


def differences(one, other):
    """Say what stands in one and not in the other, a line each."""
    return [
        f"{mark} {table} {' '.join(f'{column}={_short(value)}' for column, value in row)} x{count}"
        for table in sorted(one.keys() | other.keys())
        for mark, here, there in (("+", one, other), ("-", other, one))
        for row, count in here.get(table, {}).items()
        if there.get(table, {}).get(row, 0) != count
    ]


def _short(value):
    return f"{zlib.crc32(value):08x}" if isinstance(value, bytes) else value

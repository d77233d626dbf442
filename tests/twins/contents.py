"""What stands in the tables, by value: what any other coordinator must hold that was told the same.

Ids say nothing to anybody else: a number is its value, a client its name, an attempt or an event the moment of it.
"""

import zlib
from collections import Counter

HANDED_OUT = {"assignments", "reservations", "leases", "lease_tallies", "residue_claims"}
"""What was assigned because of what was then believed."""
OF_NO_CONTENT = {"answers", "checkpoint", "newest", "residue_ids", "wishes", "worth"}
LEFT_OUT = {
    "numbers": {"leases", "exclusive", "submitted"},
    "attempts": {"attempt", "work", "doubt"},
    "factors": {"factor"},
    "residues": {"residue", "claim"},
    "project_names": {"id"},
    "imported": {"id"},
}
COUNTED = {"work_done": "curves", "anonymous_curves": "curves", "shares": "curves"}
"""Columns that are added up; a row with nothing in them is none."""


def contents(telling):
    """Return the rows of every table but those of clients, with how often each is there, by context and table."""
    office = telling.office
    found = {}
    for context, file in office.committer.files.items():
        if context == "clients":
            continue
        if context == "factoring":
            file.state.flush()
        names = _names(office, file.connection if context == "factoring" else None)
        tables = file.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if table not in HANDED_OUT | OF_NO_CONTENT:
                rows = file.connection.execute(f"SELECT * FROM {table}")
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


def _names(office, factoring):
    """Return what ids stand for, by the columns in which they stand."""
    clients = office.committer.files["clients"].connection.execute("SELECT client, name FROM clients")
    events = office.log.connection.execute("SELECT position, recorded_at FROM events")
    names = {"client": dict(clients), "position": dict(events)}
    if factoring is None:
        return names
    numbers = dict(factoring.execute("SELECT number, value FROM numbers"))
    attempts = dict(factoring.execute("SELECT attempt, recorded_at FROM attempts"))
    files = dict(factoring.execute("SELECT residue, sha256 FROM residues"))
    return {
        **names,
        "number": numbers,
        "attempt": attempts,
        "completed_by": attempts,
        "residue": files,
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

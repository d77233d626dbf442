"""An index of the texts of numbers by three characters in a row, so that a search need not look into every text.

It says which numbers may have a text, and who uses it looks whether they do. Digits and expressions of a number never
change, so it only grows; names, which do, are not in it. Its database is none of the projections: it may lag, or be missing.
"""

import sqlite3
from collections.abc import Sequence

from msgspec import Struct

LEAST = 3
"""Of fewer characters the index tells nothing."""
_MOST_TRIGRAMS = 12
_WORTHWHILE = 10
"""Looking into one number that the index names takes as long as passing over so many in their order."""
_WORTHWHILE_SURELY = 3
"""To find one of which the index is sure, and needs no look into it, as long as passing over so many."""


class Among(Struct, frozen=True):
    """The numbers among which those that have a text are.

    Attributes:
        numbers: of those up to `upto`, those that may have it.
        upto: of later ones nothing is known.
        surely: whether those numbers have it; else each has to be looked into.
    """

    numbers: tuple[int, ...]
    upto: int
    surely: bool


def create(connection: sqlite3.Connection) -> None:
    """Make an empty index in an empty database."""
    connection.execute(
        "CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = 'trigram', content = '', detail = none, columnsize = 0)"
    )


def texts_after(connection: sqlite3.Connection, number: int, limit: int) -> list[tuple[int, str]]:
    """Return the next numbers behind an id, each with its texts: what is to be added."""
    rows = connection.execute(
        "SELECT number, value || char(10) || expression FROM numbers WHERE number > ? ORDER BY number LIMIT ?",
        (number, limit),
    )
    return rows.fetchall()


def add(connection: sqlite3.Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Add numbers to the index, which holds none of them."""
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", rows)
    connection.execute("COMMIT")


def among(connection: sqlite3.Connection, text: str, upto: int) -> Among | None:
    """Return which numbers may have a text in their digits or their expression.

    Args:
        connection: to the index.
        text: what is looked for.
        upto: the last number that the index holds.

    Returns:
        None when passing over all numbers is as fast: the text is short, very common, or has other than usual characters.
    """
    if len(text) < LEAST or not (text.isascii() and text.isprintable()):
        return None
    trigrams = list(dict.fromkeys(text[at : at + 3] for at in range(len(text) - 2)))[:_MOST_TRIGRAMS]
    wanted = " AND ".join('"{}"'.format(trigram.replace('"', '""')) for trigram in trigrams)
    surely = len(text) == LEAST
    most = upto // (_WORTHWHILE_SURELY if surely else _WORTHWHILE)
    found = connection.execute("SELECT rowid FROM texts WHERE texts MATCH ? LIMIT ?", (wanted, most + 1)).fetchall()
    return None if len(found) > most else Among(tuple(number for (number,) in found), upto, surely)

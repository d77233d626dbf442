import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.projecting.comparing import DUE, agree, dump, first_difference, tables
from tests.profiles import trying

SCHEMA = """
CREATE TABLE checkpoint (one INTEGER PRIMARY KEY, position INTEGER);
CREATE TABLE cakes (cake TEXT NOT NULL, tier INTEGER NOT NULL, icing BLOB, PRIMARY KEY (tier, cake)) WITHOUT ROWID;
CREATE TABLE guests (guest INTEGER PRIMARY KEY, name TEXT, age REAL GENERATED ALWAYS AS (guest * 2) VIRTUAL) STRICT;
CREATE TABLE notes (note TEXT);
CREATE INDEX guests_by_name ON guests (name);
INSERT INTO checkpoint VALUES (1, 7);
INSERT INTO cakes VALUES ('lemon', 1, x'00ff'), ('almond', 2, NULL), ('lemon', 2, x'01');
INSERT INTO guests (guest, name) VALUES (5, 'Eve'), (1, 'Ada'), (3, NULL);
INSERT INTO notes VALUES ('second'), ('first');
"""


def party(*statements):
    """Return a database with a few tables, to which something was done."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(SCHEMA)
    for statement in statements:
        connection.execute(statement)
    return closing(connection)


def test_every_table_is_ordered_by_its_key_whatever_way_its_rows_came():
    with party() as connection:
        assert list(dump(connection)) == [
            ("cakes", ("lemon", 1, b"\x00\xff")),
            ("cakes", ("almond", 2, None)),
            ("cakes", ("lemon", 2, b"\x01")),
            ("guests", (1, "Ada")),
            ("guests", (3, None)),
            ("guests", (5, "Eve")),
            ("notes", ("first",)),
            ("notes", ("second",)),
        ]


def test_a_table_without_a_key_is_ordered_by_all_its_columns():
    with party() as connection:
        assert {table.name: table.key for table in tables(connection)} == {
            "cakes": ("tier", "cake"),
            "guests": ("guest",),
            "notes": ("note",),
        }


def test_two_files_with_the_same_rows_do_not_differ():
    with party("UPDATE checkpoint SET position = 9") as one, party("VACUUM") as other:
        assert first_difference(one, other) is None


@pytest.mark.parametrize(
    ("statement", "table", "key", "column", "sentence"),
    [
        (
            "UPDATE guests SET name = 'Mallory' WHERE guest = 5",
            *("guests", {"guest": 5}, "name"),
            "In the table guests, name is 'Mallory' where guest = 5; it should be 'Eve'.",
        ),
        (
            "UPDATE cakes SET icing = zeroblob(20) WHERE tier = 2 AND cake = 'lemon'",
            *("cakes", {"tier": 2, "cake": "lemon"}, "icing"),
            "In the table cakes, icing is x'00000000000000000000000000000000…' where tier = 2, cake = 'lemon'; it should be x'01'.",
        ),
        (
            "DELETE FROM guests WHERE guest = 3",
            *("guests", {"guest": 3}, ""),
            "The table guests lacks the row where guest = 3.",
        ),
        (
            "DELETE FROM guests WHERE guest = 5",
            *("guests", {"guest": 5}, ""),
            "The table guests lacks the row where guest = 5.",
        ),
        (
            "INSERT INTO guests (guest) VALUES (2)",
            *("guests", {"guest": 2}, ""),
            "The table guests has a row where guest = 2; the log gives none.",
        ),
        (
            "INSERT INTO guests (guest) VALUES (9)",
            *("guests", {"guest": 9}, ""),
            "The table guests has a row where guest = 9; the log gives none.",
        ),
        (
            "INSERT INTO notes VALUES (NULL)",
            *("notes", {"note": None}, ""),
            "The table notes has a row where note = None; the log gives none.",
        ),
        ("DROP TABLE notes", *("notes", {}, ""), "The table notes is missing."),
        ("CREATE TABLE knives (knife TEXT)", *("knives", {}, ""), "The table knives is not known."),
        ("ALTER TABLE cakes ADD COLUMN price", *("cakes", {}, ""), "The table cakes has other columns."),
    ],
)
def test_the_first_difference_is_named_by_table_key_and_column(statement, table, key, column, sentence):
    with party(statement) as live, party() as folded:
        difference = first_difference(live, folded)
    assert (difference.table, difference.key, difference.column) == (table, key, column)
    assert difference.sentence == sentence


@trying(20)
@given(
    st.dictionaries(st.integers(1, 1_200), st.text("ab", max_size=2), max_size=20),
    st.dictionaries(st.integers(1, 1_200), st.text("ab", max_size=2), max_size=20),
)
def test_the_first_difference_is_the_one_with_the_lowest_key(stand, should):
    many = dict.fromkeys(range(1, 1_201), "")
    with party("DELETE FROM guests") as live, party("DELETE FROM guests") as folded:
        live.executemany("INSERT INTO guests (guest, name) VALUES (?, ?)", sorted((many | stand).items()))
        folded.executemany("INSERT INTO guests (guest, name) VALUES (?, ?)", sorted((many | should).items()))
        difference = first_difference(live, folded)
    differing = [n for n in sorted(stand | should) if stand.get(n, "") != should.get(n, "")]
    assert (difference.key if difference else {}) == ({"guest": differing[0]} if differing else {})


def beside(live, due, path):
    """Attach to a connection what another holds."""
    due.execute("VACUUM INTO ?", (str(path),))
    live.execute(f"ATTACH ? AS {DUE}", (str(path),))


@pytest.mark.parametrize(
    ("statement", "agreed"),
    [
        ("UPDATE checkpoint SET position = 9", True),
        ("REINDEX", True),
        ("UPDATE guests SET name = 'Mallory' WHERE guest = 5", False),
        ("UPDATE guests SET name = NULL WHERE guest = 5", False),
        ("UPDATE cakes SET icing = x'01' WHERE icing IS NULL", False),
        ("UPDATE cakes SET icing = NULL WHERE tier = 1", False),
        ("DELETE FROM guests WHERE guest = 3", False),
        ("INSERT INTO guests (guest) VALUES (9)", False),
        ("DROP TABLE cakes", False),
        ("CREATE TABLE knives (knife TEXT PRIMARY KEY)", False),
        ("ALTER TABLE cakes ADD COLUMN price", False),
    ],
)
def test_two_files_agree_when_neither_lacks_a_row_of_the_other(tmp_path, statement, agreed):
    with party("DROP TABLE notes", statement) as live, party("DROP TABLE notes") as due:
        beside(live, due, tmp_path / "due.db")
        assert agree(live) is agreed


def test_whether_tables_without_a_key_agree_is_not_certain(tmp_path):
    with party() as live, party() as due:
        beside(live, due, tmp_path / "due.db")
        assert not agree(live)
        assert first_difference(live, due) is None

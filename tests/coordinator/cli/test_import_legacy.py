"""Moving in from dumps, into the directory of a stopped coordinator and through the door of a running one."""

import csv
import json
import sqlite3

import pytest

from coordinator.cli.ending import Exit
from coordinator.projecting.opening import path_of

P16, P64 = 10**15 + 37, 10**63 + 121
WHOLE = P16 * P64
DUMPS = {
    "composites": [
        {
            "id": 3,
            "number": WHOLE,
            "current_composite": P64,
            "target_t_level": 35.0,
            "created_at": "2025-03-01 10:00:00",
        },
        {"id": 7, "number": "2,1188L", "current_composite": P16 * P16, "target_t_level": "", "created_at": ""},
        {"id": 8, "number": "what", "current_composite": "", "target_t_level": "", "created_at": ""},
    ],
    "attempts": [
        {"id": 9, "composite_id": 3, "client_id": "bob", "method": "ecm", "b1": 11000, "curves_completed": 10},
        {"id": 2, "composite_id": 3, "client_id": "alice", "method": "ecm", "b1": 11000, "curves_completed": 4},
        {"id": 4, "composite_id": 99, "client_id": "alice", "method": "ecm", "b1": 11000, "curves_completed": 4},
        {"id": 5, "composite_id": 8, "client_id": "alice", "method": "ecm", "b1": 11000, "curves_completed": 4},
    ],
    "factors": [
        {"id": 4, "composite_id": 3, "factor": P16, "found_by_attempt_id": 9, "sigma": "1:777"},
        {"id": 6, "composite_id": 3, "factor": 12345, "found_by_attempt_id": "", "sigma": ""},
    ],
}
TAKEN = {"composites": (3, 2, 0, 2, 1), "ecm_attempts": (4, 2, 0, 2, 2), "factors": (2, 1, 0, 1, 1)}


@pytest.fixture
def dumped(tmp_path):
    """A function that writes dumps, and returns the options that name them."""

    def dumped(**dumps):
        options = []
        for table, rows in {**DUMPS, **dumps}.items():
            path = tmp_path / f"{table}.csv"
            with path.open("w", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
            options += [f"--{table}", path]
        return options

    return dumped


def counts(result):
    return {
        table: tuple(tally[name] for name in ("rows", "taken", "known", "kept_ids", "refused"))
        for table, tally in json.loads(result.stdout).items()
    }


def head(directory):
    with sqlite3.connect(directory / "log.db") as connection:
        return connection.execute("SELECT max(position) FROM events").fetchone()[0]


def test_dumps_are_taken_over_once_and_the_report_names_every_line_that_was_not(run, dumped, tmp_path):
    first = run("import-legacy", *dumped(), "--data-dir", tmp_path / "data", "--json")
    assert (first.exit_code, first.stderr) == (Exit.UNSOUND, "4 rows were not taken.\n")
    assert counts(first) == TAKEN
    problems = {
        (table, problem["line"]): problem["sentence"]
        for table, tally in json.loads(first.stdout).items()
        for problem in tally["problems"]
    }
    assert problems.keys() == {
        *(("composites", line) for line in (3, 4)),
        *(("ecm_attempts", line) for line in (4, 5)),
        ("factors", 3),
    }
    assert problems["ecm_attempts", 4] == "Its composite_id 99 does not stand in composites."
    assert problems["ecm_attempts", 5] == "Its composite_id 8 stands in composites, and was not taken."
    assert "does not divide" in problems["factors", 3]
    position = head(tmp_path / "data")
    again = run("import-legacy", *dumped(), "--data-dir", tmp_path / "data", "--json")
    assert {table: told[1:3] for table, told in counts(again).items()} == {
        "composites": (0, 2),
        "ecm_attempts": (0, 2),
        "factors": (0, 1),
    }
    assert head(tmp_path / "data") == position


def test_the_times_are_those_of_the_rows(run, dumped, tmp_path):
    run("import-legacy", *dumped(), "--data-dir", tmp_path / "data")
    with sqlite3.connect(tmp_path / "data" / "log.db") as connection:
        (at,) = connection.execute(
            "SELECT occurred_at FROM events WHERE type = 'factoring.composite_imported.v1' AND stream = 'composite-3'"
        ).fetchone()
    assert at == 1_740_823_200_000_000


@pytest.mark.parametrize(
    ("table", "row", "sentence"),
    [
        ("composites", {"id": 1, "nummer": 15}, "The column 'nummer' is not one of composites"),
        ("attempts", {"id": 1, "composite_id": 3}, "The header lacks the column 'client_id' of ecm_attempts"),
    ],
)
def test_a_wrong_column_is_named_and_nothing_is_recorded(run, dumped, tmp_path, table, row, sentence):
    result = run("import-legacy", *dumped(**{table: [row]}), "--data-dir", tmp_path / "data")
    assert result.exit_code == Exit.USAGE
    assert result.stderr.startswith(f"{tmp_path / table}.csv: {sentence}")
    assert not (tmp_path / "data").exists()


def test_an_id_that_stands_twice_is_taken_once(run, dumped, tmp_path):
    twice = [{"id": 1, "number": WHOLE}, {"id": 1, "number": "2^137-1"}]
    result = run("import-legacy", *dumped(composites=twice)[:2], "--data-dir", tmp_path / "data", "--json")
    tally = json.loads(result.stdout)["composites"]
    assert (tally["taken"], tally["refused"]) == (1, 1)
    assert tally["problems"] == [{"line": 3, "sentence": "The id 1 stands on line 2 already."}]


def test_whatever_was_done_before_counts_where_no_attempts_are_dumped(run, dumped, tmp_path):
    numbers = [{"id": 1, "number": WHOLE, "current_t_level": 25.0}]
    options = dumped(composites=numbers)[:2]
    result = run("import-legacy", *options, "--data-dir", tmp_path / "data")
    assert result.exit_code == Exit.DONE, result.output
    with sqlite3.connect(path_of(tmp_path / "data", "factoring")) as connection:
        (t_milli,) = connection.execute("SELECT t_milli FROM numbers WHERE number = 1").fetchone()
    assert t_milli == pytest.approx(25_000, abs=10)


def test_where_to_has_to_be_said(run, dumped):
    result = run("import-legacy", *dumped())
    assert result.exit_code == Exit.USAGE
    assert "--coordinator" in result.stderr


def test_rows_are_sent_to_a_running_coordinator_with_the_admin_key(run, dumped, stub, monkeypatch):
    monkeypatch.setenv("TALLYSTICK_ADMIN_KEY", "open-sesame")

    def taken(items):
        return [{"status": "taken", "id": item["command"].get("row", 1), "value": "15"} for item in items]

    stub.answers["POST", "/api/v1/admin/imports"] = (200, taken)
    result = run("import-legacy", *dumped(), "--coordinator", stub.url, "--json")
    assert result.exit_code == Exit.UNSOUND
    method, _, items, key = stub.asked[0]
    assert (method, key) == ("POST", "Bearer open-sesame")
    assert [item["command"]["type"] for item in items] == ["composite"] * 3

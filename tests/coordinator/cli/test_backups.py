"""`backup` and `restore` on the command line."""

import json
import sqlite3

import pytest

from coordinator.backups import taking
from coordinator.cli.ending import Exit


@pytest.fixture
def directory(tmp_path, run):
    """Return a data directory with an event or two in its log."""
    directory = tmp_path / "ledger"
    run("keys", "create", "--roles", "work", "--label", "first", "--data-dir", directory)
    return directory


def test_a_backup_is_restored_where_there_is_nothing(run, directory, tmp_path):
    taken = json.loads(run("backup", tmp_path / "copy", "--data-dir", directory, "--json").stdout)
    restored = run("restore", tmp_path / "copy", "--data-dir", tmp_path / "there")
    assert (restored.exit_code, taken["at_fault"]) == (Exit.DONE, [])
    assert restored.stdout.startswith(f"{taken['position']} events of log {taken['log']} ")
    assert "first" in run("keys", "list", "--data-dir", tmp_path / "there").stdout


def test_what_is_refused_says_why(run, directory, tmp_path):
    run("backup", tmp_path / "copy", "--data-dir", directory)
    again = run("backup", tmp_path / "copy", "--data-dir", directory)
    assert (again.exit_code, "choose another name" in again.stderr) == (Exit.REFUSED, True)
    onto = run("restore", tmp_path / "copy", "--data-dir", directory)
    assert (onto.exit_code, "is not empty" in onto.stderr) == (Exit.REFUSED, True)
    nowhere = run("restore", tmp_path / "nowhere", "--data-dir", tmp_path / "there")
    assert (nowhere.exit_code, "does not exist" in nowhere.stderr) == (Exit.USAGE, True)
    nothing = run("backup", tmp_path / "other", "--data-dir", tmp_path / "nowhere")
    assert (nothing.exit_code, "no event log" in nothing.stderr) == (Exit.REFUSED, True)


def test_a_damaged_backup_is_not_restored_and_the_file_is_named(run, directory, tmp_path):
    run("backup", tmp_path / "copy", "--data-dir", directory)
    with (tmp_path / "copy" / "log.db").open("r+b") as file:
        file.seek(5_000)
        file.write(b"!")
    refused = run("restore", tmp_path / "copy", "--data-dir", tmp_path / "there")
    assert refused.exit_code == Exit.UNSOUND
    assert "log.db is not what it was" in refused.stderr


def test_a_disk_that_fills_up_leaves_nothing_behind(run, directory, tmp_path, monkeypatch):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(taking, "_copy_log", full)
    refused = run("backup", tmp_path / "copy", "--data-dir", directory)
    assert refused.exit_code == Exit.REFUSED
    assert "database or disk is full" in refused.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["ledger"]


def test_residue_files_that_are_missing_are_named_and_all_else_is_backed_up(run, directory, tmp_path):
    (directory / "residues").mkdir(exist_ok=True)
    (directory / "residues" / ("0" * 64)).write_text("spoilt")
    taken = run("backup", tmp_path / "copy", "--data-dir", directory)
    assert taken.exit_code == Exit.UNSOUND
    assert "0" * 64 in taken.stderr
    assert (tmp_path / "copy" / "backup.json").exists()

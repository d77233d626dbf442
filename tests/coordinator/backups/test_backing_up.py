"""Backups: what is in them, when they are refused, and that nothing half done bears the name."""

import errno
import hashlib
import json
import os
import signal
import sqlite3
import stat
from contextlib import suppress

import pytest

from coordinator.auditing.verify import verify
from coordinator.backups import restoring
from coordinator.backups.manifest import FILE, NOTE, NotABackup, backed_up_at, read_manifest
from coordinator.backups.restoring import restore
from coordinator.backups.taking import back_up
from coordinator.files.durable import rename_durably
from coordinator.log.checking import Damaged
from coordinator.log.lock import DirectoryInUse, locked
from coordinator.log.sqlite import NotALog, SqliteEventLog
from coordinator.sealing import SealingKeys
from core.access.commands import CreateKey
from core.refusals import Conflict
from core.timestamps import to_iso
from tests.golden.scenes.residues import keep_residues
from tests.office import Office


def hand_out(office, *labels):
    for label in labels:
        office.perform(CreateKey(hash=label, roles=("read",), label=label))


@pytest.fixture
def office(tmp_path):
    """A writer at work in a directory in which stands all that may stand there."""
    directory = tmp_path / "data"
    (directory / "uploads").mkdir(parents=True)
    office = Office(directory)
    hand_out(office, "first", "second")
    (directory / "admin.key").write_text("open sesame")
    (directory / "admin.key").chmod(0o600)
    (directory / "uploads" / "a.list").write_text("2^101-1\n")
    (directory / "uploads" / "b.part").write_text("half")
    yield office
    office.close()


def shown(directory):
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}


def test_a_backup_taken_beside_the_writer_holds_all_but_what_can_be_made_again(office, tmp_path):
    copy = tmp_path / "copy"
    taken = back_up(office.directory, copy)
    assert shown(copy) == {FILE, "log.db", "admin.key", "uploads/a.list"}
    assert (taken.position, read_manifest(copy)) == (office.log.head().position, taken)
    assert (copy / "admin.key").stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


def test_of_two_backups_to_one_place_the_later_says_that_it_is_taken(office, tmp_path):
    copy = tmp_path / "copy"

    def another(_):
        if not copy.exists():
            back_up(office.directory, copy)

    with pytest.raises(Conflict, match=f"^{copy} is there already and not an empty directory; choose another name"):
        back_up(office.directory, copy, another)
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


def test_what_is_restored_is_the_log_as_it_was_and_goes_on_from_there(office, tmp_path):
    copy, there = tmp_path / "copy", tmp_path / "there"
    back_up(office.directory, copy)
    before = office.tables("access")
    hand_out(office, "third")
    restored = restore(copy, there)
    assert verify(there, refold=False).holds
    again = Office(there)
    assert again.log.head() == restored.head
    assert again.tables("access") == before
    hand_out(again, "another third")
    again.close()
    assert verify(there, refold=False).holds


def test_whatever_modes_a_copied_backup_has_keys_are_the_owners_alone_and_all_can_be_written(office, tmp_path):
    copy, there = tmp_path / "copy", tmp_path / "there"
    back_up(office.directory, copy)
    (copy / "admin.key").chmod(0o644)
    (copy / "log.db").chmod(0o444)
    restore(copy, there)
    assert (there / "admin.key").stat().st_mode & 0o777 == 0o600
    assert (there / "log.db").stat().st_mode & 0o200


def test_when_a_backup_was_taken_is_known_where_it_is_restored_and_is_no_part_of_it(office, tmp_path):
    back_up(office.directory, tmp_path / "first")
    again = back_up(office.directory, tmp_path / "again")
    assert shown(tmp_path / "again") == shown(tmp_path / "first")
    restore(tmp_path / "again", tmp_path / "there")
    assert to_iso(backed_up_at(tmp_path / "there")) == again.taken_at


def test_a_projection_that_is_ahead_of_a_log_put_back_is_built_anew(office, tmp_path):
    copy = tmp_path / "copy"
    back_up(office.directory, copy)
    before = office.tables("access")
    hand_out(office, "third", "fourth")
    office.close()
    for beside in ("-wal", "-shm"):
        (office.directory / f"log.db{beside}").unlink(missing_ok=True)
    (copy / "log.db").replace(office.directory / "log.db")
    office.open()
    assert office.tables("access") == before


@pytest.mark.parametrize("name", ["full", "file", "data/inside"])
def test_a_destination_that_is_not_free_is_refused_and_left_as_it_was(office, tmp_path, name):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").touch()
    (tmp_path / "file").touch()
    before = shown(tmp_path)
    with pytest.raises(Conflict):
        back_up(office.directory, tmp_path / name)
    assert shown(tmp_path) - {"data/log.db-shm", "data/log.db-wal"} == before - {"data/log.db-shm", "data/log.db-wal"}


def test_what_a_file_system_keeps_for_itself_is_neither_backed_up_nor_in_the_way(office, tmp_path):
    for disk in (office.directory, tmp_path / "there"):
        (disk / "lost+found").mkdir(parents=True)
    back_up(office.directory, tmp_path / "backup")
    assert not (tmp_path / "backup" / "lost+found").exists()
    restore(tmp_path / "backup", tmp_path / "there")
    assert verify(tmp_path / "there").holds


def test_a_backup_that_is_cut_short_leaves_nothing_under_its_name(office, tmp_path):
    def interrupt(_progress):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(office.directory, tmp_path / "copy", interrupt)
    assert [entry.name for entry in tmp_path.iterdir()] == ["data"]


def test_of_a_damaged_log_no_backup_is_taken(office, tmp_path):
    office.close()
    with sqlite3.connect(office.directory / "log.db") as log:
        for (trigger,) in log.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            log.execute(f"DROP TRIGGER {trigger}")
        log.execute(
            "UPDATE events SET data = CAST(replace(CAST(data AS TEXT), 'first', 'worst') AS BLOB) WHERE position = 3"
        )
    log.close()
    with pytest.raises(Damaged, match="3"):
        back_up(office.directory, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    office.open()


def test_of_a_log_without_an_event_which_no_restore_would_take_no_backup_is_taken(tmp_path):
    (tmp_path / "data").mkdir()
    SqliteEventLog(tmp_path / "data" / "log.db").close()
    with pytest.raises(NotALog, match=r"log\.db holds no event yet; a coordinator writes the first one when it starts"):
        back_up(tmp_path / "data", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_where_there_is_no_log_there_is_no_backup(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotALog):
        back_up(tmp_path / "empty", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def flip_a_bit(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["log.db", "admin.key", "uploads/a.list"])
def test_a_backup_of_which_one_bit_was_flipped_is_not_restored_and_the_file_is_named(office, tmp_path, name):
    copy, there = tmp_path / "copy", tmp_path / "there"
    back_up(office.directory, copy)
    flip_a_bit(copy / name)
    with pytest.raises(NotABackup, match=name):
        restore(copy, there)
    assert not there.exists()
    restorable = tmp_path / "second"
    back_up(office.directory, restorable)
    assert restore(restorable, there).position == office.log.head().position


def test_a_backup_from_which_a_file_is_missing_is_not_restored(office, tmp_path):
    copy = tmp_path / "copy"
    back_up(office.directory, copy)
    (copy / "admin.key").unlink()
    with pytest.raises(NotABackup, match=r"admin\.key is missing"):
        restore(copy, tmp_path / "there")


@pytest.mark.parametrize("path", ["../outside", "/outside", ""])
def test_a_backup_whose_list_leads_out_of_it_is_refused(office, tmp_path, path):
    copy = tmp_path / "copy"
    back_up(office.directory, copy)
    manifest = json.loads((copy / FILE).read_text())
    manifest["files"][0]["path"] = path
    (copy / FILE).write_text(json.dumps(manifest))
    with pytest.raises(NotABackup, match="not within the backup"):
        restore(copy, tmp_path / "there")
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"format": "other"}'])
def test_what_is_no_backup_is_refused(tmp_path, content):
    with pytest.raises(NotABackup, match="can't be read"):
        read_manifest(tmp_path)
    (tmp_path / FILE).write_text(content)
    with pytest.raises(NotABackup, match="not what it should be"):
        read_manifest(tmp_path)


def test_a_directory_that_is_not_empty_or_in_use_is_not_restored_into(office, tmp_path):
    copy, there = tmp_path / "copy", tmp_path / "there"
    back_up(office.directory, copy)
    with pytest.raises(Conflict, match="not empty"):
        restore(copy, office.directory)
    with locked(there), pytest.raises(DirectoryInUse):
        restore(copy, there)


def test_what_a_killed_restore_left_is_swept_away_by_the_next(office, tmp_path):
    copy, there = tmp_path / "copy", tmp_path / "there"
    back_up(office.directory, copy)
    (there / "restoring").mkdir(parents=True)
    (there / "restoring" / "half").write_text("half")
    restore(copy, there)
    assert shown(there) == {"lock", "log.db", "admin.key", "uploads/a.list", NOTE}


def test_what_a_killed_backup_left_is_removed_by_the_next_to_that_place(office, tmp_path):
    copy = tmp_path / "copy"
    child = os.fork()
    if child == 0:
        back_up(office.directory, copy, lambda _: os.kill(os.getpid(), signal.SIGKILL))
    os.waitpid(child, 0)
    (left,) = tmp_path.glob(".copy.*.part")
    assert (left / "copy" / "log.db").exists()
    assert not copy.exists()
    back_up(office.directory, copy)
    assert not left.exists()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700


def no_room(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("end", [no_room, lambda *_: os._exit(0)], ids=["for want of room", "killed"])
def test_a_restore_that_ended_while_it_gave_files_their_names_begins_anew(office, tmp_path, monkeypatch, end):
    copy, there = tmp_path / "copy", tmp_path / "there"
    (office.directory / "signing.key").write_text("a key")
    back_up(office.directory, copy)

    def rename(source, target):
        (end if target.name == "log.db" else rename_durably)(source, target)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(restoring, "rename_durably", rename)
        with suppress(OSError):
            restore(copy, there)
        os._exit(0)
    os.waitpid(child, 0)
    left = shown(there) if there.exists() else set()
    assert left in (set(), {"lock", "restoring/log.db", "admin.key", "signing.key", "uploads/a.list"})
    restore(copy, there)
    assert shown(there) == {"lock", "log.db", "admin.key", "signing.key", "uploads/a.list", NOTE}


def test_residue_files_that_the_log_needs_are_taken_along_and_missed_when_they_are_not_there(office, tmp_path):
    keep_residues(office)
    SealingKeys(office.directory / "client-keys.db").close()
    needed = [
        json.loads(row.data)["served_sha256"]
        for row in office.log.read(0, office.log.head().position)
        if row.type.startswith("factoring.residues_uploaded.")
    ]
    removed = any(row.type.startswith("factoring.residue_removed.") for row in office.log.read(0, 10_000))
    assert needed
    taken = back_up(office.directory, tmp_path / "without")
    assert set(taken.at_fault) <= {f"residues/{sha256}" for sha256 in needed}
    assert removed or taken.at_fault
    residues = office.directory / "residues"
    residues.mkdir()
    (residues / hashlib.sha256(b"sound").hexdigest()).write_bytes(b"sound")
    (residues / hashlib.sha256(b"other").hexdigest()).write_bytes(b"spoilt")
    again = back_up(office.directory, tmp_path / "with")
    assert set(again.at_fault) == {*taken.at_fault, f"residues/{hashlib.sha256(b'other').hexdigest()}"}
    assert f"residues/{hashlib.sha256(b'sound').hexdigest()}" in shown(tmp_path / "with")

"""Residue files are held against the log: one that it needs and that is missing, or was changed, is named."""

import hashlib
from contextlib import closing

import pytest

from coordinator.auditing.verify import verify
from coordinator.residues import auditing
from coordinator.residues.auditing import Audited, audit, needed
from core.factoring.commands.residues import RemoveResidue
from core.factoring.events.residues import ResiduesUploaded
from tests.residue_files import keeping, kept


@pytest.fixture
def office(tmp_path):
    with closing(keeping(tmp_path)) as office:
        yield office


def audited(office):
    return audit(office.directory, office.log.connection)


def test_files_that_hold_what_was_recorded_are_sound(office):
    assert audited(office) == Audited(0)
    kept(office, b"one")
    kept(office, b"three")
    assert audited(office) == Audited(2)


def test_a_missing_file_and_a_changed_one_are_named(office):
    missing, changed, _ = kept(office, b"one"), kept(office, b"three"), kept(office, b"seventh")
    missing.unlink()
    changed.write_bytes(b"threw")
    found = audited(office)
    assert found.files == 3
    holds = hashlib.sha256(b"threw").hexdigest()
    assert found.faults == (
        f"Residue file 1: residues/{missing.name} is missing.",
        f"Residue file 2: residues/{changed.name} was changed, what it holds has the SHA-256 {holds}.",
    )


def test_a_file_that_is_removed_during_the_look_is_not_missing(office, monkeypatch):
    removed, missing = kept(office, b"one"), kept(office, b"three")
    missing.unlink()
    look = auditing._fault

    def look_late(directory, sha256):
        if removed.exists():
            office.perform(RemoveResidue(residue=1, reason=""))
            removed.unlink()
        return look(directory, sha256)

    monkeypatch.setattr(auditing, "_fault", look_late)
    assert audited(office).faults == (f"Residue file 2: residues/{missing.name} is missing.",)


def test_a_file_that_cannot_be_read_is_named(office):
    path = kept(office, b"one")
    path.unlink()
    path.mkdir()
    assert audited(office).faults == (f"Residue file 1: residues/{path.name} can't be read: Is a directory.",)


def test_a_file_that_was_removed_or_whose_record_was_withdrawn_is_not_needed(office):
    removed, withdrawn = kept(office, b"one"), kept(office, b"three")
    office.perform(RemoveResidue(residue=1, reason=""))
    removed.unlink()
    assert needed(office.log.connection) == {withdrawn.name: 2}
    rows = office.log.read(0, 1_000)
    uploaded = [row.position for row in rows if row.type == ResiduesUploaded.type][-1]
    office.withdraw_as_before(uploaded)
    withdrawn.unlink()
    assert (needed(office.log.connection), audited(office)) == ({}, Audited(0))


def test_verify_looks_at_them_unless_only_the_log_is_asked_for(office):
    path = kept(office, b"one")
    assert verify(office.directory).sentence.endswith("1 residue file holds what was recorded.")
    path.write_bytes(b"eno")
    found = verify(office.directory)
    assert not found.holds
    assert path.name in found.sentence
    assert verify(office.directory, refold=False).holds

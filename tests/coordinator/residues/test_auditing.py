"""Residue files are held against the log: one that it needs and that is missing, or was changed, is named."""

import hashlib

import pytest

from coordinator.auditing.verify import verify
from coordinator.residues.auditing import Audited, audit, needed
from coordinator.residues.store import residues_in
from core.factoring.commands import SubmitComposite
from core.factoring.residues.commands import Contents, RemoveResidue, UploadResidues
from core.factoring.residues.events import ResiduesUploaded
from tests.office import Office

N = 10_007 * 20_011


@pytest.fixture
def office(tmp_path):
    """A writer in a directory of its own, with a composite on record."""
    office = Office(tmp_path)
    office.perform(SubmitComposite(text=str(N), ceiling_digits=100), client=None)
    residues_in(tmp_path).mkdir()
    yield office
    office.close()


def kept(office, content):
    """Keep a residue file and record it; return where it stands."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = residues_in(office.directory) / sha256
    path.write_bytes(content)
    contents = Contents(
        value=str(N),
        b1=2000,
        param=1,
        sigmas=(str(len(content)),),
        served_sha256=sha256,
        bytes=len(content),
        inferred=0,
        bad=0,
        bad_lines=(),
    )
    office.perform(UploadResidues(sha256=sha256, contents=contents, stage_1=None, keep_seconds=0), client=None)
    return path


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

"""The write-ahead logs of projections are written out beside the writer, so that folding one back has little to wait for."""

import os

import pytest

from coordinator.writer.writeback import Writeback

BATCHES = 32


@pytest.fixture
def projections(tmp_path):
    file = tmp_path / "factoring.db"
    file.with_name("factoring.db-wal").write_bytes(b"frames")
    return file


@pytest.fixture
def writeback():
    writeback = Writeback()
    yield writeback
    writeback.close()


def batches(writeback, count, *files):
    for _ in range(count):
        for file in files:
            writeback.note(file)
        writeback.end_batches(1)


def test_what_grew_is_written_out_every_so_many_batches_and_what_did_not_is_left(writeback, projections, monkeypatch):
    written = []
    monkeypatch.setattr(os, "fdatasync", lambda file: written.append(file.name))
    batches(writeback, BATCHES - 1, projections)
    batches(writeback, 1)
    batches(writeback, BATCHES)
    writeback.close()
    assert written == [f"{projections}-wal"]


def test_a_disk_that_fails_is_told_and_the_writer_goes_on(writeback, projections, monkeypatch, logged):
    def failing(_file):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", failing)
    batches(writeback, BATCHES, projections)
    writeback.close()
    (told,) = logged
    assert (told["event"], told["file"]) == ("writeback_failed", "factoring.db-wal")

"""A long log is folded by two processes: the files are what one would have made, and one that fails ends the other."""

import sqlite3
from contextlib import closing

import pytest

from coordinator.projecting import building
from coordinator.projecting.building import BuildingApart, NotBuilt
from coordinator.projecting.comparing import dump
from coordinator.projecting.opening import path_of
from tests.ledgers import data_directory

KEYS = 6
HEAD = KEYS + 1


@pytest.fixture
def directory(tmp_path, monkeypatch):
    monkeypatch.setattr(building, "_LONG", 0)
    return data_directory(tmp_path / "data", KEYS)


def dumped(path):
    with closing(sqlite3.connect(path)) as connection:
        return list(dump(connection))


def test_two_processes_make_the_files_that_stand(directory, tmp_path):
    files = {name: tmp_path / f"{name}.db" for name in ("factoring", "access")}
    reports = []
    with BuildingApart(directory, files, HEAD) as children:
        children.follow(reports.append)
    assert (reports[-1].done, reports[-1].total) == (HEAD, HEAD)
    assert dumped(files["access"]) == dumped(path_of(directory, "access"))
    assert files["factoring"].exists()


def test_one_that_fails_ends_the_other(directory, tmp_path):
    files = {"factoring": tmp_path / "nowhere" / "factoring.db", "access": tmp_path / "access.db"}
    with BuildingApart(directory, files, HEAD) as children, pytest.raises(NotBuilt, match="unable to open"):
        children.follow(lambda _progress: None)
    assert all(child._process.returncode is not None for child in children._at_work)

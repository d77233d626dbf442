import contextlib

import pytest

from coordinator.cli.ending import Exit
from coordinator.heads import signing
from coordinator.ownkeys import DRAWS_FILE, NAMES_FILE, kept_admin_key, kept_seed
from coordinator.pen.secrets import FILES
from coordinator.sealing import SealingKeys


@pytest.fixture
def one(tmp_path):
    """The data directory of a node, and a name that was sealed there."""
    directory = tmp_path / "one"
    directory.mkdir()
    signing.make(directory / signing.FILE)
    kept_admin_key(directory)
    kept_seed(directory)
    with contextlib.closing(SealingKeys(directory / NAMES_FILE)) as sealing:
        claim = sealing.seal("ada")
    return directory, claim


def test_a_further_node_has_what_the_first_has_and_nobody_else_reads_it(run, one, tmp_path):
    directory, claim = one
    file, other = tmp_path / "handed", tmp_path / "other"
    handed = run("join", file, "--hand-over", "--data-dir", directory)
    assert handed.exit_code == Exit.DONE, handed.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    joined = run("join", file, "--data-dir", other)
    assert joined.exit_code == Exit.DONE, joined.stderr
    for name in FILES:
        assert (other / name).read_bytes() == (directory / name).read_bytes()
        assert (other / name).stat().st_mode & 0o777 == 0o600
    with contextlib.closing(SealingKeys(other / NAMES_FILE)) as sealing:
        assert sealing.unseal(claim.seal, claim.sealed) == "ada"
    assert run("join", file, "--data-dir", other).exit_code == Exit.DONE  # again changes nothing


def test_what_is_another_coordinators_is_left_alone(run, one, tmp_path):
    directory, _ = one
    file, other = tmp_path / "handed", tmp_path / "other"
    run("join", file, "--hand-over", "--data-dir", directory)
    other.mkdir()
    signing.make(other / signing.FILE)
    refused = run("join", file, "--data-dir", other)
    assert refused.exit_code == Exit.REFUSED
    assert "is another one than the nodes have" in refused.stderr
    assert not (other / DRAWS_FILE).exists()


def test_where_not_all_can_be_kept_nothing_is(run, one, tmp_path):
    directory, _ = one
    file, other, beside = tmp_path / "two.secrets", tmp_path / "other", tmp_path / "two.new"
    beside.write_text("mine")
    run("join", file, "--hand-over", "--data-dir", directory)
    assert beside.read_text() == "mine"
    (other / NAMES_FILE).mkdir(parents=True)
    refused = run("join", file, "--data-dir", other)
    assert (refused.exit_code, "can't be used: unable to open" in refused.stderr) == (Exit.REFUSED, True)
    assert [path.name for path in other.iterdir()] == [NAMES_FILE]


def test_neither_a_file_that_is_there_nor_nonsense_nor_an_empty_directory_will_do(run, one, tmp_path):
    directory, _ = one
    file = tmp_path / "nonsense"
    file.write_text("nonsense")
    assert "name a new file" in run("join", file, "--hand-over", "--data-dir", directory).stderr
    assert "can't be read as what a node hands over" in run("join", file, "--data-dir", tmp_path / "x").stderr
    nowhere = tmp_path / "nowhere"
    said = run("join", nowhere, "--data-dir", tmp_path / "x").stderr
    assert said == f"{nowhere} can't be read: No such file or directory.\n"
    assert f"has no {signing.FILE}" in run("join", tmp_path / "y", "--hand-over", "--data-dir", tmp_path).stderr

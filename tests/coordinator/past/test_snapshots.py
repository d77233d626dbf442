"""Snapshots: from whichever one starts, the past is the same; none is believed; and they never become many."""

import shutil
import sqlite3
import sys
from contextlib import closing
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from coordinator.log.corrections import Corrections
from coordinator.log.sqlite import SqliteEventLog
from coordinator.operations.upkeep.snapshotting import next_due, thin
from coordinator.past import snapshots as room
from coordinator.past.discarding import discard_unfit, set_aside
from coordinator.past.materialising import make, materialise
from coordinator.past.packing import copy_whole, pack
from coordinator.past.snapshots import KEPT, interval, snapshot_at, snapshots, unneeded
from coordinator.projecting.comparing import dump
from coordinator.projecting.folding import fold_log
from core.access.commands import CreateKey, RevokeKey
from core.contexts import registry
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportAttempt, ReportCurves
from core.factoring.mathematics.curves.bounds import Bounds
from core.simulations.commands import CreateSimulation, RecordPoint, RegisterMachine
from core.tasks.commands import SubmitTask
from projections.contexts import projections
from projections.runtime.file import ProjectionFile
from tests.office import Office
from tests.profiles import trying

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

N = (10**15 + 37) * (10**63 + 121)


def tables(path):
    """Return every row of a file but the answers to commands, which are not kept of the past."""
    with closing(sqlite3.connect(path)) as connection:
        return [row for row in dump(connection) if row[0] != "answers"]


def as_it_was(directory, position, into, name="factoring", looked_at=()):
    """What stands in a context's tables at a position, looked up by way of what there is to begin with."""
    path = into / f"{name}-{position}.db"
    path.unlink(missing_ok=True)
    materialise(directory, position, {name: path}, {at: into / f"{name}-{at}.db" for at in looked_at})
    return tables(path)


def folded(directory, position, into, name="factoring"):
    """The same, folded from the first event on."""
    path = into / f"{name}-{position}-folded.db"
    path.unlink(missing_ok=True)
    (projection,) = (one for one in projections(lambda _seal, sealed: sealed) if one.name == name)
    with (
        closing(SqliteEventLog(directory / "log.db", read_only=True)) as log,
        closing(ProjectionFile(path, projection, durable=False)) as file,
    ):
        fold_log(log, [file], registry(), position, corrections=Corrections(log, position))
    return tables(path)


def altered(kept, script):
    """Have a snapshot hold something else of factoring than it should."""
    packed = kept.of("factoring")
    plain = packed.with_name("altered.db")
    copy_whole(packed, plain)
    with closing(sqlite3.connect(plain)) as connection:
        connection.executescript(script)
    pack(plain, packed)
    plain.unlink()


def curves(office, sigmas):
    command = ReportCurves(
        work="", value=str(N), bounds=Bounds(2_000, -1, 1), curves=len(sigmas), sigmas=tuple(map(str, sigmas))
    )
    return office.result(command, key=f"curves {sigmas}").position


DEEDS = {
    "curves": lambda office, n: curves(office, [1_000 + n, 2_000 + n]),
    "key": lambda office, n: office.result(CreateKey(hash=f"{n:064x}", roles=("read",), label=f"k{n}"), key=f"k{n}"),
    "revoked": lambda office, n: office.result(RevokeKey(key=1), key=f"r{n}"),
    "task": lambda office, n: office.result(SubmitTask(f"task-{n}", "add", ("1", "2"), "node", 1_000), key=f"t{n}"),
    "point": lambda office, n: office.result(RecordPoint(simulation=1, loss=float(n)), key=f"p{n}"),
}


@pytest.fixture
def office(tmp_path):
    """A log with something of several contexts, and curves of which some are withdrawn."""
    directory = tmp_path / "data"
    directory.mkdir()
    office = Office(directory)
    office.perform(SubmitComposite(text=str(N), ceiling_digits=1_000))
    office.perform(RegisterMachine(name="m", cpu="c", memory_gb=1))
    office.perform(CreateSimulation(name="s", machine=1))
    return office


@trying(6)
@given(
    deeds=st.lists(st.sampled_from(sorted(DEEDS)), min_size=3, max_size=12),
    withdrawn_after=st.integers(2, 12),
    kept_at=st.lists(st.integers(1, 40), max_size=4),
)
def test_at_every_position_stands_what_the_fold_of_the_events_up_to_there_gives(
    tmp_path_factory, deeds, withdrawn_after, kept_at
):
    tmp_path = tmp_path_factory.mktemp("past")
    office = Office(tmp_path)
    office.perform(SubmitComposite(text=str(N), ceiling_digits=1_000))
    office.perform(RegisterMachine(name="m", cpu="c", memory_gb=1))
    office.perform(CreateSimulation(name="s", machine=1))
    spoilt = curves(office, [7, 8])
    for n, deed in enumerate(deeds):
        DEEDS[deed](office, n)
        if n == withdrawn_after:
            office.correct(spoilt)
            office.reopen()
    end = office.log.head().position
    for position in {min(at, end) for at in kept_at}:
        make(tmp_path, position)
    for position in range(1, end + 1):
        for name in ("factoring", "access", "simulations", "tasks"):
            before = range(max(1, position - 2), position)
            found = as_it_was(tmp_path, position, tmp_path, name, looked_at=before)
            assert found == folded(tmp_path, position, tmp_path, name)


def test_a_snapshot_made_before_a_correction_serves_those_after_it_when_it_holds_nothing_withdrawn(office, tmp_path):
    before = office.log.head().position
    make(office.directory, before)
    spoilt = curves(office, [1, 2])
    make(office.directory, spoilt)
    office.correct(spoilt)
    office.reopen()
    end = office.log.head().position
    for kept in snapshots(office.directory):
        altered(kept, "UPDATE numbers SET priority = 77")
    (marked,) = {row[1] for row in as_it_was(office.directory, end, tmp_path) if row[0] == "numbers"}
    assert 77 in marked, "it was folded on from the first snapshot"
    assert not [row for row in as_it_was(office.directory, end, tmp_path) if row[0] == "curves"]


def test_a_correction_counts_from_its_last_event_on_the_first_one_of_a_log_too(office, tmp_path):
    def at(position):
        return [
            row for row in as_it_was(office.directory, position, tmp_path) if row[0] not in {"checkpoint", "newest"}
        ]

    factors = 10**9 + 7, 10**10 + 19, 10**31 + 33
    number = str(prod(factors))
    office.perform(SubmitComposite(text=number, ceiling_digits=1_000))
    for factor in factors[:2]:
        office.perform(ReportAttempt(number, "auto", 0, 0, 0, (Claim(str(factor)),)))
    made = [row.position for row in office.log.read(0, 1_000) if row.type == "factoring.attempt_made.v1"]
    for one in made[-2:]:
        before = office.log.head().position
        concluded = office.correct(one).position
        believed = at(before)
        assert [at(position) == believed for position in range(before + 1, concluded)] == [True] * (
            concluded - before - 1
        )
        assert at(concluded) != believed


def test_a_snapshot_of_another_log_or_version_is_not_believed(office, tmp_path):
    end = office.log.head().position
    make(office.directory, end)
    good = as_it_was(office.directory, end, tmp_path)
    for wrong in ("UPDATE checkpoint SET hash = x'00'", "UPDATE checkpoint SET version = 99"):
        altered(snapshot_at(office.directory, end), f"DELETE FROM numbers; {wrong}")
        assert as_it_was(office.directory, end, tmp_path) == good
    discard_unfit(office.directory)
    assert list((office.directory / "snapshots").iterdir()) == []


def flipped(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


DAMAGED = {
    "empty": lambda _content: b"",
    "cut in the mark": lambda content: content[:30],
    "cut behind the mark": lambda content: content[: content.index(b"}") + 1],
    "cut": lambda content: content[:-20],
    "without its checksum": lambda content: content[:-4],
    "one bit": flipped,
    "more behind it": lambda content: content + b"more",
    "no packed file": lambda content: b"SQLite format 3\0" + content,
    "another mark": lambda content: content.replace(b'"corrected":0', b'"corrected":9'),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_snapshot_is_passed_over_and_set_aside_with_a_sentence(office, tmp_path, monkeypatch, damage):
    end = office.log.head().position
    monkeypatch.setattr(room, "LEAST_INTERVAL", end - 1)
    make(office.directory, 3)
    make(office.directory, end)
    (first, _) = (kept.position for kept in snapshots(office.directory))
    good = as_it_was(office.directory, end, tmp_path)
    path = snapshot_at(office.directory, end).of("factoring")
    path.write_bytes(damage(path.read_bytes()))
    (found,) = materialise(office.directory, end, {"factoring": tmp_path / "again.db"})
    assert tables(tmp_path / "again.db") == good
    with capture_logs() as logs:
        set_aside(office.directory, [found, found])
    (said,) = logs
    assert (said["event"], said["position"], said["projection"]) == ("snapshot_set_aside", end, "factoring")
    assert said["reason"]
    assert [kept.position for kept in snapshots(office.directory)] == [first]
    assert next_due(office.directory, end) == end - 1
    assert sorted(path.name for path in (office.directory / "snapshots" / "damaged").iterdir()) == sorted(
        f"{name}.db.zst" for name in KEPT
    )


def test_what_does_not_say_what_it_holds_is_set_aside_at_the_start_and_only_the_last_one_stays(office):
    for position in (3, office.log.head().position):
        make(office.directory, position)
        snapshot_at(office.directory, position).of("tasks").write_bytes(b"no snapshot")
    with capture_logs() as logs:
        discard_unfit(office.directory)
    assert [said["position"] for said in logs] == [3, office.log.head().position]
    assert [path.name for path in (office.directory / "snapshots").iterdir()] == ["damaged"]


def test_snapshots_that_earlier_versions_did_not_pack_are_read(office, tmp_path):
    end = office.log.head().position
    make(office.directory, end)
    kept = snapshot_at(office.directory, end)
    for name in KEPT:
        packed = kept.of(name)
        copy_whole(packed, packed.with_suffix(""))
        packed.unlink()
    discard_unfit(office.directory)
    with closing(sqlite3.connect(kept.of("factoring"), isolation_level=None)) as connection:
        connection.execute("UPDATE numbers SET priority = 77")
    assert any(77 in row for name, row, *_ in as_it_was(office.directory, end, tmp_path) if name == "numbers")
    with kept.of("factoring").open("r+b") as file:
        file.truncate(5_000)
    (found,) = materialise(office.directory, end, {"factoring": tmp_path / "again.db"})
    assert found.reason == "database disk image is malformed"


def test_a_packed_file_is_a_fifth_and_other_programs_unpack_it(office, tmp_path):
    for n in range(200):
        DEEDS["curves"](office, n)
    make(office.directory, office.log.head().position)
    (kept,) = snapshots(office.directory)
    whole = zstd.decompress(kept.of("factoring").read_bytes())
    assert whole.startswith(b"SQLite format 3")
    assert kept.of("factoring").stat().st_size < len(whole) / 4


def test_what_earlier_versions_kept_elsewhere_is_deleted(office):
    (office.directory / "checkpoints" / "000000000004").mkdir(parents=True)
    discard_unfit(office.directory)
    assert not (office.directory / "checkpoints").exists()


def test_deleting_snapshots_changes_nothing(office, tmp_path):
    end = office.log.head().position
    make(office.directory, end)
    with_it = as_it_was(office.directory, end, tmp_path)
    shutil.rmtree(office.directory / "snapshots")
    assert as_it_was(office.directory, end, tmp_path) == with_it


def test_no_name_of_a_client_is_copied(office):
    make(office.directory, office.log.head().position)
    (kept,) = snapshots(office.directory)
    assert {path.name for path in kept.path.iterdir()} == {f"{name}.db.zst" for name in KEPT}
    assert "clients" not in KEPT
    assert not [path for path in kept.path.iterdir() if b"alice" in zstd.decompress(path.read_bytes())]


def test_a_snapshot_ends_with_a_whole_command(office):
    submitted = office.result(SubmitComposite(text="2^137-1", ceiling_digits=1_000), client="newcomer")
    first = submitted.position - 1
    assert office.log.read(first - 1, 1)[0].command == office.log.read(first, 1)[0].command
    make(office.directory, first)
    assert [kept.position for kept in snapshots(office.directory)] == [submitted.position]


def test_snapshots_are_made_at_even_distances_and_thinned_as_the_log_grows(office, monkeypatch):
    monkeypatch.setattr(room, "LEAST_INTERVAL", 4)
    monkeypatch.setattr(room, "MOST_KEPT", 4)
    for n in range(60):
        office.result(CreateKey(hash=f"{n:064x}", roles=("read",), label=f"k{n}"), key=f"k{n}")
        while (due := next_due(office.directory, office.log.head().position)) is not None:
            make(office.directory, due)
        thin(office.directory, office.log.head().position)
        assert len(snapshots(office.directory)) <= 5
    positions = [kept.position for kept in snapshots(office.directory)]
    assert interval(office.log.head().position) == 32
    assert {position // 32 for position in positions} >= {1, 2}


def test_what_stands_too_close_to_the_one_before_is_not_needed(tmp_path):
    kept = [snapshot_at(tmp_path, position) for position in (16_390, 32_770, 49_160, 600_000)]
    assert unneeded(kept, 1_200_000) == [kept[2]]
    assert unneeded(kept, 1_200_000, corrected={49_160}) == []
    assert unneeded(kept, 600_000) == []


def test_from_just_after_a_correction_on_nothing_is_folded_from_afar(office, tmp_path, monkeypatch):
    monkeypatch.setattr(room, "LEAST_INTERVAL", 8)
    spoilt = curves(office, [1, 2])
    for n in range(12):
        DEEDS["curves"](office, n)
    corrected = office.correct(spoilt).position
    office.reopen()
    DEEDS["curves"](office, 99)
    end = office.log.head().position
    while (due := next_due(office.directory, end)) is not None:
        make(office.directory, due)
    thin(office.directory, end)
    assert {8, 16, corrected} <= {kept.position for kept in snapshots(office.directory)}
    as_folded = as_it_was(office.directory, end, tmp_path)
    altered(snapshot_at(office.directory, corrected), "UPDATE numbers SET priority = 77")
    assert as_it_was(office.directory, corrected - 1, tmp_path) == folded(office.directory, corrected - 1, tmp_path)
    assert as_folded != as_it_was(office.directory, end, tmp_path)


def test_without_room_for_many_no_snapshot_is_made(office, monkeypatch):
    monkeypatch.setattr(room, "LEAST_INTERVAL", 4)
    assert next_due(office.directory, office.log.head().position) == 4
    usage = shutil.disk_usage(office.directory)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=0))
    assert next_due(office.directory, office.log.head().position) is None

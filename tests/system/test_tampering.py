"""What was done to a stopped coordinator's log shows at its next start, or to whoever has kept a head or a receipt."""

import json
import shutil
import sqlite3
from contextlib import closing

import httpx
import pytest

from coordinator.cli.ending import Exit
from coordinator.log.sqlite import SqliteEventLog
from core.events.chain import row_hash
from core.events.envelope import NewEvent
from core.events.fact import Fact
from tests.ledgers import following, key_created, log_rows, spoil
from tests.real.servers import HTTP, CoordinatorProcess, tallystick


class Teleported(Fact, frozen=True):
    """What some later version records."""

    type = "factoring.teleported.v1"
    number: int


class Rewritten(Teleported, frozen=True):
    """How some later version corrects."""

    type = "corrections.rewritten.v1"


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """The data directory of a coordinator that has stopped, a head, a proof, and the receipt of a write."""
    directory = tmp_path_factory.mktemp("left") / "data"
    coordinator = CoordinatorProcess(directory).start()
    try:
        receipts = []
        for number in ("2^137-1", "2^149-1"):
            answer = HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=[{"number": number}], timeout=60)
            receipts.append(f"{answer.headers['tallystick-position']}:{answer.headers['tallystick-hash']}")
        done = tallystick("prove", 2, "--coordinator", coordinator.address, "--output", directory.parent / "proof")
        assert done.returncode == Exit.DONE, done.stderr
        assert coordinator.stop() == 0
    finally:
        coordinator.close()
    return directory, directory.parent / "proof", receipts


@pytest.fixture
def directory(left, tmp_path):
    """A copy, to be spoilt."""
    return shutil.copytree(left[0], tmp_path / "data")


def contents(directory):
    """Return every byte but the lock, which names the process that tried."""
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file() and path.name != "lock"}


def refused(directory):
    """Return why a coordinator does not start there."""
    done = tallystick("serve", "--data-dir", directory, "--port", 0)
    assert (done.returncode, done.stdout) == (Exit.REFUSED, "")
    return done.stderr.splitlines()[-1]


def cut(directory):
    spoil(directory, f"DELETE FROM events WHERE position > {len(log_rows(directory)) - 1}")


def compute_anew(directory):
    cut(directory)
    with closing(SqliteEventLog(directory / "log.db")) as log:
        log.append(following(log, key_created(1), key_created(2)), log.head())


def empty(directory):
    for path in directory.glob("log.db*"):
        path.unlink()
    (directory / "log.db").touch()


def make_newer(directory):
    with closing(sqlite3.connect(directory / "log.db")) as connection:
        connection.execute("PRAGMA user_version = 2")


@pytest.mark.parametrize(
    ("spoil_it", "words"),
    [
        (cut, "its newest events were cut off"),
        (compute_anew, "the log was computed anew"),
        (empty, "tells of a log that stood there"),
        (make_newer, "has log format 2; this version reads formats up to 1"),
    ],
)
def test_a_coordinator_does_not_start_on_a_log_that_is_not_the_one_it_left(directory, spoil_it, words):
    spoil_it(directory)
    before = contents(directory)
    assert words in refused(directory)
    assert contents(directory) == before


def test_whoever_kept_a_head_or_a_receipt_finds_out(left, directory):
    _, proof, receipts = left
    flags = ("--log-only", "--head", proof / "head.json", "--receipt", receipts[0], "--receipt", receipts[1])
    assert tallystick("verify", "--data-dir", directory, *flags).returncode == Exit.DONE
    spoil(directory, "UPDATE events SET data = CAST(replace(data, '2^137-1', '2^137-2') AS BLOB) WHERE position = 2")
    assert "Event 2 is not what was recorded" in tallystick("verify", "--data-dir", directory, "--log-only").stdout
    rows = log_rows(directory)
    previous = rows[0][11]
    for row in rows[1:]:
        previous = row_hash(previous, row)
        spoil(directory, ("UPDATE events SET hash = ? WHERE position = ?", (previous, row[0])))
    (directory / "heads.ndjson").unlink()
    assert tallystick("verify", "--data-dir", directory, "--log-only").returncode == Exit.DONE
    for kept in (("--head", proof / "head.json"), ("--receipt", receipts[0]), ("--receipt", receipts[1])):
        done = tallystick("verify", "--data-dir", directory, "--log-only", *kept)
        assert (done.returncode, "the log was computed anew" in done.stdout) == (Exit.UNSOUND, True)


def test_a_proof_is_checked_without_the_log_and_a_forged_one_shows_nothing(left, tmp_path):
    _, proof, _ = left
    files = [proof / "event.json", proof / "proof.json", proof / "head.json"]
    done = tallystick("check-proof", *files)
    assert (done.returncode, "Event 2, factoring." in done.stdout) == (Exit.DONE, True)
    forged = tmp_path / "event.json"
    forged.write_text(files[0].read_text().replace("2^137-1", "2^139-1"))
    done = tallystick("check-proof", forged, *files[1:])
    assert (done.returncode, "Event 2 is not what was recorded" in done.stdout) == (Exit.UNSOUND, True)


def test_an_event_of_an_unknown_type_stops_its_context_and_the_rest_goes_on(directory):
    with closing(SqliteEventLog(directory / "log.db")) as log:
        unknown = log.head().position + 1
        log.append(following(log, NewEvent("composite-1", Teleported(number=1))), log.head())
    coordinator = CoordinatorProcess(directory).start()
    try:
        (stopped,) = HTTP.get(f"{coordinator.address}/health").json()["degraded"]
        assert (stopped["context"], stopped["view"], stopped["position"]) == ("factoring", "state", unknown)
        assert "'factoring.teleported.v1' is not a type of event that this version knows" in stopped["reason"]
        answer = HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=[{"number": "2^151-1"}], timeout=60)
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        accepted = HTTP.post(f"{coordinator.address}/task", json={"a": 1, "b": 2})
        assert accepted.is_success, accepted.text
        assert HTTP.get(f"{coordinator.address}/api/v1/composites/1").status_code == httpx.codes.OK
        for page in ("", "events?show=all", f"events/{unknown}", "composites/1", "composites/1/why", "audit"):
            shown = HTTP.get(f"{coordinator.address}/{page}", headers={"Accept": "text/html"})
            assert shown.status_code == httpx.codes.OK, (page, shown.text)
        stopped_page = HTTP.get(f"{coordinator.address}/", headers={"Accept": "text/html"}).text
        assert "until that version is installed again, or a later one" in stopped_page
        assert "withdraw it" not in stopped_page, "nothing is wrong with the event"
        assert "factoring.teleported.v1" in HTTP.get(f"{coordinator.address}/events?show=all&format=csv").text
        proved = HTTP.get(f"{coordinator.address}/api/v1/events/{unknown}/proof")
        assert proved.status_code == httpx.codes.OK
        assert coordinator.stop() == 0
    finally:
        coordinator.close()


def test_a_correction_of_an_unknown_kind_is_left_to_the_version_that_knows_it(directory):
    with closing(SqliteEventLog(directory / "log.db")) as log:
        unknown = log.head().position + 1
        log.append(following(log, NewEvent("corrections", Rewritten(number=1))), log.head())
    words = f"Event {unknown} corrects the log in a way ('corrections.rewritten.v1') that this version does not know"
    assert refused(directory).startswith(words)


def test_a_broken_export_is_named_by_its_line_and_a_log_that_is_there_stays(directory, tmp_path):
    export = tmp_path / "log.ndjson"
    assert tallystick("export", export, "--data-dir", directory).returncode == Exit.DONE
    done = tallystick("import", export, "--data-dir", directory)
    assert done.returncode == Exit.REFUSED
    assert f"holds {len(log_rows(directory))} events already" in done.stderr
    lines = export.read_text().splitlines(keepends=True)
    second = json.loads(lines[2])
    assert second["position"] == 2
    lines[2] = lines[2].replace('"actor":"anonymous"', '"actor":"key-1"')
    export.write_text("".join(lines))
    done = tallystick("import", export, "--data-dir", tmp_path / "there")
    assert done.returncode == Exit.REFUSED
    assert done.stderr.startswith("Line 3: Event 2 is not what was recorded")
    assert done.stderr.rstrip().endswith("Nothing was imported.")
    assert not (tmp_path / "there" / "log.db").exists()

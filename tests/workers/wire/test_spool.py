import subprocess
import sys

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.wire.spool import Spool

WITHOUT_END = """
import sys
from itertools import count
from pathlib import Path
from workers.wire.spool import Spool
spool = Spool(Path(sys.argv[1]))
for number in count():
    spool.keep("/there", {"number": number, "padding": "x" * 10_000})
    print(number, flush=True)
"""

bodies = st.dictionaries(st.text(), st.integers(-(2**63), 2**63 - 1) | st.text() | st.none(), max_size=5)


def numbers_in(spool):
    return [msgspec.json.decode(kept.result.body)["number"] for kept in spool.waiting()]


@given(kept=st.lists(st.tuples(bodies, st.booleans()), max_size=8))
def test_what_is_kept_waits_in_order_until_it_is_discarded_also_for_the_next_worker(tmp_path_factory, kept):
    directory = tmp_path_factory.mktemp("spool")
    spool = Spool(directory)
    for body, _ in kept:
        spool.keep("/there", body)
    for waiting, (_, delivered) in zip(list(spool.waiting()), kept, strict=True):
        if delivered:
            spool.discard(waiting)
    left = [body for body, delivered in kept if not delivered]
    next_worker = Spool(directory)
    assert [msgspec.json.decode(waiting.result.body) for waiting in next_worker.waiting()] == left
    assert next_worker.is_empty() == (not left)


def test_a_clock_that_is_set_back_changes_no_order(tmp_path, monkeypatch):
    hours = iter([5, 3, 4, 1])
    monkeypatch.setattr("workers.wire.spool.time.time_ns", lambda: next(hours) * 3_600 * 10**9)
    for first in (0, 2):
        spool = Spool(tmp_path)
        for number in (first, first + 1):
            spool.keep("/there", {"number": number})
    assert numbers_in(spool) == [0, 1, 2, 3]


def test_every_result_has_a_key_of_its_own_which_it_keeps(tmp_path):
    spool = Spool(tmp_path)
    for _ in range(5):
        spool.keep("/there", {})
    keys = [kept.result.key for kept in spool.waiting()]
    assert len(set(keys)) == 5
    assert [kept.result.key for kept in Spool(tmp_path).waiting()] == keys


@pytest.mark.parametrize("kept_before", [0, 1, 20])
def test_whatever_was_kept_outlives_a_worker_that_is_killed(tmp_path, kept_before):
    with subprocess.Popen([sys.executable, "-c", WITHOUT_END, tmp_path], stdout=subprocess.PIPE, text=True) as worker:
        said = [int(worker.stdout.readline()) for _ in range(kept_before)]
        worker.kill()
        said += [int(line) for line in worker.stdout]
    found = numbers_in(Spool(tmp_path))
    assert found[: len(said)] == said
    assert len(found) <= len(said) + 1  # one more may have been written and not been talked about
    assert not list((tmp_path / "refused").iterdir())


def test_a_refused_result_is_kept_aside_with_the_reason(tmp_path):
    spool = Spool(tmp_path)
    spool.keep("/there", {"number": 1})
    spool.keep("/there", {"number": 2})
    spool.set_aside(next(spool.waiting()), "It is not acceptable.")
    assert numbers_in(spool) == [2]
    (aside,) = (tmp_path / "refused").iterdir()
    refused = msgspec.json.decode(aside.read_bytes())
    assert (refused["body"], refused["refusal"]) == ({"number": 1}, "It is not acceptable.")


def test_a_damaged_file_is_put_aside_and_stops_nobody(tmp_path):
    spool = Spool(tmp_path)
    spool.keep("/there", {"number": 1})
    (tmp_path / "00000000000000000000-damaged.json").write_bytes(b'{"key": "cut o')
    assert numbers_in(spool) == [1]
    assert [path.name for path in (tmp_path / "refused").iterdir()] == ["00000000000000000000-damaged.json"]


def test_two_workers_may_send_from_one_directory(tmp_path):
    one, other = Spool(tmp_path), Spool(tmp_path)
    one.keep("/there", {"number": 1})
    waiting = next(one.waiting())
    other.discard(next(other.waiting()))
    one.discard(waiting)
    assert one.is_empty()


def test_a_directory_that_cannot_be_written_is_said_at_once(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        Spool(tmp_path / "file" / "spool")

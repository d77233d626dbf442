"""Jobs that are run without anybody to ask, and what they leave behind."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from core.factoring.formats.jobfile import FORMAT, Job, JobAssignment, Signature, whole, written
from core.refusals import BadInput
from core.timestamps import SECOND, to_iso
from workers.display import LogLines
from workers.ending import Ending
from workers.factoring import executor as factoring
from workers.factoring.gmp_ecm import Binary
from workers.jobs.directory import Part, ResultsDirectory, collect, keep_job, read
from workers.jobs.offline import run_job

WITHOUT_A_FACTOR = str((10**49 + 9) * (10**50 + 151))
WHOLE = Part()
WITH_ONE = str(1_000_000_000_039 * (10**40 + 121))


def assignment(work, **changes):
    wanted = {
        "work_id": work, "composite": WITHOUT_A_FACTOR, "digit_length": 100, "b1": 200, "b2": None, "curves": 4,
        "parametrization": 1, "current_t_level": 0.0, "target_t_level": 20.0,
    }  # fmt: skip
    return JobAssignment(**wanted | changes)


def job_file(path, *assignments, job="j", ends=3_600, tampered=False):
    job = Job(
        format=FORMAT,
        log="l",
        job=job,
        client_id="cluster",
        users=("anonymous",),
        taken_at=to_iso(int(time.time() * SECOND)),
        ends_at=to_iso(int((time.time() + ends) * SECOND)),
        position=1,
        hash="",
        assignments=assignments,
    )
    key = Ed25519PrivateKey.generate()
    signature = Signature(key.public_key().public_bytes_raw().hex(), key.sign(written(job)).hex())
    signed = written(replace(job, client_id="mine")) if tampered else written(job)
    path.write_bytes(whole(signed, signature))
    return path


@pytest.fixture
def run(tmp_path, ecm, monkeypatch):
    """Run a part of a job into a directory."""
    monkeypatch.setattr(factoring, "find_binary", lambda: Binary(Path(ecm), "7", "PATH"))
    monkeypatch.setattr("workers.program._WAIT_SECONDS", 0.0)

    def run(file, part=WHOLE, into="results", ending=None):
        run_job(file, tmp_path / into, part, ending or Ending(), LogLines(), 2)
        return tmp_path / into

    return run


def curves(directory):
    """Return how many curves were run of each assignment."""
    told = {}
    for one in ResultsDirectory(directory).told():
        told[one.work] = told.get(one.work, 0) + one.curves
    return told


def test_all_curves_are_run_once_also_when_it_is_started_again(run, tmp_path):
    file = job_file(tmp_path / "job.tally", *(assignment(work) for work in "abc"))
    results = run(file)
    assert curves(results) == dict.fromkeys("abc", 4)
    run(file)
    assert curves(results) == dict.fromkeys("abc", 4)
    collected = collect([results])
    assert (list(collected.jobs), collected.ended) == (["j"], {"j": {Part(1, 1)}})


def test_what_is_missing_is_run_when_it_is_started_again(run, tmp_path):
    file = job_file(tmp_path / "job.tally", *(assignment(work) for work in "ab"))
    results = run(file)
    next(iter(results.glob("*.json"))).unlink()
    assert len(curves(results)) == 1
    run(file)
    assert curves(results) == dict.fromkeys("ab", 4)


def test_parts_share_a_job_and_a_directory(run, tmp_path):
    file = job_file(tmp_path / "job.tally", *(assignment(work) for work in "abcde"))
    results = run(file, Part(1, 2))
    assert set(curves(results)) == set("ace")
    run(file, Part(2, 2))
    assert curves(results) == dict.fromkeys("abcde", 4)


def test_parts_that_begin_at_the_same_time_keep_the_job_whole(tmp_path):
    file = job_file(tmp_path / "job.tally", assignment("a"))
    job = read(file)
    for name in map(str, range(50)):
        (directory := tmp_path / name).mkdir()
        together = Barrier(8)

        def begin(directory=directory, together=together):
            together.wait()
            keep_job(directory, file, job)

        with ThreadPoolExecutor(8) as parts:
            for part in [parts.submit(begin) for _ in range(8)]:
                part.result()
        assert [kept.read_bytes() for kept in directory.iterdir()] == [file.read_bytes()]


def test_a_factor_ends_an_assignment(run, tmp_path):
    file = job_file(tmp_path / "job.tally", assignment("a", composite=WITH_ONE, digit_length=53, b1=2000, curves=5_000))
    results = run(file)
    before = curves(results)
    run(file)
    assert curves(results) == before
    assert before["a"] < 5_000


def test_a_job_that_was_changed_is_not_run(run, tmp_path):
    with pytest.raises(BadInput, match="was changed since it was taken: its signature does not hold"):
        run(job_file(tmp_path / "job.tally", assignment("a"), tampered=True))


def test_a_job_that_is_out_of_date_is_not_run(run, tmp_path):
    with pytest.raises(BadInput, match=r"was over at .* hand in what was done, and take another job"):
        run(job_file(tmp_path / "job.tally", assignment("a"), ends=-1))


def test_a_worker_ends_with_its_job(run, tmp_path):
    ending = Ending()
    run(job_file(tmp_path / "job.tally", assignment("a"), ends=3_600), ending=ending)
    assert 3_500 < ending.said()["lives_seconds"] <= 3_600


@pytest.mark.parametrize("content", [b"", b"{}", b'{"format":"x"}\n{}\n'])
def test_what_is_no_job_file_is_said_to_be_none(tmp_path, content):
    (tmp_path / "job.tally").write_bytes(content)
    with pytest.raises(BadInput, match=r"job\.tally is not a job file, or not the whole of one"):
        read(tmp_path / "job.tally")


def test_results_are_found_once_wherever_they_were_copied(run, tmp_path):
    results = run(job_file(tmp_path / "job.tally", assignment("a")))
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in results.glob("*.*"):
        (copy / path.name).write_bytes(path.read_bytes())
    assert {work: len(found) for work, found in collect([results, copy, *results.glob("*.json")]).results.items()} == {
        "a": 1
    }


def test_a_job_that_only_stands_beside_what_is_handed_in_is_left_alone(run, tmp_path):
    """`hand-in --hand-back` would free what others are at."""
    results = run(job_file(tmp_path / "job.tally", assignment("a")))
    other = job_file(results / "other.tally", assignment("b"), job="k")
    mine = results / "j.tally"
    (result,) = results.glob("*.json")
    for named, jobs in (((mine,), ["j"]), ((result,), ["j"]), ((other,), ["k"]), ((result, other), ["j", "k"])):
        assert sorted(collect(named).jobs) == jobs, named
    assert collect([mine]).ended == {"j": {Part(1, 1)}}
    (results / "broken.tally").write_bytes(b"")
    assert list(collect([mine]).jobs) == ["j"]


def test_what_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(BadInput, match=r"nowhere does not exist; directories that .* are accepted"):
        collect([tmp_path / "nowhere"])

"""`take` and `hand-in` on the command line, against a coordinator that answers what a test tells it to."""

import json
from collections.abc import Iterator

import msgspec
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from coordinator.cli.ending import Exit
from coordinator.cli.main import tallystick
from core.factoring.formats.jobfile import FORMAT, Job, JobAssignment, Signature, whole, written
from workers.wire.coordinator import Away, Coordinator, TurnedDown

CURVES = {"b1": 2000, "b2": None, "curves": 4, "parametrization": 1, "current_t_level": 0.0, "target_t_level": 20.0}
JOB = Job(
    format=FORMAT,
    log="l",
    job="j",
    client_id="cluster",
    users=("anonymous",),
    taken_at="2026-11-28T20:00:00Z",
    ends_at="2026-11-28T21:00:00Z",
    position=1,
    hash="",
    assignments=tuple(JobAssignment(work_id=work, composite="15", digit_length=2, **CURVES) for work in "ab"),
)
FILE = whole(written(JOB), Signature("0" * 64, "0" * 128)).decode()
TAKEN = {
    "job": "j", "assignments": 2, "curves": 8, "cpu_seconds": 3600.0, "ends_at": JOB.ends_at, "message": "Enough.",
    "file": FILE,
}  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    """What the coordinator is asked; its answers stand in `answers`, by the end of the address."""
    calls = []

    def call(self, method, path, answer, *, body=None, **_):
        calls.append((method, path, json.loads(body) if body else None))
        said = ANSWERS.get(path.rpartition("/")[2], {"status": "abandoned", "expires_at": ""})
        said = next(said) if isinstance(said, Iterator) else said
        if isinstance(said, BaseException):
            raise said
        return msgspec.convert(said, answer) if answer is not msgspec.Raw else None

    def hand_in(self, path, body, key):
        known = key in [known for known, *_ in keys]
        keys.append((key, call(self, "POST", path, msgspec.Raw, body=body)))
        return known

    keys = []
    monkeypatch.setattr(Coordinator, "call", call)
    monkeypatch.setattr(Coordinator, "hand_in", hand_in)
    return calls


ANSWERS = {}


@pytest.fixture(autouse=True)
def answers():
    """The answers of a test; each begins without any."""
    ANSWERS.clear()
    return ANSWERS


def run(*words):
    return CliRunner().invoke(tallystick, [str(word) for word in words])


def take(directory):
    return run("take", "--hours", 1, "--processes", 2, "-o", directory / "job.tally", "--client-id", "cluster")


def standing(**statuses):
    rows = [{"work_id": work, "status": of, "curves": 4, "curves_completed": 0} for work, of in statuses.items()]
    return {"job": "j", "over": False, "message": "It is held.", "assignments": rows}


def results(directory, *works):
    """Leave a result for each of these behind, as a worker does."""
    directory.mkdir()
    (directory / "j.tally").write_text(FILE)
    for number, work in enumerate(works):
        body = {"work_assignment_id": work, "curves_completed": 4}
        kept = {"key": f"k{number}", "address": "/api/v1/results/ecm", "body": body}
        (directory / f"{number}.json").write_text(json.dumps(kept))
    return directory


def test_a_job_is_written_whole(asked, answers, tmp_path):
    answers["jobs"] = TAKEN
    done = take(tmp_path)
    assert done.exit_code == 0, done.output
    assert "8\xa0curves in 2\xa0assignments, about 1.0\xa0core-hours of work, held until" in done.output
    answers["jobs"] = TAKEN | {"cpu_seconds": 31.5}
    assert "about 31.5\xa0s of work, held until" in take(tmp_path).output
    asked.pop()
    assert [path.name for path in tmp_path.iterdir()] == ["job.tally"]
    assert (tmp_path / "job.tally").read_text() == FILE
    assert asked == [("POST", "/api/v1/work/jobs", {"client_id": "cluster", "hours": 1.0, "processes": 2})]


def test_a_job_that_lasts_is_not_written_over_and_one_that_is_over_is(asked, answers, tmp_path):
    answers["jobs"] = TAKEN
    kept = tmp_path / "job.tally"
    lasting = whole(written(replace(JOB, ends_at="2126-11-28T21:00:00Z")), Signature("0" * 64, "0" * 128))
    kept.write_bytes(lasting)
    done = take(tmp_path)
    assert done.exit_code == 2
    assert "holds a job that lasts until 2126-11-28T21:00:00Z; name another file" in " ".join(done.output.split())
    assert kept.read_bytes() == lasting
    assert not asked
    for over in (FILE.encode(), b"what was kept here before"):
        kept.write_bytes(over)
        assert take(tmp_path).exit_code == 0
        assert kept.read_text() == FILE


def test_without_work_there_is_no_file(asked, answers, tmp_path):
    answers["jobs"] = TAKEN | {"file": None, "message": "All work here is paused."}
    done = take(tmp_path)
    assert done.exit_code == 4
    assert "No job was taken: All work here is paused." in done.output
    assert not list(tmp_path.iterdir())


def test_a_job_that_can_not_be_kept_is_handed_back(asked, answers, tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    answers["jobs"] = TAKEN
    monkeypatch.setattr("os.fsync", full)
    done = take(tmp_path)
    assert done.exit_code == Exit.REFUSED
    assert "can't be written: No space left on device." in " ".join(done.output.split())
    assert [path for method, path, _ in asked if method == "DELETE"] == ["/api/v1/work/a", "/api/v1/work/b"]
    assert not list(tmp_path.iterdir())


def handed_back(asked):
    return [path.rpartition("/")[2] for method, path, _ in asked if method == "DELETE"]


def test_a_job_is_handed_back_when_who_takes_it_is_interrupted(asked, answers, tmp_path, monkeypatch):
    """Before the answer, when it may be held already, and while it is written."""
    answers["jobs"] = iter([KeyboardInterrupt(), TAKEN])
    done = take(tmp_path)
    assert (done.exit_code, handed_back(asked)) == (Exit.INTERRUPTED, ["a", "b"])
    asked.clear()

    def interrupted(_descriptor):
        raise KeyboardInterrupt

    answers["jobs"] = TAKEN
    monkeypatch.setattr("os.fsync", interrupted)
    done = take(tmp_path)
    assert (done.exit_code, handed_back(asked)) == (Exit.INTERRUPTED, ["a", "b"])
    assert not list(tmp_path.iterdir())


def test_what_can_not_be_handed_back_is_said_to_be_held(asked, answers, tmp_path):
    answers["jobs"] = iter([KeyboardInterrupt(), TAKEN])
    answers["a"] = Away("no answer")
    done = take(tmp_path)
    assert f"Not all of the job could be handed back; it is held until {JOB.ends_at}: no answer." in done.output
    assert done.exit_code == Exit.INTERRUPTED


def test_of_two_who_take_a_job_into_one_file_the_later_hands_its_own_back(asked, answers, tmp_path):
    lasting = whole(written(replace(JOB, ends_at="2126-11-28T21:00:00Z")), Signature("0" * 64, "0" * 128))

    def answered_later():
        (tmp_path / "job.tally").write_bytes(lasting)
        yield TAKEN

    answers["jobs"] = answered_later()
    done = take(tmp_path)
    assert (done.exit_code, handed_back(asked)) == (Exit.USAGE, ["a", "b"])
    assert "holds a job that lasts until" in " ".join(done.output.split())
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("job.tally", lasting)]


def test_what_is_not_done_is_handed_back_when_its_worker_has_ended(asked, answers, tmp_path):
    answers["standing"] = standing(a="completed", b="live")
    found = results(tmp_path / "results", "a")
    done = run("hand-in", found)
    output = done.output.replace("\N{NO-BREAK SPACE}", " ")
    assert "1 result with 4 curves came in; 1 assignment done." in output
    assert "Held still, not done: 1 assignment; --hand-back frees them." in output
    assert "came in, all of them before; 1" in run("hand-in", found).output
    (found / "j.1of1.ended").touch()
    assert "Handed back, not done: 1\N{NO-BREAK SPACE}assignment." in run("hand-in", found).output
    assert (
        "Handed back, not done: 1\N{NO-BREAK SPACE}assignment."
        in run("hand-in", "--hand-back", *found.iterdir()).output
    )
    assert [path for method, path, _ in asked if method == "DELETE"] == ["/api/v1/work/b"] * 2
    answers["standing"] = standing(a="completed", b="completed")
    assert "all of them before; 2\xa0assignments done.\n" in run("hand-in", found).output


def test_what_is_refused_is_said_with_its_reason(asked, answers, tmp_path):
    answers["standing"] = standing(a="live", b="live")
    answers["ecm"] = TurnedDown("B1 is too small.", 400)
    found = results(tmp_path / "results", "a", "b")
    done = run("hand-in", found)
    assert done.exit_code == 4
    assert "B1 is too small. (2\N{NO-BREAK SPACE}times)" in done.output
    answers["standing"] = TurnedDown("The job was changed.", 400)
    assert "The job was changed." in run("hand-in", found).output
    assert len(list(found.glob("*.json"))) == 2


def test_a_job_file_of_any_name_is_handed_back(asked, answers, tmp_path):
    named = tmp_path / "job.json"
    named.write_text(FILE)
    answers["standing"] = standing(a="live", b="live")
    done = run("hand-in", named, "--hand-back")
    assert "Handed back, not done: 2\xa0assignments." in done.output
    assert handed_back(asked) == ["a", "b"]


def test_a_place_without_a_job_is_told_so(tmp_path):
    done = run("hand-in", tmp_path)
    assert done.exit_code == 2
    assert "There is no job file in" in done.output


@pytest.mark.parametrize(
    ("end", "exit_code"), [(Away("no answer"), Exit.UNREACHABLE), (KeyboardInterrupt(), Exit.INTERRUPTED)]
)
def test_what_came_in_before_the_end_is_said(asked, answers, tmp_path, end, exit_code):
    first, second = results(tmp_path / "first", "a"), results(tmp_path / "second", "c")
    other = replace(JOB, job="k", assignments=(replace(JOB.assignments[0], work_id="c"),))
    (second / "j.tally").write_bytes(whole(written(other), Signature("0" * 64, "0" * 128)))
    held = standing(a="completed", b="live")
    answers["standing"] = iter([held, held, end])
    done = run("hand-in", first, second)
    assert done.exit_code == exit_code
    assert "Job j: 1\xa0result with 4\xa0curves came in; 1\xa0assignment done." in done.output


def test_a_coordinator_that_is_away_may_give_a_job_later(asked, answers, tmp_path, monkeypatch):
    monkeypatch.setattr("workers.jobs.commands.Backoff", type("AtOnce", (), {"pause": lambda *_: 0.0}))
    answers["jobs"] = Away("no answer")
    done = take(tmp_path)
    assert (done.exit_code, "The coordinator gave no job: no answer." in done.output) == (Exit.UNREACHABLE, True)
    assert not list(tmp_path.iterdir())


def test_a_result_that_is_damaged_is_said_and_its_neighbours_are_handed_in(asked, answers, tmp_path):
    answers["standing"] = standing(a="completed", b="live")
    found = results(tmp_path / "results", "a", "b")
    (found / "1.json").write_text((found / "1.json").read_text()[:-5])
    done = run("hand-in", found)
    assert done.exit_code == 4
    assert "1\xa0result with 4\xa0curves came in" in done.output
    assert f"Not read, being damaged: 1\xa0file, {found / '1.json'} first." in done.output

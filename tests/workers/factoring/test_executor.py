import errno
import os
import threading
import time
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from core.factoring.reporting.curves import MAX_SIGMAS
from core.refusals import Refusal
from core.timestamps import SECOND, to_iso
from tests.waiting import PATIENCE_SECONDS, until
from workers.display import LogLines
from workers.executors import Desk, Seat, WorkFailed
from workers.factoring import beside, gmp_ecm
from workers.factoring import executor as factoring
from workers.factoring.executor import FactoringExecutor
from workers.factoring.gmp_ecm import Binary
from workers.halting import Halt
from workers.lease import LeaseStatus
from workers.wire.coordinator import Away
from workers.wire.courier import Courier
from workers.wire.spool import NotKept, Spool

WITHOUT_A_FACTOR = str((10**49 + 9) * (10**50 + 151))
FAILING_ECM = """#!/bin/sh
echo 'GMP-ECM 7.0.5 [configured with GMP 6.2.1, --enable-asm-redc] [ECM]'
echo 'Using B1=2000, B2=147396, polynomial x^1, sigma=1:42'
echo 'Step 1 took 2ms'
echo 'Step 2 took 3ms'
echo 'Run 2 out of 5:'
echo 'Using B1=2000, B2=147396, polynomial x^1, sigma=1:43'
echo 'out of memory'
exit 1
"""


class Coordinator:
    """Takes everything, and remembers it."""

    def __init__(self):
        self.reports = []
        self.handed_back = []
        self.renewed = []
        self.questions = []
        self.offer = {"work_id": None, "message": "There is nothing to do."}
        self.check = {"lease": None, "message": "There is nothing to check."}
        self.lease = "updated"
        self.pause = None
        self.away = False
        self.first_report = threading.Event()

    def call(self, method, path, answer, *, query=None, body=None, **options):
        if self.away:
            raise Away("no answer")
        if path.endswith("/checks/work"):
            return self.check
        if method == "GET":
            self.questions.append({"query": query, **options})
            return self.offer
        if method == "POST":
            self.reports.append(msgspec.json.decode(body))
            self.first_report.set()
            return answer(b"{}")
        if method == "DELETE":
            self.handed_back.append(query["reason"])
        if method == "PUT":
            self.renewed.append(path)
        return LeaseStatus(self.lease if method == "PUT" else "abandoned", expiry(60), self.pause)


def expiry(seconds):
    return to_iso(int((time.time() + seconds) * SECOND))


def assignment(**changes):
    wanted = {
        "work_id": "w", "composite": WITHOUT_A_FACTOR, "digit_length": 99, "b1": 2000, "b2": None, "curves": 5,
        "parametrization": 1, "expires_at": expiry(60),
    }  # fmt: skip
    return factoring.Assignment(**wanted | changes)


@pytest.fixture
def coordinator():
    return Coordinator()


@pytest.fixture
def stopping():
    return Halt()


@pytest.fixture
def executor(coordinator, ecm, tmp_path, monkeypatch):
    """Make an executor with a GMP-ECM, a real one unless another is given."""

    def executor(program=ecm):
        monkeypatch.setattr(factoring, "find_binary", lambda: Binary(Path(program), "7", "PATH"))
        return FactoringExecutor(Desk(coordinator, Courier(Spool(tmp_path), coordinator), "me"))

    return executor


@pytest.fixture
def perform(executor, stopping):
    """Perform an assignment."""
    return lambda work, **options: executor(**options).perform(work, Seat(1, stopping, LogLines()))


def test_an_assignment_is_run_and_reported_with_everything_that_is_known_of_it(coordinator, perform):
    perform(assignment(b2=50_000, parametrization=0))
    (report,) = coordinator.reports
    assert len(set(report.pop("sigmas"))) == len(report["checksums"]) == 5
    assert None not in report.pop("checksums")
    assert report.pop("execution_time") > 0
    assert report.pop("program_version").startswith("7")
    assert report == {
        "work_assignment_id": "w", "composite": WITHOUT_A_FACTOR, "client_id": "me", "curves_completed": 5,
        "b1": 2000, "b2": 50_000, "parametrization": 0, "factors_found": [], "program": "gmp-ecm",
    }  # fmt: skip
    assert coordinator.handed_back == []


@pytest.mark.parametrize(("method", "factors"), [("pm1", ["78496567990020181"]), ("pp1", ["78496567990020181"])])
def test_p_minus_1_and_p_plus_1_are_run_once_and_reported_with_what_they_found(coordinator, perform, method, factors):
    composite = str(78496567990020181 * 10000000000000000000000000000000000000121)
    perform(assignment(composite=composite, b1=50_000, curves=1, method=method))
    (report,) = coordinator.reports
    assert report.pop("execution_time") >= 0
    assert report.pop("program_version").startswith("7")
    # P+1 finds it by P-1 in every second run; the other half of them finds nothing. What stage 1 finds ends a run.
    found = report.pop("factors_found")
    assert found in ([factors] if method == "pm1" else [factors, []])
    assert report == {
        "work_assignment_id": "w", "composite": composite, "client_id": "me", "method": method, "b1": 50_000,
        "b2": 0 if found else None, "program": "gmp-ecm",
    }  # fmt: skip
    assert coordinator.handed_back == []


def test_p_minus_1_that_fails_or_is_stopped_is_handed_back(coordinator, perform, tmp_path, stopping):
    failing = tmp_path / "ecm"
    failing.write_text("#!/bin/sh\necho 'out of memory'\nexit 1\n")
    failing.chmod(0o755)
    with pytest.raises(WorkFailed, match="out of memory"):
        perform(assignment(method="pm1", curves=1), program=failing)
    stopping.set()
    perform(assignment(method="pm1", b1=10**9, curves=1))
    assert coordinator.handed_back == ["GMP-ECM failed", "the worker stops"]
    assert coordinator.reports == []


def test_what_does_not_fit_into_one_report_is_run_and_reported_in_slices(coordinator, perform):
    perform(assignment(b1=100, b2=0, curves=MAX_SIGMAS + 1))
    pieces = [report["curves_completed"] for report in coordinator.reports]
    assert sum(pieces) == MAX_SIGMAS + 1
    assert max(pieces) <= MAX_SIGMAS * 3 / 4
    assert len({sigma for report in coordinator.reports for sigma in report["sigmas"]}) == MAX_SIGMAS + 1


def test_what_takes_long_is_reported_every_few_minutes(coordinator, perform, monkeypatch):
    monkeypatch.setattr(factoring, "_SLICE_SECONDS", 0)  # a slice has one curve at least
    perform(assignment(curves=3))
    assert [report["curves_completed"] for report in coordinator.reports] == [1, 1, 1]


def test_a_factor_ends_the_assignment_once_it_is_reported(coordinator, perform):
    perform(assignment(composite=str(1_000_000_000_039 * (10**40 + 121)), curves=5000))
    report = coordinator.reports[-1]  # a curve that finds its factor in stage 1 is reported by itself
    assert report["factors_found"] == [{"factor": "1000000000039", "sigma": report["sigmas"][-1]}]
    assert coordinator.handed_back == ["a factor was found"]


def test_finding_the_number_as_a_whole_is_no_reason_to_stop(coordinator, perform):
    perform(assignment(composite=str(103 * 149), digit_length=5, b2=0, curves=3))
    assert [report["curves_completed"] for report in coordinator.reports] == [1, 1, 1]
    assert coordinator.handed_back == []


def test_a_number_on_which_no_curve_can_be_run_is_handed_back(coordinator, perform):
    with pytest.raises(
        WorkFailed, match=r"GMP-ECM ran no curve: it ended with exit status [0-9]+ after .*its last line is '"
    ):
        perform(assignment(composite=str(2 * 10**40 + 6)))  # 2 is divided out before the first
    assert coordinator.reports == []
    assert coordinator.handed_back == ["GMP-ECM failed"]


def test_stopping_reports_what_is_done_and_hands_back_the_rest(coordinator, perform, stopping, monkeypatch):
    monkeypatch.setattr(factoring, "_SLICE_SECONDS", 0)
    stopper = threading.Thread(target=lambda: (coordinator.first_report.wait(PATIENCE_SECONDS), stopping.set()))
    stopper.start()
    perform(assignment(curves=10**6))
    stopper.join()
    assert len(coordinator.reports) < 10**6
    assert coordinator.handed_back == ["the worker stops"]


def test_what_is_paused_is_stopped_behind_the_curve_that_runs(coordinator, perform):
    coordinator.pause = "Everything is paused: a storm"
    perform(assignment(b1=20_000, curves=10**6, expires_at=expiry(0.1)))
    (report,) = coordinator.reports
    assert 1 <= report["curves_completed"] == len(report["sigmas"])
    assert coordinator.handed_back == ["the work is paused"]


def test_a_curve_that_is_paused_and_takes_too_long_is_given_up(coordinator, perform, monkeypatch):
    monkeypatch.setattr(factoring, "PAUSE_SECONDS", 0.1)
    coordinator.pause = "Everything is paused: a storm"
    perform(assignment(b1=10**9, curves=1, expires_at=expiry(0.1)))
    assert (coordinator.reports, coordinator.handed_back) == ([], ["the work is paused"])


def test_a_run_that_is_paused_and_takes_too_long_is_given_up_for_that_reason(coordinator, perform, monkeypatch):
    monkeypatch.setattr(beside, "PAUSE_SECONDS", 0.1)
    coordinator.pause = "Everything is paused: a storm"
    with capture_logs() as lines:
        perform(assignment(method="pm1", b1=10**9, curves=1, expires_at=expiry(0.1)))
    assert (coordinator.reports, coordinator.handed_back) == ([], ["the work is paused"])
    assert [line["unfinished"] for line in lines if line["event"] == "work_ended"] == ["the work is paused"]


def test_a_program_that_ends_without_a_run_is_told_of_and_not_tried_again_at_once(coordinator, perform, tmp_path):
    program = tmp_path / "ecm"
    program.write_text("#!/bin/sh\necho 'The licence has expired.'\nexit 4\n")
    program.chmod(0o755)
    told = r"GMP-ECM made no run: it ended with exit status 4 after .* its last line is 'The licence has expired\.'\."
    with pytest.raises(WorkFailed, match=told):
        perform(assignment(method="pm1", b1=10**9, curves=1), program=program)
    assert coordinator.handed_back == ["GMP-ECM failed"]


def test_an_assignment_that_has_ended_is_left_and_not_handed_back(coordinator, perform):
    coordinator.lease = "completed"
    perform(assignment(b1=10**9, curves=1, expires_at=expiry(1)))
    assert (coordinator.reports, coordinator.handed_back) == ([], [])


def test_curves_that_were_all_run_are_complete_whatever_a_heartbeat_says_behind_their_report(coordinator, perform):
    answer = coordinator.call

    def call(method, *words, **options):
        answered = answer(method, *words, **options)
        if method == "POST":
            coordinator.lease = "completed"
            until(ended.is_set)
        if method == "PUT" and answered.status == "completed":
            ended.set()
        return msgspec.structs.replace(answered, expires_at=expiry(0.1)) if method == "PUT" else answered

    ended = threading.Event()
    coordinator.call = call
    with capture_logs() as lines:
        perform(assignment(expires_at=expiry(0.1)))
    assert [line["outcome"] for line in lines if line["event"] == "lease_lost"] == ["completed"]
    assert [(line["curves"], line["unfinished"]) for line in lines if line["event"] == "work_ended"] == [(5, "")]


SEVERAL = {"further": (assignment(work_id="v"), assignment(work_id="u", method="pm1"), assignment(work_id="t"))}


def test_several_assignments_are_run_one_after_the_other_and_reported_each_by_itself(coordinator, perform):
    perform(assignment(**SEVERAL))
    assert [report["work_assignment_id"] for report in coordinator.reports] == ["w", "v", "u", "t"]
    assert [report.get("curves_completed") for report in coordinator.reports] == [5, 5, None, 5]
    assert coordinator.handed_back == []


def test_each_of_several_assignments_is_held_while_those_before_it_are_run(coordinator, perform):
    further = (assignment(work_id="v", expires_at=expiry(1)),)
    perform(assignment(b1=11_000, curves=60, further=further))
    assert [one for one in coordinator.renewed if one.endswith("/v/progress")]


def test_of_several_assignments_those_that_are_not_begun_are_handed_back_when_the_worker_stops(
    coordinator, perform, stopping
):
    stopping.set()
    with capture_logs() as lines:
        perform(assignment(**SEVERAL))
    assert (coordinator.reports, coordinator.handed_back) == ([], ["the worker stops"] * 4)
    assert "work_started" not in {line["event"] for line in lines}


def test_of_several_assignments_the_rest_is_handed_back_when_gmp_ecm_fails(coordinator, perform, tmp_path):
    program = tmp_path / "ecm"
    program.write_text(FAILING_ECM)
    program.chmod(0o755)
    with pytest.raises(WorkFailed, match="out of memory"):
        perform(assignment(**SEVERAL), program=program)
    assert [report["work_assignment_id"] for report in coordinator.reports] == ["w"]
    assert coordinator.handed_back == ["GMP-ECM failed"] * 4


def test_of_several_assignments_one_that_has_ended_meanwhile_is_left_out(coordinator, perform):
    coordinator.lease = "completed"
    perform(
        assignment(
            b1=11_000, curves=60, expires_at=expiry(60), further=(assignment(work_id="v", expires_at=expiry(1)),)
        )
    )
    assert {report["work_assignment_id"] for report in coordinator.reports} == {"w"}
    assert coordinator.handed_back == []


def test_while_the_coordinator_is_away_results_wait_and_nothing_is_handed_back(coordinator, perform, tmp_path):
    coordinator.away = True
    perform(assignment(composite=str(1_000_000_000_039 * (10**40 + 121)), curves=5000))
    # A curve that finds its factor in stage 1 has no stage 2, and is reported by itself.
    assert 1 <= len(list(tmp_path.glob("*.json"))) <= 2
    assert coordinator.handed_back == []


@pytest.mark.parametrize("away", [False, True])
def test_what_the_disk_does_not_take_is_sent_while_the_coordinator_is_there_and_ends_the_worker(
    coordinator, perform, tmp_path, monkeypatch, away
):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    coordinator.away = away
    with pytest.raises(NotKept) as end:
        perform(assignment())
    assert (end.value.filename, end.value.strerror) == (str(tmp_path), "No space left on device")
    assert [report["curves_completed"] for report in coordinator.reports] == ([] if away else [5])
    assert coordinator.handed_back == ([] if away else ["the worker stops"])


def test_curves_that_were_finished_before_gmp_ecm_failed_are_reported(coordinator, perform, tmp_path):
    program = tmp_path / "ecm"
    program.write_text(FAILING_ECM)
    program.chmod(0o755)
    with pytest.raises(WorkFailed, match="out of memory"):
        perform(assignment(), program=program)
    assert [(report["curves_completed"], report["sigmas"]) for report in coordinator.reports] == [(1, ["42"])]
    assert coordinator.handed_back == ["GMP-ECM failed"]


def test_work_is_asked_for_one_core_at_a_time(coordinator, executor):
    assert executor().ask("key", 2.0) is None
    query = {"client_id": "me", "wait": 2.0, "cores": 1, "lease_seconds": 12, "beside": "true", "numbers": 16}
    assert coordinator.questions == [{"query": query, "key": "key", "wait": 2.0}]
    offered = assignment()
    coordinator.offer = msgspec.to_builtins(offered) | {"message": "5 curves."}
    assert executor().ask("another key", 0.0) == offered


def test_a_machine_without_gmp_ecm_is_told_what_to_install(coordinator, tmp_path, monkeypatch):
    monkeypatch.setattr(gmp_ecm, "candidates", list)
    with pytest.raises(Refusal, match="install the package gmp-ecm"):
        FactoringExecutor(Desk(coordinator, Courier(Spool(tmp_path), coordinator), "me"))

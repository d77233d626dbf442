"""Nothing is handed out that would not end within what its worker has left."""

import itertools
import uuid

import pytest

from core.counting.chunks import nominal_seconds
from core.counting.commands import EndChunk, RequestChunk, SubmitJob
from core.deciding import Nothing
from core.factoring.commands.assignment import EndWork, RequestSieving, RequestWork
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.mathematics.prospects.cost import nominal_microseconds
from core.factoring.state.numbers import Wanted
from core.leases.ending import ends_in_time
from core.tasks.commands import SubmitTask, TakeTasks
from core.timestamps import SECOND
from tests.office import Office

HARD = (10**99 + 289) * (10**100 + 267)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    office = Office(tmp_path_factory.mktemp("lives"))
    yield office
    office.close()


def names():
    return str(uuid.uuid4())


@pytest.mark.parametrize("strategy", ["yield", "ladder"])
def test_curves_end_in_time_at_the_speed_of_who_runs_them(office, strategy):
    office.perform(SubmitComposite(text=str(HARD), ceiling_digits=1_000, target_milli=65_000))
    bounds = bounds_of(250_000, None, 1)
    took = nominal_microseconds(bounds, 199) * 3 // 1000
    slow = ReportCurves(
        work="", value=str(HARD), bounds=bounds, curves=1, sigmas=(), claims=(), cpu_milliseconds=took, program=strategy
    )
    office.perform(slow, client="slow")
    for lives in (1, 5, 60, 3_600, 0):
        work = names()
        command = RequestWork(work, Wanted(strategy=strategy), 60, 600, lives_seconds=lives)
        answer = office.perform(command, client="slow")
        if isinstance(answer, Nothing):
            assert lives
            continue
        seconds = answer.curves * nominal_microseconds(bounds_of(answer.b1, answer.b2, answer.param), 199) / SECOND
        assert not lives or 2 * seconds <= lives
        office.perform(EndWork(lease=work, outcome="released"), client="slow")
    assert not isinstance(answer, Nothing)


def test_who_has_too_little_left_is_told_so(office):
    answer = office.perform(RequestSieving(names(), Wanted(), 60, lives_seconds=1))
    assert answer.message == "Nothing that waits would end within the 1 seconds that this worker has left."


def test_long_counts_are_for_those_who_live_long(office):
    office.perform(SubmitJob(job="long", n=10**18, chunks=2, ceiling=10**18))
    answer = office.perform(RequestChunk(work=names(), lease_seconds=60, lives_seconds=10))
    assert isinstance(answer, Nothing)
    work = names()
    assert office.perform(RequestChunk(work=work, lease_seconds=60, lives_seconds=3_600)).work == work
    office.perform(EndChunk(lease=work, outcome="released"))


def test_slow_tasks_are_for_those_who_live_long(office):
    for task, operation, args in (("slow", "factor", (str(HARD),)), ("quick", "add", ("1", "2"))):
        office.perform(SubmitTask(task=task, operation=operation, args=args, node="", most_waiting=9))
    given = office.perform(TakeTasks(work=names(), limit=9, lease_seconds=60, lives_seconds=20))
    assert [task.id for task in given.tasks] == ["quick"]
    given = office.perform(TakeTasks(work=names(), limit=9, lease_seconds=60, lives_seconds=60))
    assert [task.id for task in given.tasks] == ["slow"]


def test_a_life_without_an_end_is_long_enough_for_everything():
    assert ends_in_time(10**9, 0)
    assert not ends_in_time(1, 1)
    times = [nominal_seconds(10**exponent) for exponent in range(4, 19)]
    assert all(later > earlier for earlier, later in itertools.pairwise(times))

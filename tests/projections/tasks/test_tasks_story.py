"""What becomes of a task: taken, computed, handed back, counted once."""

import uuid

import pytest

from core.refusals import BadInput, Busy, Unknown
from core.tasks.answers import NoTasks
from core.tasks.commands import EndTasks, ExpireTasks, FinishTask, RenewTasks, SubmitTask, TakeTasks
from core.timestamps import SECOND
from projections.tasks.state import newest_tasks, not_waiting
from projections.tasks.table import task_of, waiting_tasks
from tests.statements import plan_of


def submit(office, operation="add", args=("1", "2"), most_waiting=100):
    task = str(uuid.uuid4())
    office.perform(SubmitTask(task=task, operation=operation, args=args, node="here", most_waiting=most_waiting))
    return task


def take(office, client="alice", limit=100):
    return office.perform(TakeTasks(work=str(uuid.uuid4()), limit=limit, lease_seconds=60), client=client)


def finish(office, task, result="3", error="", client="alice"):
    return office.perform(FinishTask(task=task, result=result, error=error), client=client)


def task(office, name):
    return task_of(office.committer.files["tasks"].connection, name)


def test_tasks_are_taken_in_order_and_finished_by_whoever_took_them(office):
    first, second = submit(office), submit(office, "gcd", ("12", "18"))
    taken = take(office)
    assert [(t.id, t.operation, t.args) for t in taken.tasks] == [
        (first, "add", ("1", "2")),
        (second, "gcd", ("12", "18")),
    ]
    assert task(office, first).status == "held"
    finish(office, first)
    finish(office, second, "6")
    assert (task(office, second).status, task(office, second).result) == ("completed", "6")
    assert office.perform(RenewTasks(lease=taken.work)).outcome == "completed"
    assert isinstance(take(office), NoTasks)


def test_the_first_result_counts_and_later_ones_do_not(office):
    name = submit(office)
    take(office)
    assert not finish(office, name, "3").known
    assert finish(office, name, "4", client="bob").known
    assert (task(office, name).result, office.log.head().position) == ("3", task_position(office, name))


def test_a_result_that_can_not_be_right_is_refused_and_the_task_is_done_by_another(office):
    name = submit(office, "multiply", ("6", "7"))
    held = take(office)
    with pytest.raises(
        BadInput, match=r"^result is '43', and multiply\(6, 7\) is not; what it comes to is accepted\.$"
    ):
        finish(office, name, "43")
    assert task(office, name).status == "held"
    office.perform(EndTasks(lease=held.work, outcome="released"))
    assert [one.id for one in take(office, "bob").tasks] == [name]
    finish(office, name, "42", client="bob")
    assert task(office, name).result == "42"


def task_position(office, name):
    """Return the position of the newest event, which must be the end of the batch that finished the task."""
    rows = office.log.read(0, 1000)
    finished = [row.position for row in rows if row.type == "tasks.finished.v1"]
    assert len(finished) == 1
    return rows[-1].position


def test_a_task_that_nobody_took_may_be_finished_all_the_same(office):
    name = submit(office)
    assert not finish(office, name).known
    assert task(office, name).status == "completed"
    assert office.committer.files["tasks"].state.waiting_count() == 0


def test_what_a_silent_worker_held_waits_again_but_not_what_it_finished(office):
    done, lost = submit(office), submit(office)
    taken = take(office)
    finish(office, done)
    office.now += 61 * SECOND
    office.perform(ExpireTasks(lease=taken.work), client=None)
    assert [t.id for t in take(office, "bob").tasks] == [lost]
    assert task(office, done).status == "completed"


def test_what_is_handed_back_waits_again_at_once(office):
    name = submit(office)
    taken = take(office)
    office.perform(EndTasks(lease=taken.work, outcome="released"))
    assert [t.id for t in take(office, "bob").tasks] == [name]


def test_a_batch_holds_at_most_one_slow_task(office):
    quick, slow, other = submit(office), submit(office, "factor", ("15",)), submit(office, "factor", ("21",))
    assert [t.id for t in take(office).tasks] == [quick, slow]
    assert [t.id for t in take(office, "bob").tasks] == [other]


def test_a_batch_holds_no_more_digits_than_fit(office):
    long = "7" * 10_000
    for _ in range(15):
        submit(office, "add", (long, long))
    assert len(take(office).tasks) == 10


def test_a_task_too_many_is_turned_away(office):
    for _ in range(3):
        submit(office, most_waiting=3)
    with pytest.raises(Busy, match="3 tasks wait already"):
        submit(office, most_waiting=3)
    take(office, limit=1)
    assert submit(office, most_waiting=3)


def test_a_failure_is_recorded_with_its_sentence(office):
    name = submit(office, "factor", ("15",))
    finish(office, name, "", "It was too hard.")
    assert (task(office, name).status, task(office, name).error) == ("failed", "It was too hard.")


@pytest.mark.parametrize(
    ("result", "error"), [("", ""), ("3", "no"), ("true", ""), ("1e5", ""), ("", "x" * 501), ("9" * 40_000, "")]
)
def test_what_is_no_result_is_refused(office, result, error):
    name = submit(office)
    with pytest.raises(BadInput):
        finish(office, name, result, error)
    assert task(office, name).status == "waiting"


def test_what_does_not_exist_is_said_so(office):
    with pytest.raises(Unknown):
        finish(office, "nothing")
    with pytest.raises(Unknown):
        office.perform(RenewTasks(lease="nothing"))


def test_the_oldest_tasks_come_first_and_those_that_do_not_wait_are_told(office):
    names = [submit(office) for _ in range(5)]
    connection = office.committer.files["tasks"].connection
    finish(office, names[0])
    assert [t.id for t in waiting_tasks(connection, 3)] == names[1:4]
    assert not_waiting(connection, [*names, "nothing"]) == [names[0], "nothing"]


def test_tasks_in_one_state_are_found_without_a_look_at_the_others(office):
    names = [submit(office) for _ in range(4)]
    take(office, limit=3)
    finish(office, names[0], "", "out of memory")
    connection = office.committer.files["tasks"].connection
    assert [one.id for one in newest_tasks(connection, "failed", None, 10)] == names[:1]
    assert [one.id for one in newest_tasks(connection, "held", None, 10)] == [names[2], names[1]]
    last = task(office, names[2]).position
    assert [one.id for one in newest_tasks(connection, "held", last, 10)] == [names[1]]
    assert [one.id for one in newest_tasks(connection, None, last, 10)] == [names[1], names[0]]
    for before in (None, last):
        assert plan_of(connection, lambda before=before: newest_tasks(connection, "failed", before, 10)) == [
            "SEARCH tasks USING INDEX tasks_by_status (status=? AND position<?)"
        ]

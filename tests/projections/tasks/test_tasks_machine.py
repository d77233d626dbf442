"""Whatever order things come in, every task is finished once or waits, and the tables rebuild the same."""

import tempfile
import uuid

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from core.refusals import BadInput
from core.tasks.commands import EndTasks, ExpireTasks, FinishTask, SubmitTask, TakeTasks
from core.timestamps import SECOND
from projections.tasks.table import task_of
from tests.office import Office
from tests.profiles import running
from tests.together import Together, applied

clients = st.sampled_from(["alice", "bob"])


class TasksMachine(Together):
    """Tasks on a real writer, and what should have become of them."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.office = Office(self.directory.name)
        self.right = {}  # task -> its result
        self.finished = {}  # task -> its first result
        self.holds = {}  # lease -> tasks
        self.tasks = []

    @rule(operation=st.sampled_from(["add", "multiply"]))
    def submit(self, operation):
        task = str(uuid.uuid4())
        self.office.perform(
            SubmitTask(task=task, operation=operation, args=("2", "3"), node="here", most_waiting=10**6)
        )
        self.tasks.append(task)
        self.right[task] = {"add": "5", "multiply": "6"}[operation]

    @rule(client=clients, limit=st.integers(1, 3))
    def take(self, client, limit):
        answer = self.office.perform(TakeTasks(work=str(uuid.uuid4()), limit=limit, lease_seconds=60), client=client)
        if hasattr(answer, "tasks"):
            taken = [task.id for task in answer.tasks]
            assert not {task for tasks in self.holds.values() for task in tasks} & set(taken)
            self.holds[answer.work] = taken

    @precondition(lambda self: self.tasks)
    @rule(data=st.data(), client=clients, result=st.sampled_from(["5", "6"]))
    def finish(self, data, client, result):
        task = data.draw(st.sampled_from(self.tasks))
        answer = self.office.result(FinishTask(task=task, result=result, error=""), client=client)
        if task not in self.finished and result != self.right[task]:
            assert isinstance(answer, BadInput)
            return
        assert answer.answer.known == (task in self.finished)
        self.finished.setdefault(task, result)
        self.holds = {
            work: left for work, tasks in self.holds.items() if (left := [t for t in tasks if t not in self.finished])
        }

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), expire=st.booleans())
    def end(self, data, expire):
        work = data.draw(st.sampled_from(sorted(self.holds)))
        if expire:
            self.office.now += 61 * SECOND
            self.office.perform(ExpireTasks(lease=work), client=None)
        else:
            self.office.perform(EndTasks(lease=work, outcome="released"))
        del self.holds[work]

    @rule(rebuild=st.booleans())
    def restart(self, rebuild):
        before = self.office.tables("tasks")
        self.office.reopen(rebuild=rebuild)
        assert self.office.tables("tasks") == before

    @applied
    @invariant()
    def every_lease_is_tallied(self):
        connection = self.office.committer.files["tasks"].connection
        counted = "SELECT client, coalesce(outcome, 'live'), count(*) FROM leases GROUP BY 1, 2 ORDER BY 1, 2"
        assert connection.execute("SELECT * FROM lease_tallies").fetchall() == connection.execute(counted).fetchall()
        ended = f"SELECT ended_at / {86_400 * SECOND}, outcome, count(*) FROM leases WHERE outcome <> '' GROUP BY 1, 2"
        assert connection.execute("SELECT * FROM lease_ends").fetchall() == connection.execute(ended).fetchall()

    @applied
    @invariant()
    def every_task_is_where_it_should_be(self):
        file = self.office.committer.files["tasks"]
        held = {task for tasks in self.holds.values() for task in tasks}
        for task in self.tasks:
            known = task_of(file.connection, task)
            if task in self.finished:
                assert (known.status, known.result) == ("completed", self.finished[task])
            else:
                assert known.status == ("held" if task in held else "waiting")
        assert file.state.waiting_count() == len(self.tasks) - len(self.finished) - len(held)

    def teardown(self):
        self.office.close()
        self.directory.cleanup()


TasksMachine.TestCase.settings = running(12, steps=25)
test_tasks_hold = TasksMachine.TestCase

"""Tasks."""

from core.tasks.commands import FinishTask, SubmitTask, TakeTasks
from core.tasks.operations import OPERATIONS
from tests.golden.staging import leads_to, name


@leads_to("tasks.submitted.v1", "tasks.taken.v1", "tasks.finished.v1")
def compute_tasks(office):
    """One task comes out, another can't."""
    for args in (("12", "18"), ("1", "0")):
        office.perform(SubmitTask(task=name(office), operation="gcd", args=args, node="here", most_waiting=10**6))
    taken = office.perform(TakeTasks(work=name(office), limit=100, lease_seconds=60), client="bob")
    first, *others = taken.tasks
    result = OPERATIONS[first.operation].compute(first.args)
    office.perform(FinishTask(task=first.id, result=result, error=""), client="bob")
    for task in others:
        office.perform(FinishTask(task=task.id, result="", error="division by zero"), client="bob")

"""Items of tasks at the bulk address."""

import msgspec

from coordinator.http.bulk.ingest import Ingest, Item
from coordinator.http.tasks.numerals import NOT_SENT
from coordinator.http.tasks.work import command_of
from coordinator.setup.settings import Settings
from core.tasks.commands import FinishTask


class FinishedTask(Item, frozen=True, kw_only=True):
    """The end of a task: a result, or the reason why there is none."""

    task_id: str
    result: msgspec.Raw = NOT_SENT
    error: str | None = None


def finish(item: FinishedTask, _: Settings) -> FinishTask:
    """Read what came of a task."""
    return command_of(item.task_id, item.result, item.error)


INGESTS = (Ingest("tasks.finished", FinishedTask, finish, "work"),)

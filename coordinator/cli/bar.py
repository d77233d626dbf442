"""A bar for what takes long, on a terminal; nothing elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from coordinator.processes.progress import Progress, Report, unreported


@contextmanager
def progress_bar() -> Iterator[Report]:
    """Show on standard error how far something has come, for as long as it lasts; yields what is to be told."""
    if not sys.stderr.isatty():
        yield unreported
        return
    from rich import progress as rich  # noqa: PLC0415 - most commands have nothing to show
    from rich.console import Console  # noqa: PLC0415 - as above

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TextColumn("events"),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, rich.TaskID] = {}

        def report(progress: Progress) -> None:
            if progress.stage not in tasks:
                tasks[progress.stage] = bars.add_task(progress.stage)
            bars.update(tasks[progress.stage], completed=progress.done, total=progress.total)

        yield report

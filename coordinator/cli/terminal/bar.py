"""A bar for what takes long, on a terminal: percent, rate and time left; nothing elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from coordinator.processes.progress import Progress, Report, unreported


@contextmanager
def progress_bar(unit: str = "events") -> Iterator[Report]:
    """Show on standard error how far something has come, for as long as it lasts; yields what is to be told."""
    if not sys.stderr.isatty():
        yield unreported
        return
    from rich import progress as rich  # noqa: PLC0415 - most commands have nothing to show
    from rich.console import Console  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    class Rate(rich.ProgressColumn):
        """How many a second."""

        def render(self, task: rich.Task) -> Text:
            """Write it, once it is known."""
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.0f} {unit}/s".replace(",", "\N{NARROW NO-BREAK SPACE}"))

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.TaskProgressColumn(),
        rich.MofNCompleteColumn(),
        Rate(),
        rich.TimeRemainingColumn(),
        rich.TextColumn("left"),
    )
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, rich.TaskID] = {}

        def report(progress: Progress) -> None:
            # Of what does not say how long it is there is no percent, but a bar that moves.
            total = progress.total or None
            if progress.stage not in tasks:
                tasks[progress.stage] = bars.add_task(progress.stage, total=total)
            bars.update(tasks[progress.stage], completed=progress.done, total=total)

        yield report

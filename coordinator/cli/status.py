"""`status`: how a coordinator is, and how far its numbers are."""

from typing import Any

import rich_click as click
from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from coordinator.cli.ending import Exit, Failure
from coordinator.cli.options import coordinator_option, json_option
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.printing import print_json, shown, state_of
from coordinator.cli.terminal.saying import say
from core.legibility import on_one_line
from core.wording import plural, t_level, whole

_BAR_WIDTH = 30
_SEARCHED = frozenset({"open", "finished"})
"""So numbers stand that have something left to search; of others a t-level tells nothing."""


@click.command()
@coordinator_option
@click.option(
    "--numbers", "shown", type=click.IntRange(0, 500), default=20, show_default=True, help="How many to list."
)
@json_option
def status(coordinator: str, shown: int, *, in_json: bool) -> None:
    """Show how a coordinator is, and how far its numbers are."""
    with Coordinator(coordinator) as there:
        health = there.health()
        overview = there.get("/api/v1/stats/overview")
        composites = there.get("/api/v1/composites", size=max(shown, 1))
    if in_json:
        print_json({"health": health, "overview": overview, "composites": composites})
    else:
        say(_summary(coordinator, health, composites["total"]))
        listed = composites["composites"][:shown]
        if listed:
            Console().print(_table(listed))
        if 0 < shown < composites["total"]:
            say(f"Listed: {whole(len(listed))} of {plural(composites['total'], 'number')}; --numbers lists more.")
        for sentence in (
            *(pause["sentence"] for pause in health.get("paused", ())),
            *filter(None, [health.get("starting")]),
            *health.get("unattended", {}).values(),
        ):
            say(sentence)
    if health["status"] != "healthy":
        raise Failure(
            Exit.UNSOUND, f"The coordinator is {health['status']}: {health.get('reason', 'it does not say why')}"
        )


def _summary(address: str, health: dict[str, Any], numbers: int) -> str:
    log, projections = health["log"], health["projections"]
    return (
        f"{address} is {health['status']}, version {health['version']}: {plural(log['position'], 'event')}"
        f" (projections {whole(projections['lag'])} behind), {plural(numbers, 'number')}, {plural(health['workers'], 'worker')}"
    )


def _table(composites: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading, justify in (
        ("id", "right"),
        ("number", "left"),
        ("state", "left"),
        ("t-level", "left"),
        ("", "right"),
    ):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type] # one of rich's literals
    for composite in composites:
        level, target = composite["current_t_level"], composite["target_t_level"]
        table.add_row(
            str(composite["id"]),
            Text(on_one_line(shown(composite["number"]))),
            state_of(composite),
            *(
                (
                    ProgressBar(total=target or 1, completed=level, width=_BAR_WIDTH),
                    f"{t_level(1000 * level)} of {t_level(1000 * target)}",
                )
                if composite["status"] in _SEARCHED
                else ()
            ),
        )
    return table

"""`shares`: by which weights projects get work from a running coordinator, and until when things shall be done."""

import rich_click as click

from coordinator.cli.options import coordinator_option, json_option
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say, say_table
from coordinator.setup.credentials import ADMIN_KEY, API_KEY
from core.wording import duration

_HEADINGS = ("project", "weight", "share", "CPU time", "deadline")
_DEADLINE = "such as 2027-06-30 or 2027-06-30T12:00Z"


@click.group()
def shares() -> None:
    """Say by which weights projects get work, and until when they and numbers shall be done.

    Changing them takes the admin key, from TALLYSTICK_ADMIN_KEY or from the file that TALLYSTICK_ADMIN_KEY_FILE names.
    """


@shares.command("list")
@coordinator_option
@json_option
def list_(coordinator: str, *, in_json: bool) -> None:
    """List weights, deadlines, and what each project was given within the last hour."""
    _show(Coordinator(coordinator, API_KEY).get("/api/v1/shares"), in_json=in_json)


@shares.command("set")
@click.argument("project")
@click.option("--weight", type=int, help="Against those of other projects, of which each has 1 unless it was said.")
@click.option("--deadline", metavar="TIME", help=f"Until when it shall be done, {_DEADLINE}; none takes it away.")
@coordinator_option
@json_option
def set_(project: str, weight: int | None, deadline: str | None, coordinator: str, *, in_json: bool) -> None:
    """Give PROJECT work by a weight, and first of all in the day before a deadline."""
    body = {"project": project, "weight": weight, "deadline": "" if deadline == "none" else deadline}
    _show(Coordinator(coordinator, ADMIN_KEY).post("/api/v1/admin/shares", body), in_json=in_json)


@shares.command("deadline")
@click.argument("number", type=int)
@click.argument("time")
@coordinator_option
@json_option
def deadline_(number: int, time: str, coordinator: str, *, in_json: bool) -> None:
    """Have NUMBER, an id, worked on first of all in the day before TIME; none takes it away."""
    body = {"number": number, "deadline": None if time == "none" else time}
    _show(Coordinator(coordinator, ADMIN_KEY).post("/api/v1/admin/deadlines", body), in_json=in_json)


def _show(shown: dict[str, object], *, in_json: bool) -> None:
    if in_json:
        print_json(shown)
        return
    each = shown["shares"]
    assert isinstance(each, list)
    rows = [
        (
            one["project"] or "(of no project)",
            str(one["weight"]),
            f"{one['given_percent']} %",
            duration(1000 * one["cpu_seconds"]),
            f"{one['deadline'][:16]}Z" if one["deadline"] else "",
        )
        for one in each
    ]
    say_table(_HEADINGS, rows, to_the_right=_HEADINGS[1:4])
    due = shown["deadlines"]
    assert isinstance(due, list)
    for one in due:
        say(f"Number {one['number']} until {one['deadline'][:16]}Z.")

"""`shares`: by which weights projects get work from a running coordinator, and until when things shall be done."""

import rich_click as click

from coordinator.cli.options import coordinator_option, json_option
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say
from coordinator.setup.credentials import ADMIN_KEY, API_KEY

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
    for one in each:
        until = f"  until {one['deadline'][:16]}" if one["deadline"] else ""
        name = one["project"] or "(of no project)"
        say(f"{one['weight']:>8}  {one['given_percent']:>5} %  {one['cpu_seconds']:>10.0f} s  {name}{until}")
    due = shown["deadlines"]
    assert isinstance(due, list)
    for one in due:
        say(f"number {one['number']} until {one['deadline'][:16]}")

"""`pause`, `drain` and `resume`: whether a running coordinator hands out work."""

from collections.abc import Callable
from typing import Any

import rich_click as click

from coordinator.cli.options import coordinator_option, json_option
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say
from coordinator.setup.credentials import ADMIN_KEY

_WHAT = click.argument("what", type=click.Choice(["everything", "kind", "project", "client"]))
_NAME = click.argument("name", required=False, default="")
_REASON = click.option("--reason", default="", metavar="TEXT", help="Why; it is shown to all, and stands in the log.")


def _steering(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the arguments of all three."""
    return _WHAT(_NAME(coordinator_option(json_option(command))))


@click.command()
@_steering
@_REASON
def pause(what: str, name: str, coordinator: str, reason: str, *, in_json: bool) -> None:
    """Hand out no more work, and have workers stop what they hold.

    WHAT is everything, or a kind of work, a project or a client with its NAME. Workers hear of it with their next
    heartbeat, finish the curve that runs or give it up after half a minute, report what is done and hand the rest back.
    """
    _send("pause", coordinator, in_json=in_json, of=what, name=name, reason=reason)


@click.command()
@_steering
@_REASON
def drain(what: str, name: str, coordinator: str, reason: str, *, in_json: bool) -> None:
    """Hand out no more work, and let workers finish what they hold.

    WHAT and NAME are as of `tallystick pause`.
    """
    _send("drain", coordinator, in_json=in_json, of=what, name=name, reason=reason)


@click.command()
@_steering
def resume(what: str, name: str, coordinator: str, *, in_json: bool) -> None:
    """Hand out work again for what was paused or drained.

    WHAT and NAME are as of `tallystick pause`.
    """
    _send("resume", coordinator, in_json=in_json, of=what, name=name)


def _send(action: str, coordinator: str, *, in_json: bool, **body: Any) -> None:
    with Coordinator(coordinator, ADMIN_KEY) as there:
        answer = there.post(f"/api/v1/admin/{action}", body)
    if in_json:
        print_json(answer)
    else:
        say(answer["message"])

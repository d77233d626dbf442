"""`webhooks`: who is told of events as they are recorded, on a running coordinator."""

from typing import Any

import rich_click as click

from coordinator.cli.options import coordinator_option, json_option
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.once import show_once
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say, say_table
from coordinator.setup.credentials import ADMIN_KEY
from core.notifications.events import ending

_ADDRESS = "/api/v1/admin/subscriptions"
_HEADINGS = ("id", "url", "types", "project", "delivered", "waiting", "state")


@click.group()
def webhooks() -> None:
    """Have events delivered to an address as they are recorded, and see what failed.

    The coordinator takes the admin key, from TALLYSTICK_ADMIN_KEY or from the file that TALLYSTICK_ADMIN_KEY_FILE names.
    """


@webhooks.command()
@click.argument("url")
@click.option(
    "--types", default="", help="Of which events, with commas: a type or its first words; all unless it is said."
)
@click.option("--project", default="", help="Only events of this project.")
@coordinator_option
@json_option
def subscribe(url: str, types: str, project: str, coordinator: str, *, in_json: bool) -> None:
    """Deliver events to URL from now on, and print the secret that signs them, once."""
    wanted = {"url": url, "types": [one for one in types.split(",") if one], "project": project}
    made = Coordinator(coordinator, ADMIN_KEY).post(_ADDRESS, wanted)
    heading = f"Subscription {made['id']} is delivered to. Its secret is shown this once:"
    show_once(made, "secret", heading, _unseen(made["id"]), in_json=in_json)


def _unseen(subscription: int) -> str:
    return (
        f"Nobody has seen the secret that subscription {subscription} is signed with now:"
        f" `tallystick webhooks renew {subscription}` makes another."
    )


@webhooks.command("list")
@coordinator_option
@json_option
def list_(coordinator: str, *, in_json: bool) -> None:
    """List every subscription: what is delivered, what waits, and what failed."""
    listed = Coordinator(coordinator, ADMIN_KEY).get(_ADDRESS)
    if in_json:
        print_json(listed)
        return
    say_table(_HEADINGS, [_row(one) for one in listed], to_the_right={"id", "delivered", "waiting"})


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    why = f" since {one['failing_since'][:16]}Z at event {one['failing_at']}: {one['reason']}" if one["reason"] else ""
    state = f"ended {one['ended_at'][:16]}Z, {ending(one['ending'])}" if one["ended_at"] else f"{one['state']}{why}"
    counts = str(one["delivered"]), str(one["waiting"])
    return str(one["id"]), one["url"] or "", ",".join(one["types"]) or "all", one["project"], *counts, state


@webhooks.command()
@click.argument("subscription", type=int)
@click.option("--at-once", is_flag=True, help="The secret before signs nothing more; else it does for a day.")
@coordinator_option
@json_option
def renew(subscription: int, coordinator: str, *, at_once: bool, in_json: bool) -> None:
    """Sign what is delivered to SUBSCRIPTION with another secret, and print that, once."""
    made = Coordinator(coordinator, ADMIN_KEY).post(f"{_ADDRESS}/{subscription}/secret", {"at_once": at_once})
    before = "signs nothing more" if at_once else "signs too for a day"
    heading = f"Subscription {subscription} has another secret, shown this once; the one before {before}:"
    show_once(made, "secret", heading, _unseen(subscription), in_json=in_json)


@webhooks.command()
@click.argument("subscription", type=int)
@click.option("--position", type=int, help="From this event on; from where deliveries stand unless it is said.")
@coordinator_option
@json_option
def again(subscription: int, position: int | None, coordinator: str, *, in_json: bool) -> None:
    """Send events again to SUBSCRIPTION, a number as `tallystick webhooks list` shows it."""
    answer = Coordinator(coordinator, ADMIN_KEY).post(f"{_ADDRESS}/{subscription}/again", {"position": position})
    if in_json:
        print_json(answer)
    else:
        say(f"Events are sent to subscription {subscription} again.")


@webhooks.command()
@click.argument("subscription", type=int)
@coordinator_option
@json_option
def end(subscription: int, coordinator: str, *, in_json: bool) -> None:
    """Deliver nothing to SUBSCRIPTION any more; its secret is destroyed."""
    answer = Coordinator(coordinator, ADMIN_KEY).delete(f"{_ADDRESS}/{subscription}")
    if in_json:
        print_json(answer)
    else:
        say(f"Subscription {subscription} has ended.")

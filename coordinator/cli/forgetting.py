"""`forget`: make a client's name unreadable, through a running coordinator or in the directory of a stopped one."""

from pathlib import Path

import rich_click as click

from coordinator.cli.options import json_option, running, where_options
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say
from coordinator.setup.credentials import ADMIN_KEY

_ADDRESS = "/api/v1/admin/clients/forget"


@click.command()
@click.argument("client")
@where_options
@json_option
def forget(client: str, coordinator: str | None, data_dir: Path | None, *, in_json: bool) -> None:
    """Forget who CLIENT was, a name or a number such as client-5: its name can't be read ever again.

    What it did stays, under its number, and so do all figures. Backups made earlier still hold the name. A running
    coordinator takes the admin key, from TALLYSTICK_ADMIN_KEY or from the file that TALLYSTICK_ADMIN_KEY_FILE names.
    """
    if coordinator is None and data_dir is not None:
        from coordinator.cli.reaching.stopped import StoppedCoordinator  # noqa: PLC0415 - the whole node is behind it

        forgotten = StoppedCoordinator(data_dir).forget(client)
    else:
        forgotten = Coordinator(running(coordinator), ADMIN_KEY).post(_ADDRESS, {"client": client})
    if in_json:
        print_json(forgotten)
    else:
        say(f"{forgotten['client']} is forgotten.")

"""`keys`: hand out API keys and take them back, through a running coordinator or in the directory of a stopped one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import rich_click as click

from coordinator.cli.options import json_option, unsaid, where_options
from coordinator.cli.printing import print_json
from coordinator.cli.wire import Coordinator
from coordinator.credentials import ADMIN_KEY
from core.access.roles import ROLES, Role, parse_roles

_ADDRESS = "/api/v1/admin/keys"


class Keys(Protocol):
    """Where keys are kept; the answers are those of the coordinator's own addresses."""

    def create(self, roles: Sequence[Role], label: str) -> dict[str, Any]:
        """Make a key: its `id`, and the `key` itself for the only time."""
        ...

    def list(self) -> dict[str, Any]:
        """Every key that was ever made."""
        ...

    def revoke(self, key: int) -> dict[str, Any]:
        """Take a key back."""
        ...


@click.group()
def keys() -> None:
    """Hand out API keys and take them back.

    A running coordinator takes the admin key, from TALLYSTICK_ADMIN_KEY or from the file that TALLYSTICK_ADMIN_KEY_FILE
    names; a stopped one's data directory takes the right to write there.
    """


@keys.command()
@click.option("--roles", required=True, help=f"What the key opens, with commas: {', '.join(ROLES)}.")
@click.option("--label", default="", help="Whom or what it is for.")
@where_options
@json_option
def create(roles: str, label: str, coordinator: str | None, data_dir: Path | None, *, in_json: bool) -> None:
    """Make a key and print it, once; only its SHA-256 is kept."""
    made = _kept(coordinator, data_dir).create(parse_roles(roles.split(",")), label)
    if in_json:
        print_json(made)
        return
    click.echo(f"Key {made['id']} opens {', '.join(made['roles'])}. It is shown this once:", err=True)
    click.echo(made["key"])


@keys.command("list")
@where_options
@json_option
def list_(coordinator: str | None, data_dir: Path | None, *, in_json: bool) -> None:
    """List every key that was ever made."""
    listed = _kept(coordinator, data_dir).list()
    if in_json:
        print_json(listed)
        return
    for key in listed["keys"]:
        state = f"revoked {key['revoked_at']}" if key["revoked_at"] else f"since {key['created_at']}"
        click.echo(f"{key['id']:>4}  {','.join(key['roles']):<22} {state}  {key['label']}")


@keys.command()
@click.argument("key", type=int)
@where_options
@json_option
def revoke(key: int, coordinator: str | None, data_dir: Path | None, *, in_json: bool) -> None:
    """Take KEY back, a number as `tallystick keys list` shows it; it opens nothing any more."""
    answer = _kept(coordinator, data_dir).revoke(key)
    if in_json:
        print_json(answer)
    else:
        click.echo(f"Key {key} is revoked.")


def _kept(url: str | None, directory: Path | None) -> Keys:
    if url is not None:
        return RunningCoordinator(url)
    if directory is not None:
        from coordinator.cli.stopped import StoppedCoordinator  # noqa: PLC0415 - the whole node is behind it

        return StoppedCoordinator(directory)
    raise unsaid()


class RunningCoordinator:
    """Keys of a coordinator that answers at an address."""

    def __init__(self, url: str) -> None:
        self._there = Coordinator(url, ADMIN_KEY)

    def create(self, roles: Sequence[Role], label: str) -> dict[str, Any]:
        """Have it make a key."""
        made: dict[str, Any] = self._there.post(_ADDRESS, {"roles": roles, "label": label})
        return made

    def list(self) -> dict[str, Any]:
        """Ask for its keys."""
        listed: dict[str, Any] = self._there.get(_ADDRESS)
        return listed

    def revoke(self, key: int) -> dict[str, Any]:
        """Have it take a key back."""
        answer: dict[str, Any] = self._there.delete(f"{_ADDRESS}/{key}")
        return answer

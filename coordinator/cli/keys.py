"""`keys`: hand out API keys and take them back, through a running coordinator or in the directory of a stopped one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import rich_click as click

from coordinator.cli.ending import Exit, Failure
from coordinator.cli.options import DataDirectory, coordinator_option, json_option, running, told_as, where_options
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.once import show_once
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say, say_table
from coordinator.setup.credentials import ADMIN_KEY
from core.access.roles import ROLES, Role, parse_roles
from core.refusals import BadInput
from core.wording import shortened

_ADDRESS = "/api/v1/admin/keys"
_INVITATIONS = "/api/v1/admin/invitations"
_HEADINGS = ("key", "roles", "state", "last used", "expires", "user", "label")


class Keys(Protocol):
    """Where keys are kept; the answers are those of the coordinator's own addresses."""

    def create(self, roles: Sequence[Role], label: str, user: str, expires_at: str | None) -> dict[str, Any]:
        """Make a key: its `id`, and the `key` itself for the only time."""
        ...

    def renew(self, key: int, expires_at: str | None) -> dict[str, Any]:
        """Make another key for the user of one."""
        ...

    def list(self) -> dict[str, Any]:
        """Every key that was ever made."""
        ...

    def revoke(self, key: int) -> dict[str, Any]:
        """Take a key back."""
        ...


_roles_option = click.option("--roles", required=True, help=f"What the key opens, with commas: {', '.join(ROLES)}.")
_label_option = click.option("--label", default="", help="Which key it is; without --user, whose.")
_user_option = click.option("--user", default="", help="Whose it is: a name, or a number such as user-3.")
_expires_option = click.option(
    "--expires", metavar="TIME", help="From when on it opens nothing, such as 2027-06-30 or 2027-06-30T12:00Z."
)


@click.group()
def keys() -> None:
    """Hand out API keys and take them back.

    A running coordinator takes the admin key, from TALLYSTICK_ADMIN_KEY or from the file that TALLYSTICK_ADMIN_KEY_FILE
    names; a stopped one's data directory takes the right to write there.
    """


@keys.command()
@_roles_option
@_label_option
@_user_option
@_expires_option
@where_options
@json_option
def create(
    roles: str,
    label: str,
    user: str,
    expires: str | None,
    coordinator: str | None,
    data_dir: Path | None,
    *,
    in_json: bool,
) -> None:
    """Make a key and print it, once; only its SHA-256 is kept.

    It belongs to a user: the one that --user names, else the one called as --label says; one that is not there is made.
    """
    with told_as(expires_at="--expires"):
        made = _kept(coordinator, data_dir).create(parse_roles(roles.split(",")), label, user, expires)
    _show(made, in_json=in_json)


@keys.command()
@click.argument("key", type=int)
@_expires_option
@where_options
@json_option
def renew(key: int, expires: str | None, coordinator: str | None, data_dir: Path | None, *, in_json: bool) -> None:
    """Make another key for the user of KEY, with its roles, and print it, once; KEY works on until it is revoked."""
    with told_as(expires_at="--expires"):
        made = _kept(coordinator, data_dir).renew(key, expires)
    _show(made, in_json=in_json)


def _show(made: dict[str, Any], *, in_json: bool) -> None:
    key, whose = made["id"], f" for {made['user_name']}" if made.get("user_name") else ""
    heading = f"Key {key}{whose} opens {', '.join(made['roles'])}. It is shown this once:"
    unseen = f"Key {key} was made, and nobody has seen it: `tallystick keys revoke {key}` takes it back."
    show_once(made, "key", heading, unseen, in_json=in_json)


@keys.command("list")
@where_options
@json_option
def list_(coordinator: str | None, data_dir: Path | None, *, in_json: bool) -> None:
    """List every key that was ever made."""
    listed = _kept(coordinator, data_dir).list()
    if in_json:
        print_json(listed)
        return
    say_table(_HEADINGS, [_row(key) for key in listed["keys"]], to_the_right={"key"})


def _row(key: dict[str, Any]) -> tuple[str, ...]:
    state = f"revoked {key['revoked_at']}" if key["revoked_at"] else f"since {key['created_at']}"
    used = f"{key['last_used_at'][:13]}Z" if key["last_used_at"] else "never"
    label = "" if key["label"] == key["user_name"] else key["label"]
    return str(key["id"]), ",".join(key["roles"]), state, used, key["expires_at"] or "", key["user_name"], label


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
        say(f"Key {key} is revoked.")


@keys.command()
@_roles_option
@_label_option
@_user_option
@_expires_option
@click.option("--until", metavar="TIME", help="Until when the link works; a week, unless it is said.")
@coordinator_option
@json_option
def invite(
    roles: str, label: str, user: str, expires: str | None, until: str | None, coordinator: str, *, in_json: bool
) -> None:
    """Print a link by which whoever has it makes one key, once; the coordinator has to run."""
    wanted = {"roles": parse_roles(roles.split(",")), "label": label, "user": user}
    times = {"key_expires_at": expires, "expires_at": until}
    with told_as(key_expires_at="--expires", expires_at="--until"):
        made = Coordinator(coordinator, ADMIN_KEY).post(_INVITATIONS, wanted | times)
    heading = f"Invitation {made['id']} works once, until {made['expires_at']}:"
    unseen = f"Invitation {made['id']} was made, and nobody has seen its link: make another."
    show_once(made, "link", heading, unseen, in_json=in_json)


@keys.command()
@click.argument("link")
@json_option
def accept(link: str, *, in_json: bool) -> None:
    """Make the key of LINK, an invitation, and print it, once."""
    address, joined, secret = link.partition("/join/")
    if not joined:
        raise BadInput(
            f"{shortened(link)!r} is not an invitation; a link such as https://ledger.example/join/… is accepted."
        )
    made = Coordinator(address).post("/api/v1/invitations/accept", {"invitation": secret.rstrip("/")})
    _show(made, in_json=in_json)


@keys.command()
@click.argument("which", type=click.Choice(["admin", "signing", "names"]))
@click.option(
    "--data-dir",
    type=DataDirectory(),
    envvar="TALLYSTICK_DATA_DIR",
    required=True,
    help="Its data directory.",
)
def replace(which: str, data_dir: Path) -> None:
    """Replace one of the coordinator's own keys, while it is stopped: one that is lost, stolen, or old.

    admin is the key that administers; signing the one that heads are signed with, of which those who check heads have to be
    told; names those that clients' names are sealed under, without which they can never be read again. What stood there is
    kept beside it under another name.
    """
    from coordinator.log.lock import DirectoryInUse  # noqa: PLC0415 - SQLite is behind it
    from coordinator.ownkeys import replace as replace_key  # noqa: PLC0415 - as above

    if not (data_dir / "log.db").exists():
        raise Failure(Exit.REFUSED, f"There is no event log in {data_dir}; no coordinator ever worked there.")
    try:
        old = replace_key(data_dir, which)
    except DirectoryInUse as met:
        raise Failure(Exit.REFUSED, str(met)) from None
    say("A new one is there." if old is None else f"A new one is there; the old one stands as {old}.")


def _kept(url: str | None, directory: Path | None) -> Keys:
    if url is None and directory is not None:
        from coordinator.cli.reaching.stopped import StoppedCoordinator  # noqa: PLC0415 - the whole node is behind it

        return StoppedCoordinator(directory)
    return RunningCoordinator(running(url))


class RunningCoordinator:
    """Keys of a coordinator that answers at an address."""

    def __init__(self, url: str) -> None:
        self._there = Coordinator(url, ADMIN_KEY)

    def create(self, roles: Sequence[Role], label: str, user: str, expires_at: str | None) -> dict[str, Any]:
        """Have it make a key."""
        wanted = {"roles": roles, "label": label, "user": user, "expires_at": expires_at}
        made: dict[str, Any] = self._there.post(_ADDRESS, wanted)
        return made

    def renew(self, key: int, expires_at: str | None) -> dict[str, Any]:
        """Have it make another key for the user of one."""
        made: dict[str, Any] = self._there.post(f"{_ADDRESS}/{key}/renewal", {"expires_at": expires_at})
        return made

    def list(self) -> dict[str, Any]:
        """Ask for its keys."""
        listed: dict[str, Any] = self._there.get(_ADDRESS)
        return listed

    def revoke(self, key: int) -> dict[str, Any]:
        """Have it take a key back."""
        answer: dict[str, Any] = self._there.delete(f"{_ADDRESS}/{key}")
        return answer

"""`users` and `clients`: who is who, and whose a name is, on a running coordinator."""

from typing import Any

import rich_click as click

from coordinator.cli.options import coordinator_option, json_option
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say, say_table
from coordinator.setup.credentials import ADMIN_KEY

_USERS = "/api/v1/admin/users"
_CLIENTS = "/api/v1/admin/clients"


@click.group()
def users() -> None:
    """List, rename, merge and forget the users whose keys and names are whose.

    USER is a name, or a number such as user-3. The coordinator takes the admin key, from TALLYSTICK_ADMIN_KEY or from the
    file that TALLYSTICK_ADMIN_KEY_FILE names.
    """


@click.group()
def clients() -> None:
    """Rename and merge the clients that hand things in, and say whose their names are.

    CLIENT is a name, or a number such as client-5. The coordinator takes the admin key as `tallystick users` does.
    """


@users.command("list")
@coordinator_option
@json_option
def list_(coordinator: str, *, in_json: bool) -> None:
    """List every user with its keys and names."""
    listed = Coordinator(coordinator, ADMIN_KEY).get(_USERS)
    if in_json:
        print_json(listed)
        return
    rows = [
        (
            user["user"],
            user["name"],
            ",".join(map(str, user["keys"])),
            ", ".join(user["clients"]),
            user["merged_into"] or "",
        )
        for user in listed
    ]
    say_table(("user", "name", "keys", "clients", "merged into"), rows)


@users.command("rename")
@click.argument("user")
@click.argument("name")
@coordinator_option
@json_option
def rename_user(user: str, name: str, coordinator: str, *, in_json: bool) -> None:
    """Have USER be called NAME."""
    answer = _post(coordinator, f"{_USERS}/rename", user=user, name=name)
    _say(answer, f"{_called(user, answer['user'])} is called {name}.", in_json=in_json)


@users.command("merge")
@click.argument("user")
@click.argument("into")
@coordinator_option
@json_option
def merge_users(user: str, into: str, coordinator: str, *, in_json: bool) -> None:
    """Have keys, names and credit of USER be those of INTO, until they are parted."""
    answer = _post(coordinator, f"{_USERS}/merge", user=user, into=into)
    _say(answer, f"{user} is {_called(into, answer['user'])}.", in_json=in_json)


@users.command("part")
@click.argument("user")
@coordinator_option
@json_option
def part_users(user: str, coordinator: str, *, in_json: bool) -> None:
    """Have USER, which was merged into another, stand for itself again."""
    answer = _post(coordinator, f"{_USERS}/part", user=user)
    _say(answer, f"{_called(user, answer['user'])} stands for itself.", in_json=in_json)


@users.command("forget")
@click.argument("user")
@coordinator_option
@json_option
def forget_user(user: str, coordinator: str, *, in_json: bool) -> None:
    """Forget who USER was: its name, and those of clients that were USER's alone, can't be read ever again.

    What was done stays, under numbers. Keys open what they do, until they are revoked.
    """
    answer = _post(coordinator, f"{_USERS}/forget", user=user)
    _say(answer, f"{answer['user']} is forgotten.", in_json=in_json)


@clients.command("rename")
@click.argument("client")
@click.argument("name")
@coordinator_option
@json_option
def rename_client(client: str, name: str, coordinator: str, *, in_json: bool) -> None:
    """Show CLIENT as NAME; it goes on to be known by the names that it had."""
    answer = _post(coordinator, f"{_CLIENTS}/rename", client=client, name=name)
    _say(answer, f"{_called(client, answer['client'])} is shown as {name}.", in_json=in_json)


@clients.command("merge")
@click.argument("client")
@click.argument("into")
@coordinator_option
@json_option
def merge_clients(client: str, into: str, coordinator: str, *, in_json: bool) -> None:
    """Have the credit of CLIENT count as that of INTO, until they are parted."""
    answer = _post(coordinator, f"{_CLIENTS}/merge", client=client, into=into)
    _say(answer, f"The credit of {_called(client, answer['client'])} counts as that of {into}.", in_json=in_json)


@clients.command("part")
@click.argument("client")
@coordinator_option
@json_option
def part_clients(client: str, coordinator: str, *, in_json: bool) -> None:
    """Have CLIENT, which was merged into another, stand for itself again."""
    answer = _post(coordinator, f"{_CLIENTS}/part", client=client)
    _say(answer, f"{_called(client, answer['client'])} stands for itself.", in_json=in_json)


@clients.command("give")
@click.argument("client")
@click.argument("users", nargs=-1)
@coordinator_option
@json_option
def give(client: str, users: tuple[str, ...], coordinator: str, *, in_json: bool) -> None:
    """Have the name of CLIENT be that of USERS and of nobody else; without any, of the next who uses it with a key."""
    answer = _post(coordinator, f"{_CLIENTS}/give", client=client, users=users)
    whose = " and ".join(users) if users else "the next who uses it"
    _say(answer, f"The name of {_called(client, answer['client'])} belongs to {whose}.", in_json=in_json)


def _post(coordinator: str, address: str, **body: object) -> dict[str, Any]:
    answer: dict[str, Any] = Coordinator(coordinator, ADMIN_KEY).post(address, body)
    return answer


def _called(said: str, number: str) -> str:
    """Return who is meant: as it was said, and by number unless that was said."""
    return said if said == number else f"{said} ({number})"


def _say(answer: dict[str, Any], sentence: str, *, in_json: bool) -> None:
    if in_json:
        print_json(answer)
    else:
        say(sentence)

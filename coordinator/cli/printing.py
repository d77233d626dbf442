"""Writing for people and for programs."""

import msgspec
import rich_click as click


def print_json(value: object) -> None:
    """Write one line of JSON to standard output."""
    click.echo(msgspec.json.encode(value).decode())

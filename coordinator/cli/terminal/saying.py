"""Sentences and rows for people, whatever others wrote into them.

A name may hold an escape sequence: an earlier version recorded any, and what answers at an address need be no coordinator.
"""

import rich_click as click

from core.legibility import on_one_line


def say(*lines: str, err: bool = False) -> None:
    """Write lines to standard output or to standard error; what would command the terminal is spelled out."""
    for line in lines:
        click.echo(on_one_line(line), err=err)

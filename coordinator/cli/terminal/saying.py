"""Sentences and rows for people, whatever others wrote into them.

A name may hold an escape sequence: an earlier version recorded any, and what answers at an address need be no coordinator.
"""

from collections.abc import Collection, Sequence

import rich_click as click

from core.legibility import on_one_line


def say(*lines: str, err: bool = False) -> None:
    """Write lines to standard output or to standard error; what would command the terminal is spelled out."""
    for line in lines:
        click.echo(on_one_line(line), err=err)


def say_table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, to_the_right: Collection[str] = ()) -> None:
    """Write rows under headings, each column as wide as it has to be; a terminal that is narrower breaks lines by itself.

    Args:
        headings: what the columns are.
        rows: a cell for each heading.
        to_the_right: the headings of columns of numbers.
    """
    from rich.cells import cell_len  # noqa: PLC0415 - most commands have no table

    table = [headings, *([on_one_line(cell) for cell in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    for row in table:
        blanks = [" " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)]
        cells = [
            blank + cell if heading in to_the_right else cell + blank
            for heading, cell, blank in zip(headings, row, blanks, strict=True)
        ]
        say("  ".join(cells).rstrip())

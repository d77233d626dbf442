"""The command `import-legacy`."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import msgspec
import rich_click as click

from coordinator.cli.ending import Exit, Failure
from coordinator.cli.legacy.dumps import Read, read
from coordinator.cli.legacy.moving import Move, Tally
from coordinator.cli.options import json_option, running, where_options
from coordinator.cli.reaching.stopped import on_a_node
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.bar import progress_bar
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say
from coordinator.intake.moving_in import Item, Taken, take
from coordinator.node import Node
from coordinator.processes.progress import Report
from coordinator.setup.configuring import load
from coordinator.setup.credentials import ADMIN_KEY
from core.wording import count_of

_ADDRESS = "/api/v1/admin/imports"
_dump = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import-legacy")
@click.option("--composites", type=_dump, required=True, metavar="FILE", help="The table composites, as CSV.")
@click.option("--attempts", type=_dump, metavar="FILE", help="The table ecm_attempts, as CSV.")
@click.option("--factors", type=_dump, metavar="FILE", help="The table factors, as CSV.")
@where_options
@json_option
def import_legacy(
    composites: Path,
    attempts: Path | None,
    factors: Path | None,
    coordinator: str | None,
    data_dir: Path | None,
    *,
    in_json: bool,
) -> None:
    """Move in from the ECM Coordination Middleware: numbers, attempts and factors, from CSV dumps of its tables.

    All files are read before anything is recorded. A row is taken whole or not at all; run again, it changes nothing.
    The exit code is 1 when something was not taken; the report names each such line, and why.
    """
    dumps = read(composites, attempts, factors)
    if coordinator is None and data_dir is not None:
        ceiling = load(None, os.environ, {}).number_ceiling_digits
        with progress_bar("rows") as report:
            move = on_a_node(data_dir, lambda node: _moved_in(node, dumps, ceiling, report))
    else:
        with Coordinator(running(coordinator), ADMIN_KEY) as there, progress_bar("rows") as report:
            move = Move(dumps, lambda items: _sent(there, items), report)
            asyncio.run(move.run())
    _report(move.tallies, in_json=in_json)


async def _moved_in(node: Node, dumps: Read, ceiling_digits: int, report: Report) -> Move:
    move = Move(dumps, partial(take, node, actor="operator", ceiling_digits=ceiling_digits), report)
    await move.run()
    return move


async def _sent(there: Coordinator, items: Sequence[Item]) -> list[Taken]:
    return msgspec.convert(there.post(_ADDRESS, items), list[Taken])


def _report(tallies: Mapping[str, Tally], *, in_json: bool) -> None:
    if in_json:
        print_json({name: {**msgspec.to_builtins(tally), "refused": tally.refused} for name, tally in tallies.items()})
    else:
        for name, tally in tallies.items():
            say(
                f"{name}: {count_of(tally.rows, 'row')}, {tally.taken} taken ({tally.kept_ids} with the ids that they had),"
                f" {tally.known} known before, {tally.refused} not taken."
            )
            for problem in tally.problems:
                say(f"  line {problem.line}: {problem.sentence}")
    refused = sum(tally.refused for tally in tallies.values())
    if refused:
        raise Failure(Exit.UNSOUND, f"{count_of(refused, 'row')} {'was' if refused == 1 else 'were'} not taken.")

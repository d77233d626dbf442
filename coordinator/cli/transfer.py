"""`export` and `import`: a log as text, from one data directory to another."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import rich_click as click

from coordinator.auditing.exporting import belongings, export
from coordinator.auditing.importing import NotImported, import_log
from coordinator.cli.ending import Exit, Failure
from coordinator.cli.options import data_dir_option, json_option
from coordinator.cli.terminal.bar import progress_bar
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say
from coordinator.files import whole
from coordinator.files.unusable import TROUBLES, reason_of
from coordinator.log.checking import Damaged
from coordinator.log.lock import DirectoryInUse
from coordinator.log.prefix import log_prefix
from coordinator.log.sqlite import NotALog
from core.wording import count_of


@click.command("export")
@click.argument("file", default="-", metavar="[FILE|-]")
@data_dir_option
def export_(file: str, data_dir: Path) -> None:
    """Write the whole log as NDJSON to FILE, or to standard output.

    The coordinator may run meanwhile: what is written is the log as it was at the start. What belongs to it and is
    not in it, such as keys, is named on standard error. A file that can't be finished is not left behind.
    """
    try:
        with log_prefix(data_dir / "log.db") as taken, progress_bar() as report, written(file) as to:
            to.writelines(export(taken, report))
            position, beside = taken.head.position, belongings(data_dir)
    except NotALog as met:
        raise Failure(Exit.REFUSED, str(met)) from None
    except OSError as error:
        if file == "-" or error.strerror is None:  # which is told of every command; a sentence already
            raise
        raise Failure(Exit.REFUSED, f"{file} can't be written: {error.strerror}.") from None
    except Damaged as met:
        raise Failure(Exit.UNSOUND, f"{met} Nothing after the event before it can be exported.") from None
    say(f"{count_of(position, 'event')}. Not in the export, and to be kept with it: {_listed(beside)}.", err=True)


@click.command("import")
@click.argument("file", type=click.File("rb"), metavar="FILE|-")
@data_dir_option
@json_option
def import_(file: BinaryIO, data_dir: Path, *, in_json: bool) -> None:
    """Make an exported log the log of a data directory that has none: all of it, hash for hash, or nothing."""
    try:
        with progress_bar() as report:
            imported = import_log(file, data_dir, report)
    except (NotImported, DirectoryInUse, NotALog) as met:
        raise Failure(Exit.REFUSED, str(met)) from None
    except TROUBLES as trouble:
        raise Failure(Exit.REFUSED, f"Nothing was imported to {data_dir}: {reason_of(trouble, named=True)}.") from None
    if in_json:
        head = {"position": imported.head.position, "hash": imported.head.hash.hex()}
        print_json({"log": imported.log, **head, "files": imported.files})
        return
    of = f" of log {imported.log}" if imported.log else ""  # which its first event names
    say(f"{count_of(imported.head.position, 'event')}{of}. To be put beside: {_listed(imported.files)}.")


@contextmanager
def written(name: str) -> Iterator[BinaryIO]:
    """Open a file that bears its name only when everything is in it; `-` is standard output."""
    if name == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with whole.written(Path(name)) as file:
        yield file


def _listed(files: tuple[str, ...]) -> str:
    """Name files; those of a directory, which may be thousands, by it."""
    named = (file if "/" not in file else f"{file.partition('/')[0]}/" for file in files)
    return ", ".join(dict.fromkeys(named)) or "nothing"

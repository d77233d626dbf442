"""`backup` and `restore`: a copy of everything that can't be made again, and a data directory of it."""

import sqlite3
from pathlib import Path

import rich_click as click

from coordinator.backups.manifest import Manifest, NotABackup
from coordinator.backups.restoring import restore as restore_backup
from coordinator.backups.taking import back_up
from coordinator.cli.ending import Exit, Failure
from coordinator.cli.options import data_dir_option, json_option
from coordinator.cli.terminal.bar import progress_bar
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say
from coordinator.files.unusable import reason_of
from coordinator.log.checking import Damaged
from coordinator.log.lock import DirectoryInUse
from coordinator.log.sqlite import NotALog
from core.wording import count_of

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("dest", type=_PATH)
@data_dir_option
@json_option
def backup(dest: Path, data_dir: Path, *, in_json: bool) -> None:
    """Copy the log, and all that belongs to it, to the new directory DEST, and check the copy.

    The coordinator may run meanwhile. DEST is there when the backup is whole, and not before. It holds keys: keep it where
    nobody else reads.
    """
    try:
        with progress_bar() as report:
            taken = back_up(data_dir, dest, report)
    except NotALog as met:
        raise Failure(Exit.REFUSED, str(met)) from None
    except Damaged as met:
        raise Failure(Exit.UNSOUND, f"{met} Nothing was backed up; `tallystick verify` says more.") from None
    except (OSError, sqlite3.Error) as error:
        raise Failure(Exit.REFUSED, f"Nothing was backed up to {dest}: {reason_of(error, named=True)}.") from None
    _say(taken, f"in {dest}", in_json=in_json)
    if taken.at_fault:
        raise Failure(
            Exit.UNSOUND,
            f"The log needs files that are missing from the data directory, or are damaged: {', '.join(taken.at_fault)}."
            " All else is backed up.",
        )


@click.command()
@click.argument("backup", type=click.Path(exists=True, file_okay=False, path_type=Path))
@data_dir_option
@json_option
def restore(backup: Path, data_dir: Path, *, in_json: bool) -> None:
    """Make an empty data directory what it was when BACKUP was taken, after checking every byte."""
    try:
        with progress_bar() as report:
            restored = restore_backup(backup, data_dir, report)
    except NotABackup as met:
        raise Failure(Exit.UNSOUND, f"{met} Nothing was restored.") from None
    except DirectoryInUse as met:
        raise Failure(Exit.REFUSED, str(met)) from None
    except (OSError, sqlite3.Error) as error:
        raise Failure(Exit.REFUSED, f"Nothing was restored to {data_dir}: {reason_of(error, named=True)}.") from None
    _say(restored, f"in {data_dir}", in_json=in_json)


def _say(manifest: Manifest, where: str, *, in_json: bool) -> None:
    if in_json:
        print_json(manifest)
    else:
        say(
            f"{count_of(manifest.position, 'event')} of log {manifest.log} and all that belongs to it,"
            f" {count_of(len(manifest.files), 'file')}, {where}."
        )

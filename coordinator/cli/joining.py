"""`join`: what a further node of a coordinator has in common with the others."""

from pathlib import Path

import rich_click as click

from coordinator.cli.ending import Exit, Failure
from coordinator.cli.options import data_dir_option
from coordinator.cli.terminal.saying import say
from coordinator.files.unusable import sentence_of
from coordinator.log.lock import DirectoryInUse
from core.wording import count_of

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--hand-over", "handing", is_flag=True, help="Write FILE, of the data directory of a node that is there.")
@data_dir_option
def join(file: Path, data_dir: Path, *, handing: bool) -> None:
    """Make the data directory that of a further node, by FILE, which another node has handed over.

    FILE holds the keys that heads are signed with, names are sealed under, checks are drawn with and nodes know each other
    by, and the admin key. Only its owner can read it; remove it when the node has joined. The log comes from the database.
    """
    from coordinator.pen import secrets  # noqa: PLC0415 - reads certificates, which takes longer than most commands

    try:
        if handing:
            done = secrets.hand_over(data_dir, file)
            say(
                f"{file} holds what a further node needs: {count_of(len(done.files), 'file')} and {count_of(len(done.names), 'key')} of names."
            )
        else:
            done = secrets.take_over(file, data_dir)
            say(
                f"{data_dir} has {count_of(len(done.files), 'file')} and {count_of(len(done.names), 'key')} of names; start the node with `tallystick"
                f" serve`, its name in --node-name and --nodes. Remove {file} now."
            )
    except DirectoryInUse as met:
        raise Failure(Exit.REFUSED, str(met)) from None
    except OSError as error:
        raise Failure(Exit.REFUSED, sentence_of(error, data_dir)) from None

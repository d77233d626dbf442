"""`verify` and `replay`: whether a log is what was recorded, and what it said at a moment of the past."""

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import rich_click as click

from coordinator.auditing.verify import Verification, verify_export
from coordinator.auditing.verify import verify as verify_directory
from coordinator.cli.database import NO_CLIENT
from coordinator.cli.ending import Exit, Failure
from coordinator.cli.options import data_dir_option, json_option
from coordinator.cli.reaching.background import verify_running
from coordinator.cli.reaching.downloading import TakenLog, is_address
from coordinator.cli.rebuilding import rebuild_running, rebuild_stopped
from coordinator.cli.terminal.bar import progress_bar
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say
from coordinator.heads.files import heads_in
from coordinator.heads.holding import Witnesses, read_key, read_receipt
from coordinator.log.prefix import log_prefix
from coordinator.log.sqlite import NotALog, is_database
from coordinator.projecting.building import NotBuilt
from coordinator.projecting.replaying import replay as replay_log
from coordinator.setup.credentials import POSTGRES_PASSWORD, secret
from core.refusals import BadInput
from core.timestamps import to_iso

_ALL = "all"


@click.command()
@click.argument("log", required=False, metavar="[FILE|URL]")
@data_dir_option
@click.option("--coordinator", metavar="URL", help="Address of a coordinator that is to check its own log and tables.")
@click.option(
    "--shared",
    metavar="URL",
    help="Address of the database whose log and residue files to check, and to hold the data directory's against.",
)
@click.option("--log-only", is_flag=True, help="Leave tables and residue files out, and check the events only.")
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Signed heads that were kept, which the log must agree with; may be repeated.",
)
@click.option("--key", help="The public key that those heads must be signed with; else the one that each names.")
@click.option(
    "--receipt",
    "receipts",
    multiple=True,
    metavar="POSITION:HASH",
    help="What a write was answered, which the log must agree with; may be repeated.",
)
@json_option
def verify(
    log: str | None,
    data_dir: Path,
    coordinator: str | None,
    shared: str | None,
    *,
    log_only: bool,
    heads: tuple[Path, ...],
    key: str | None,
    receipts: tuple[str, ...],
    in_json: bool,
) -> None:
    """Check that every event is what was recorded, and that tables and residue files are what the events say.

    FILE is an export, or a log without its directory; URL is a coordinator, of which nothing but its log is taken, or an
    export that somebody serves. Else the data directory is looked at, and the coordinator may run meanwhile: its log is checked
    up to the event that was the newest at the start. What a chain of hashes can't show, that its newest events were cut off or
    computed anew, shows against heads and receipts that others have kept.

    The coordinator at --coordinator checks its own, and takes the admin key from TALLYSTICK_ADMIN_KEY, or from the file that
    TALLYSTICK_ADMIN_KEY_FILE names. What others have kept is not sent there. The password for --shared is taken from
    TALLYSTICK_POSTGRES_PASSWORD, or from the file that TALLYSTICK_POSTGRES_PASSWORD_FILE names.
    """
    if coordinator is not None:
        if log is not None or heads or key or receipts:
            raise Failure(
                Exit.USAGE, "--coordinator goes with --log-only and --json alone: that one checks its own log."
            )
        _say(verify_running(coordinator, log_only=log_only), in_json=in_json)
        return
    if shared is not None:
        if log is not None or heads or key or receipts or log_only:
            raise Failure(Exit.USAGE, "--shared goes with --data-dir and --json alone: it checks the database.")
        _say(_verified_shared(shared, data_dir), in_json=in_json)
        return
    found = _verified(log, data_dir, _witnesses(heads, receipts, key), refold=not log_only)
    _say(found, in_json=in_json)


def _witnesses(heads: Sequence[Path], receipts: Sequence[str], key: str | None) -> Witnesses:
    if key is not None and not heads:
        raise BadInput("--key goes with --head: it says with which key the heads that were kept must be signed.")
    return Witnesses(
        heads=tuple(sorted((head for file in heads for head in heads_in(file)), key=lambda head: head.position)),
        receipts=tuple(map(read_receipt, receipts)),
        key=None if key is None else read_key(key),
    )


def _told(found: Verification) -> dict[str, Any]:
    return {"holds": found.holds, "sentence": found.sentence, **msgspec.to_builtins(found)}


def _verified(log: str | None, data_dir: Path, witnesses: Witnesses, *, refold: bool) -> dict[str, Any]:
    try:
        with progress_bar() as report:
            export = None if log is None else _export_at(log)
            if export is None:
                where = data_dir if log is None else Path(log)
                return _told(verify_directory(where, refold=refold, witnesses=witnesses, report=report))
            with closing(export):
                return _told(verify_export(export, witnesses=witnesses, report=report))
    except (NotALog, NotBuilt) as met:
        raise Failure(Exit.REFUSED, str(met)) from None


def _verified_shared(address: str, data_dir: Path) -> dict[str, Any]:
    """Check the log in a database.

    Raises:
        Failure: it can't be read.
    """
    try:
        from coordinator.auditing.shared import verify_shared  # noqa: PLC0415 - who has no database need not have its client
        from coordinator.log.session import SessionLost  # noqa: PLC0415 - as above
    except ImportError:
        raise Failure(Exit.REFUSED, NO_CLIENT) from None
    try:
        with progress_bar() as report:
            password = secret(os.environ, POSTGRES_PASSWORD)
            return _told(verify_shared(address, password, data_dir / "log.db", report))
    except NotALog as met:
        raise Failure(Exit.REFUSED, str(met)) from None
    except SessionLost as met:
        raise Failure(Exit.UNREACHABLE, f"{met}.") from None


def _export_at(place: str) -> BinaryIO | TakenLog | None:
    """Open the export that somebody names by its file or address; None for a log as it stands in a data directory.

    Raises:
        Failure: there is no such file.
    """
    if is_address(place):
        return TakenLog(place)
    file = Path(place)
    if not file.is_file():
        raise Failure(Exit.USAGE, f"There is no file {place!r}; an export, a log or an address of one is accepted.")
    return None if is_database(file) else file.open("rb")


def _say(found: dict[str, Any], *, in_json: bool) -> None:
    """Say what a verification found.

    Raises:
        SystemExit: not everything holds.
    """
    if in_json:
        print_json(found)
    elif found["holds"]:
        say(f"{found['sentence']} The hash at {found['position']} is {found['hash']}.")
    else:
        say(found["sentence"])
    if not found["holds"]:
        raise SystemExit(Exit.UNSOUND)


@click.command()
@data_dir_option
@click.option("--until", metavar="POSITION|TIME", help="The last event, or an ISO 8601 time; else the newest event.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="An empty directory, or one that does not exist; else replayed-POSITION.",
)
@click.option("--projection", "names", multiple=True, help="Of which context, or all; may be repeated.")
@click.option(
    "--coordinator", metavar="URL", help="Address of the coordinator whose tables to build anew, when it runs."
)
@json_option
def replay(
    data_dir: Path,
    until: str | None,
    output: Path | None,
    names: tuple[str, ...],
    coordinator: str | None,
    *,
    in_json: bool,
) -> None:
    """Fold the log anew: into the live tables, or as it was at a moment of the past into a directory.

    With --projection, and neither --until nor --output, the live tables of a context are built anew and swapped in at
    once, in the data directory of a stopped coordinator or by the one at --coordinator, which goes on meanwhile and takes
    the admin key from TALLYSTICK_ADMIN_KEY, or from the file that TALLYSTICK_ADMIN_KEY_FILE names.

    Otherwise the tables are written as SQLite files into a directory of their own, and the live ones are not touched.
    """
    if until is None and output is None and names:
        _rebuild(names, coordinator, data_dir, in_json=in_json)
        return
    if coordinator is not None:
        raise Failure(
            Exit.USAGE, "--coordinator goes with --projection alone: a running one builds only its own tables."
        )
    try:
        with log_prefix(data_dir / "log.db") as taken, progress_bar() as report:
            position = taken.position_of(until) if until is not None else taken.head.position
            directory = output or Path(f"replayed-{position}")
            chosen = () if _ALL in names else names
            replayed = replay_log(taken, directory, position, chosen, report)
    except NotALog as met:
        raise Failure(Exit.REFUSED, str(met)) from None
    recorded_at = to_iso(replayed.recorded_at)
    if in_json:
        head = {"position": replayed.head.position, "hash": replayed.head.hash.hex(), "recorded_at": recorded_at}
        print_json({**head, "output": str(directory), "degraded": replayed.degraded})
    else:
        say(f"{directory} holds everything up to event {replayed.head.position}, recorded at {recorded_at}.")
    if replayed.degraded:
        stopped = [f"{name}: {view.reason}" for name, views in replayed.degraded.items() for view in views]
        raise Failure(Exit.UNSOUND, f"Not everything could be folded to its end. {' '.join(stopped)}")


def _rebuild(names: tuple[str, ...], coordinator: str | None, data_dir: Path, *, in_json: bool) -> None:
    if coordinator is None:
        rebuild_stopped(data_dir, names)
    else:
        rebuild_running(coordinator, names)
    if in_json:
        print_json({"rebuilt": names})
    else:
        say(f"Built anew: {', '.join(names)}.")

"""`tallystick work`: the command that turns a machine into a worker."""

import os
import re
import socket
from pathlib import Path

import rich_click as click

from core.bearing import check_bearable
from core.clients.naming import check_name
from core.refusals import BadInput, Refusal
from workers.ending import Ending, ending_options
from workers.jobs.parts import Part, PartOf
from workers.reaching import COORDINATOR, key_options, with_a_way_out


@click.command()
@COORDINATOR
@click.option("--kinds", metavar="KINDS", default="factoring", show_default=True, help="What to do, with commas.")
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=os.cpu_count,
    show_default="one for each processor",
    help="How many computations to run at a time.",
)
@click.option(
    "--client-id", metavar="NAME", default=socket.gethostname, show_default="the host's name", help="The worker's name."
)
@click.option(
    "--valkey", metavar="URL", envvar="TALLYSTICK_VALKEY", default="", help="A Valkey server to take tasks from."
)
@click.option(
    "--from",
    "job",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Run the curves of a job file that `tallystick take` wrote, without a network.",
)
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the results of a job go, for `tallystick hand-in`.",
)
@click.option("--part", type=PartOf(), default="1/1", metavar="I/N", help="Run only the I-th of N parts of a job.")
@ending_options
@click.option("--exit-when-idle", is_flag=True, help="End when there is no work, instead of waiting for some.")
@click.option(
    "--spool-dir",
    type=click.Path(file_okay=False, path_type=Path),
    show_default="in ~/.local/state/tallystick, one for each coordinator",
    help="Where results wait while the coordinator is away.",
)
@key_options
def work(
    coordinator: str,
    kinds: str,
    processes: int,
    client_id: str,
    valkey: str,
    spool_dir: Path | None,
    job: Path | None,
    into: Path | None,
    part: Part,
    end: Ending,
    key: str,
    *,
    exit_when_idle: bool,
) -> None:
    """Ask a coordinator for work, do it, report it, until told to stop.

    SIGTERM, Ctrl-C, the end of its terminal, or an end that was given: what is done is reported, the rest is handed back. A second one: at once.
    """
    from workers.display import display  # noqa: PLC0415
    from workers.executors import Desk  # noqa: PLC0415
    from workers.kinds import executors  # noqa: PLC0415
    from workers.program import Worker  # noqa: PLC0415
    from workers.wire.coordinator import Coordinator, TurnedDown  # noqa: PLC0415 - this and what follows is only loaded by who works
    from workers.wire.courier import Courier  # noqa: PLC0415
    from workers.wire.spool import Spool  # noqa: PLC0415

    if (job is None) != (into is None):
        raise BadInput("--from and --into go together: the job file, and the directory for its results.")
    check_bearable("--processes", processes, os.cpu_count() or 1, least=1)
    try:
        if job and into:
            from workers.jobs.offline import run_job  # noqa: PLC0415

            with display() as shown:
                run_job(job, into, part, end, shown, processes)
            return
        with Coordinator(coordinator, key) as there, display() as shown:
            spool = Spool(spool_dir or _state_directory() / re.sub(r"\W+", "-", there.urls[0]))
            desk = Desk(there, Courier(spool, there), check_name(client_id), valkey, end)
            Worker(executors(kinds.split(","), desk), desk, shown, exit_when_idle=exit_when_idle).run(processes)
    except TurnedDown as refusal:
        raise Refusal(with_a_way_out(refusal.sentence, refusal.status)) from None
    except OSError as trouble:
        reason = f"{trouble.filename}: {trouble.strerror}" if trouble.filename else trouble
        raise Refusal(f"The worker can't go on: {reason}.") from trouble


def _state_directory() -> Path:
    """Return where programs of this user keep what shall outlive them."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "tallystick"

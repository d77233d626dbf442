"""`tallystick take` and `tallystick hand-in`: work that is done without a network."""

import socket
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import msgspec
import rich_click as click
from rich.console import Console
from rich.progress import Progress

from core.clients.naming import check_name
from core.factoring.formats.jobfile import read_job_file
from core.legibility import on_one_line
from core.refusals import BadInput, Later, Refusal
from core.timestamps import SECOND
from core.wording import core_time, plural
from workers.held import written
from workers.reaching import COORDINATOR, key_options, with_a_way_out
from workers.wire.backoff import Backoff

if TYPE_CHECKING:
    from workers.jobs.directory import Collected
    from workers.jobs.handing_in import HandedIn
    from workers.wire.coordinator import Coordinator

_TRIES = 5
_PATIENCE_SECONDS = 600.0
_JSON = click.option("--json", "in_json", is_flag=True, help="Write JSON.")


class _Taken(msgspec.Struct, frozen=True):
    """A job as it was taken."""

    job: str
    assignments: int
    curves: int
    cpu_seconds: float
    ends_at: str
    message: str
    file: str | None


@click.command()
@COORDINATOR
@click.option("--hours", type=click.FloatRange(0, 8_760, min_open=True), required=True, help="For how long.")
@click.option("--processes", type=click.IntRange(1, 100_000), default=1, show_default=True, help="For how many.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where the job file goes."
)
@click.option(
    "--client-id", metavar="NAME", default=socket.gethostname, show_default="the host's name", help="The worker's name."
)
@_JSON
@key_options
def take(
    coordinator: str,
    hours: float,
    processes: int,
    output: Path,
    client_id: str,
    key: str,
    *,
    in_json: bool,
) -> None:
    """Take as much work as so many processes do in so many hours, to be done without a network.

    The job file is for `tallystick work --from` on any machine; `tallystick hand-in` delivers the results.
    """
    from workers.wire.coordinator import Coordinator, TurnedDown  # noqa: PLC0415 - loaded by who talks to a coordinator

    _require_free(output)
    body = msgspec.json.encode({"client_id": check_name(client_id), "hours": hours, "processes": processes})
    try:
        with Coordinator(coordinator, key) as there:
            taken = _taken_into(output, there, body)
    except TurnedDown as refusal:
        raise Refusal(with_a_way_out(refusal.sentence, refusal.status)) from None
    except OSError as trouble:
        raise Refusal(f"The job file {output} can't be written: {trouble.strerror or trouble}.") from None
    if in_json:
        shown = {name: value for name, value in msgspec.structs.asdict(taken).items() if name != "file"}
        click.echo(msgspec.json.encode(shown))
        return
    click.echo(
        f"{output}: {plural(taken.curves, 'curve')} in {plural(taken.assignments, 'assignment')}, about {core_time(1000 * taken.cpu_seconds)} of work,"
        f" held until {taken.ends_at}. {on_one_line(taken.message)}"
    )


def _taken_into(output: Path, there: "Coordinator", body: bytes) -> _Taken:
    """Take a job into a file, which has to be one that can be written; a job that can't be kept is handed back."""
    held = ""
    try:
        with written(output) as file:
            taken = _take(there, body)
            held = _content_of(taken)
            file.write(held.encode())
            _require_free(output)  # another may have been written meanwhile
    except BaseException:  # also when it is interrupted
        if held:
            _give_back(there, held)
        raise
    return taken


def _content_of(taken: _Taken) -> str:
    if taken.file is None:
        raise Refusal(f"No job was taken: {taken.message}")
    return taken.file


def _require_free(output: Path) -> None:
    """Refuse to write over a job that lasts: nobody could work on it then, nor hand it back.

    Raises:
        BadInput: there is one.
    """
    try:
        job = read_job_file(output.read_bytes(), str(output)).job
    except (OSError, BadInput):  # there is none; whether it can be written will be seen
        return
    if job.ends > time.time() * SECOND:
        raise BadInput(
            f"{output} holds a job that lasts until {job.ends_at}; name another file with -o, or remove this one when all"
            " of it was handed in."
        )


def _take(there: "Coordinator", body: bytes) -> _Taken:
    """Ask for a job; who is interrupted meanwhile hands back what may be held by then."""
    ask = partial(
        there.call, "POST", "/api/v1/work/jobs", _Taken, body=body, key=str(uuid.uuid4()), wait=_PATIENCE_SECONDS
    )
    try:
        return _answered(ask)
    except KeyboardInterrupt:
        click.echo("Interrupted: what is held by now is handed back.", err=True)
        _give_back_unheard(there, ask)
        raise


def _answered(ask: Callable[[], _Taken]) -> _Taken:
    """Ask until there is an answer; with one key, as the job may be held already."""
    from workers.wire.coordinator import Away  # noqa: PLC0415

    pauses = Backoff()
    for attempt in range(_TRIES):
        try:
            return ask()
        except Away as away:
            if attempt == _TRIES - 1:
                raise Later(f"The coordinator gave no job: {away}.") from None
            Event().wait(pauses.pause(away.seconds))
    raise AssertionError


def _give_back_unheard(there: "Coordinator", ask: Callable[[], _Taken]) -> None:
    """Hand back a job whose answer nobody has heard."""
    from workers.wire.coordinator import Away, TurnedDown  # noqa: PLC0415

    try:
        held = ask()
    except (Away, TurnedDown):  # then it holds none, or nobody learns of it
        return
    if held.file is not None:
        _give_back(there, held.file)


def _give_back(there: "Coordinator", content: str) -> None:
    """Hand back a job that is not kept; else nobody would work on it until its time is over."""
    from workers.wire.coordinator import Away, TurnedDown  # noqa: PLC0415

    job = read_job_file(content.encode(), "The job").job
    query = {"client_id": job.client_id, "reason": "the job file could not be written"}
    try:
        for one in job.assignments:
            there.call("DELETE", f"/api/v1/work/{one.work_id}", msgspec.Raw, query=query)
    except (Away, TurnedDown) as trouble:
        click.echo(f"Not all of the job could be handed back; it is held until {job.ends_at}: {trouble}.", err=True)


@click.command("hand-in")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@COORDINATOR
@click.option("--hand-back", is_flag=True, help="Hand back all that is not done, though somebody may be at it still.")
@_JSON
@key_options
def hand_in(
    paths: tuple[Path, ...],
    coordinator: str,
    key: str,
    *,
    hand_back: bool,
    in_json: bool,
) -> None:
    """Hand in results that `tallystick work --into` left in PATHS: in any order, again and again, once each.

    What is not done is handed back, of the parts of a job whose worker has ended in good order.
    """
    from workers.jobs.directory import collect  # noqa: PLC0415 - as above

    collected = collect(paths)
    if not collected.jobs:
        raise BadInput(
            f"There is no job file in {', '.join(map(str, paths))}; `tallystick work --into` leaves one there."
        )
    done: list[HandedIn] = []
    refused: list[str] = []
    try:
        _hand_in_all(collected, coordinator, key, done, refused, hand_back=hand_back)
    finally:  # also where somebody interrupts, or the coordinator goes
        if in_json:
            click.echo(msgspec.json.encode(done))
        else:
            for one in done:
                _say(one)
    lost = [f"{sentence} ({plural(times, 'time')})" for one in done for sentence, times in one.refused.items()]
    if collected.damaged:
        lost.append(f"Not read, being damaged: {plural(len(collected.damaged), 'file')}, {collected.damaged[0]} first.")
    if refused or lost:
        raise Refusal(" ".join((*refused, *lost)))


def _hand_in_all(
    collected: "Collected", coordinator: str, key: str, done: list["HandedIn"], refused: list[str], *, hand_back: bool
) -> None:
    """Hand in each job; put down what came in, and why the coordinator took nothing of others.

    Raises:
        Later: nobody answers any more.
    """
    from workers.jobs.handing_in import hand_in_job  # noqa: PLC0415
    from workers.wire.coordinator import Away, Coordinator, TurnedDown  # noqa: PLC0415

    with Coordinator(coordinator, key) as there, Progress(console=Console(stderr=True), transient=True) as progress:
        for file in collected.jobs.values():
            count = sum(len(collected.results.get(one.work_id, ())) for one in file.job.assignments)
            advance = partial(progress.advance, progress.add_task("results", total=count))
            try:
                done.append(hand_in_job(there, file, collected, back=hand_back, advance=advance))
            except TurnedDown as refusal:
                refused.append(with_a_way_out(refusal.sentence, refusal.status))
            except Away as away:
                raise Later(f"The coordinator is away: {away}. What it has it has; hand in again later.") from None


def _say(one: "HandedIn") -> None:
    before = f", {one.repeated if one.repeated < one.results else 'all'} of them before" if one.repeated else ""
    click.echo(
        f"Job {one.job}: {plural(one.results, 'result')} with {plural(one.curves, 'curve')} came in{before};"
        f" {plural(one.completed, 'assignment')} done."
    )
    if one.handed_back:
        click.echo(f"Handed back, not done: {plural(one.handed_back, 'assignment')}.")
    if one.held:
        click.echo(f"Held still, not done: {plural(one.held, 'assignment')}; --hand-back frees them.")
    if one.over:
        click.echo(on_one_line(one.over))

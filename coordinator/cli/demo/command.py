"""The command `demo`: the play from the first process to the last."""

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import rich_click as click
from rich.console import Console

from coordinator.cli.children import Child, run, worker
from coordinator.cli.demo.errands import Errand, hand_in_errands
from coordinator.cli.demo.screen import Screen, product
from coordinator.cli.demo.story import Story
from coordinator.cli.ending import Exit, Failure
from coordinator.cli.options import DataDirectory
from coordinator.cli.printing import shown
from coordinator.cli.submit import hand_in
from coordinator.cli.wire import Coordinator
from core.bigint import digit_count
from core.factoring.formats.expressions import number_from
from core.factoring.formats.numberlist import entries
from core.factoring.sieving import MOST_DIGITS
from core.wording import duration

_HOST = "127.0.0.1"
_USUAL_PORT = 8000
_WORKERS = 2
_SECONDS_TO_START = 30
_READY = "Tallystick is ready at "
_SECONDS_BETWEEN_LOOKS = 0.5
_EVENTS_AT_ONCE = 1_000
_FURTHER_DIGITS = 5.0
_HIGHEST_TARGET = 100.0
_CEILING_DIGITS = 1_000
_SMALL_PRIME_DIGITS = 4
_OPEN = (("10^150-7", 40), ("2^1277-1", 45), ("10^199+7", 45), ("7^389-1", 45))
"""Numbers with targets that keep the workers going, so that there is something in progress to look at."""


@click.command()
@click.option("--exit", "leave", is_flag=True, help="End when every number is factored, instead of serving on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the coordinator; else 8000, or a free one.")
@click.option(
    "--data-dir",
    type=DataDirectory(),
    help="Where the log lives; else in a directory that is removed at the end. What stands there already goes on.",
)
@click.option(
    "--numbers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with other numbers, one a line.",
)
def demo(port: int | None, data_dir: Path | None, numbers: Path | None, *, leave: bool) -> None:
    """Watch a coordinator and two workers factor real numbers, and do a small job of each other kind.

    With --exit the exit code is 0 only when every number is fully factored, the jobs came out right and the log
    verifies.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    console = Console()
    with _directory(data_dir, console) as directory, ExitStack() as household:
        coordinator, there = _start_coordinator(household, directory, console, port)
        console.print(f"A coordinator answers at {there.url} (its log is in {directory}). Handing in the numbers.")
        labels = _submit(there, numbers)
        errands = hand_in_errands(there)
        workers = [_start_worker(household, directory, there, number) for number in range(1, _WORKERS + 1)]
        console.print(f"{len(labels)} numbers, {_WORKERS} workers; the page is {there.url}/\n")
        story = Story(labels)
        began = time.monotonic()
        _watch(console, there, story, labels, [coordinator, *workers])
        _summarise(console, story, labels, time.monotonic() - began)
        _summarise_errands(console, errands, [coordinator, *workers])
        _verify(console, directory)
        if not leave:
            _serve_on(console, there, [coordinator, *workers])


@contextmanager
def _directory(given: Path | None, console: Console) -> Iterator[Path]:
    """The data directory: the one that was named, else one that is removed at the end, unless that comes too early."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    made = Path(mkdtemp(prefix="tallystick-demo-"))
    try:
        yield made
    except BaseException:
        if (made / "log.db").exists():
            console.print(f"The log is kept; `tallystick demo --data-dir {made}` goes on from here.", soft_wrap=True)
        else:
            rmtree(made)
        raise
    rmtree(made)


def _port(wanted: int | None) -> int:
    """The port that was asked for, else the usual one, else, when that is taken, any."""
    for port in (wanted,) if wanted else (_USUAL_PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Failure(Exit.USAGE, f"Port {wanted} is taken; name another with --port, or leave it to the demo to find one.")


def _start_coordinator(
    household: ExitStack, directory: Path, console: Console, wanted: int | None
) -> tuple[Child, Coordinator]:
    """Start it, and wait until it is ready: that somebody answers at its address may be another demo."""
    port = _port(wanted)
    if port != (wanted or _USUAL_PORT):
        console.print(f"Port {_USUAL_PORT} is taken, so this demo has port {port}.")
    arguments = ["serve", "--data-dir", str(directory), "--host", _HOST, "--port", str(port), "--seed-machines"]
    child = Child("the coordinator", arguments, directory / "coordinator.txt")
    household.callback(child.stop)
    patience = _Patience()
    while _READY not in child.said():
        code = child.exit_code
        if code in {Exit.USAGE, Exit.REFUSED}:
            if not wanted and port == _USUAL_PORT and _port(None) != port:  # somebody took it since it was looked at
                return _start_coordinator(household, directory, console, None)
            raise Failure(Exit(code), child.said().splitlines()[-1])
        if code is not None:
            child.revive()
        patience.bear(Failure(Exit.UNREACHABLE, f"The coordinator was not ready within {_SECONDS_TO_START} seconds."))
    return child, household.enter_context(Coordinator(f"http://{_HOST}:{port}", patience=0))


def _start_worker(household: ExitStack, directory: Path, there: Coordinator, number: int) -> Child:
    name = f"demo-{number}"
    child = worker(name, there.url, directory / name, directory / f"{name}.txt")
    household.callback(child.stop)
    return child


def _submit(there: Coordinator, numbers: Path | None) -> dict[int, str]:
    """Hand in the numbers of a file, each with half its digits as target; what each is called, by id."""
    listed = numbers or files(__package__).joinpath("composites.txt")
    texts = [entry.text for entry in entries(listed.read_text(encoding="utf-8").splitlines())]
    items = [
        {
            "number": text,
            "target_t_level": min(digit_count(number_from(text, _CEILING_DIGITS)) / 2, _HIGHEST_TARGET),
            "project": "demo",
        }
        for text in texts
    ]
    answer = hand_in(there, items)
    if answer["errors"]:
        raise Failure(Exit.UNSOUND, f"A number was refused: {answer['errors'][0]['error']}")
    return {composite["id"]: shown(composite["number"]) for composite in answer["composites"]}


class _Patience:
    """Bears that a coordinator does not answer, but not for long."""

    def __init__(self) -> None:
        self._until = time.monotonic() + _SECONDS_TO_START

    def bear(self, failure: Failure) -> None:
        """Wait a moment.

        Raises:
            Failure: it is something else, or patience is at its end.
        """
        if failure.exit_code != Exit.UNREACHABLE or time.monotonic() > self._until:
            raise failure
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _watch(console: Console, there: Coordinator, story: Story, labels: dict[int, str], children: list[Child]) -> None:
    """Show what happens until every number is known as a product of primes."""
    patience = _Patience()
    position = 0
    with Screen(console, labels) as screen:
        while not all(map(story.is_told, story.numbers)):
            _tend(console, children)
            try:
                position = _listen(screen, there, story, position)
                _show(screen, there, story)
            except Failure as failure:
                patience.bear(failure)
            else:
                patience = _Patience()
                time.sleep(_SECONDS_BETWEEN_LOOKS)


def _tend(console: Console, children: list[Child]) -> None:
    for child in children:
        if child.revive():
            console.print(f"[bold yellow]Somebody has killed {child.name}.[/] It starts again, and nothing is lost.")


def _listen(screen: Screen, there: Coordinator, story: Story, position: int) -> int:
    """Take all events after a position, and tell of the factors; the position of the last of them."""
    more = True
    while more:
        page = there.get("/api/v1/events", after=position, limit=_EVENTS_AT_ONCE, type="factoring")
        for event in page["events"]:
            position = event["position"]
            for finding in story.hear(event):
                if finding.digits > _SMALL_PRIME_DIGITS:
                    screen.found(finding)
        more = page["next"] is not None
    return position


def _show(screen: Screen, there: Coordinator, story: Story) -> None:
    """Bring the bars up to date; a number that has reached its target unfactored is given a further one."""
    known: dict[int, dict[str, Any]] = {
        composite["id"]: composite for composite in there.get("/api/v1/composites", size=1000)["composites"]
    }
    for number in story.numbers:
        leaves = story.leaves(number)
        left = [known[leaf.number] for leaf in leaves if not leaf.prime and leaf.number in known]
        shares = [composite["current_t_level"] / composite["target_t_level"] for composite in left]
        slowest = left[shares.index(min(shares))] if left else None
        level = f"t{slowest['current_t_level']:.1f} of {slowest['target_t_level']:.1f}" if slowest else ""
        screen.at(number, min(shares, default=1.0), leaves, level)
        hand_in(
            there,
            [
                {
                    "number": part["composite"],
                    "target_t_level": min(part["target_t_level"] + _FURTHER_DIGITS, _HIGHEST_TARGET),
                }
                for part in left
                if part["status"] == "finished" and part["digit_length"] > MOST_DIGITS  # shorter ones are sieved
            ],
        )


def _summarise(console: Console, story: Story, labels: dict[int, str], seconds: float) -> None:
    console.print(f"\nEvery number is factored, after {duration(1000 * seconds)}:")
    for number, label in labels.items():
        console.print(f"  {label} = {product(story.leaves(number))}", highlight=False, markup=False, soft_wrap=True)


def _summarise_errands(console: Console, errands: list[Errand], children: list[Child]) -> None:
    """Say what came of the jobs of the other kinds, once they are done."""
    console.print("\nBeside them, a small job of each other kind was done:")
    patience = _Patience()
    for errand in errands:
        said = None
        while said is None:
            _tend(console, children)
            try:
                said = errand()
            except Failure as failure:
                patience.bear(failure)
            else:
                patience = _Patience()
                if said is None:
                    time.sleep(_SECONDS_BETWEEN_LOOKS)
        console.print(f"  {said}", highlight=False, markup=False, soft_wrap=True)


def _verify(console: Console, directory: Path) -> None:
    verified = run(["verify", "--data-dir", str(directory)])
    console.print(f"\n{verified.stdout.strip()}", highlight=False, markup=False, soft_wrap=True)
    if verified.returncode != Exit.DONE:
        raise Failure(Exit.UNSOUND, f"The log does not verify. {verified.stderr.strip()}")


def _serve_on(console: Console, there: Coordinator, children: list[Child]) -> None:
    hand_in(there, [{"number": number, "target_t_level": target, "project": "open"} for number, target in _OPEN])
    console.print(f"\nThe coordinator serves on, and the workers go on with {len(_OPEN)} open numbers.")
    console.print(f"Look at {there.url}/, hand in numbers of your own with")
    console.print(f"  tallystick submit --coordinator {there.url} '2^101-1'", highlight=False)
    console.print("Ctrl-C ends it.")
    try:
        while True:
            _tend(console, children)
            time.sleep(_SECONDS_BETWEEN_LOOKS)
    except KeyboardInterrupt:
        console.print("Stopping.")

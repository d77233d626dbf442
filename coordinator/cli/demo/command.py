"""The command `demo`: the play from the first process to the last."""

import signal
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

from coordinator.cli.database import NO_SERVER
from coordinator.cli.demo.errands import Errand, hand_in_errands
from coordinator.cli.demo.screen import Screen, product
from coordinator.cli.demo.stage import Patience, Stage, alone
from coordinator.cli.demo.story import Story
from coordinator.cli.ending import Exit, Failure
from coordinator.cli.options import DataDirectory
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.submit import hand_in
from coordinator.cli.terminal.printing import shown
from core.bigint import digit_count
from core.factoring.assignment.sieving import MOST_DIGITS
from core.factoring.notation.expressions import number_from
from core.factoring.notation.numberlist import entries
from core.wording import duration

_WORKERS = 2
_MOST_NODES = 5
_EVENTS_AT_ONCE = 1_000
_FURTHER_DIGITS = 5.0
_HIGHEST_TARGET = 100.0
_CEILING_DIGITS = 1_000
_SMALL_PRIME_DIGITS = 4
_OPEN = (("10^150-7", 40), ("2^1277-1", 45), ("10^199+7", 45), ("7^389-1", 45))
"""Numbers with targets that keep the workers going, so that there is something in progress to look at."""


@click.command()
@click.option("--exit", "leave", is_flag=True, help="End when every number is factored, instead of serving on.")
@click.option(
    "--nodes",
    type=click.IntRange(2, _MOST_NODES),
    help="So many coordinators, which share a log in PostgreSQL: the one that writes is killed, and another goes on.",
)
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
def demo(port: int | None, nodes: int | None, data_dir: Path | None, numbers: Path | None, *, leave: bool) -> None:
    """Watch a coordinator and two workers factor real numbers, and do a small job of each other kind.

    With --exit the exit code is 0 only when every number is fully factored, the jobs came out right and the log
    verifies.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has what it starts with `&` ignore it
    console = Console()
    with _directory(data_dir, nodes, console) as directory, ExitStack() as household:
        stage = _stage(household, console, directory, port, nodes)
        console.print(f"{stage.opening} Handing in the numbers.", highlight=False)
        labels = _submit(stage.there, numbers)
        errands = hand_in_errands(stage.there)
        stage.hire(_WORKERS)
        console.print(f"{len(labels)} numbers, {_WORKERS} workers; the page is {stage.there.url}/\n")
        story = Story(labels)
        began = time.monotonic()
        _watch(stage, story, labels)
        _summarise(console, story, labels, time.monotonic() - began)
        _summarise_errands(stage, errands)
        console.print()
        for sentence in stage.verdict(story):
            console.print(sentence, highlight=False, markup=False, soft_wrap=True)
        if not leave:
            _serve_on(stage)


def _stage(household: ExitStack, console: Console, directory: Path, port: int | None, nodes: int | None) -> Stage:
    """Start what answers: a coordinator alone, or so many nodes.

    Raises:
        Failure: PostgreSQL is not installed, or something does not start.
    """
    if nodes is None:
        return alone(household, console, directory, port)
    try:
        from coordinator.cli.demo.nodes import together  # noqa: PLC0415 - who has no database need not have its client
    except ImportError:
        raise Failure(Exit.REFUSED, NO_SERVER) from None
    return together(household, console, directory, port, nodes)


@contextmanager
def _directory(given: Path | None, nodes: int | None, console: Console) -> Iterator[Path]:
    """The data directory: the one that was named, else one that is removed at the end, unless that comes too early."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    made = Path(mkdtemp(prefix="tallystick-demo-"))
    try:
        yield made
    except BaseException:
        if any(made.rglob("log.db")):
            again = f"--nodes {nodes} --data-dir {made}" if nodes else f"--data-dir {made}"
            console.print(f"The log is kept; `tallystick demo {again}` goes on from here.", soft_wrap=True)
        else:
            rmtree(made)
        raise
    rmtree(made)


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


def _watch(stage: Stage, story: Story, labels: dict[int, str]) -> None:
    """Show what happens until every number is known as a product of primes."""
    patience = Patience()
    position = 0
    with Screen(stage.console, labels) as screen:
        while not all(map(story.is_told, story.numbers)):
            try:
                stage.proceed(story)
                position = _listen(screen, stage.there, story, position)
                _show(screen, stage.there, story)
            except Failure as failure:
                patience.bear(failure)
            else:
                patience = Patience()
                patience.pause()


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


def _summarise_errands(stage: Stage, errands: list[Errand]) -> None:
    """Say what came of the jobs of the other kinds, once they are done."""
    stage.console.print("\nBeside them, a small job of each other kind was done:")
    patience = Patience()
    for errand in errands:
        said = None
        while said is None:
            stage.tend()
            try:
                said = errand()
            except Failure as failure:
                patience.bear(failure)
            else:
                patience = Patience()
                if said is None:
                    patience.pause()
        stage.console.print(f"  {said}", highlight=False, markup=False, soft_wrap=True)


def _serve_on(stage: Stage) -> None:
    console, there = stage.console, stage.there
    hand_in(there, [{"number": number, "target_t_level": target, "project": "open"} for number, target in _OPEN])
    console.print(f"\nThe coordinator serves on, and the workers go on with {len(_OPEN)} open numbers.")
    console.print(f"Look at {there.url}/, hand in numbers of your own with")
    console.print(f"  tallystick submit --coordinator {there.url} '2^101-1'", highlight=False)
    console.print("Ctrl-C ends it.")
    try:
        while True:
            stage.tend()
            Patience.pause()
    except KeyboardInterrupt:
        console.print("Stopping.")

"""The stage of a demo: the processes that play, and are started again when somebody has killed them."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from rich.console import Console

from coordinator.cli.children import Child, run, worker
from coordinator.cli.demo.story import Story
from coordinator.cli.ending import Exit, Failure
from coordinator.cli.reaching.wire import Coordinator

HOST = "127.0.0.1"
USUAL_PORT = 8000
_SECONDS_TO_START = 30
_READY = "Tallystick is ready at "
_SECONDS_BETWEEN_LOOKS = 0.5


class Patience:
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
        self.pause()

    @staticmethod
    def pause() -> None:
        """Let a moment pass before the next look."""
        time.sleep(_SECONDS_BETWEEN_LOOKS)


class Stage:
    """One coordinator, and the workers that are hired for it.

    Args:
        household: stops everybody in the end.
        console: where to tell what happens.
        directory: where everybody keeps what he has.
        urls: the address of the coordinator, or those of its nodes with commas between.
        coordinators: its processes.

    Attributes:
        there: the coordinator.
    """

    def __init__(
        self, household: ExitStack, console: Console, directory: Path, urls: str, coordinators: list[Child]
    ) -> None:
        self.console = console
        self.directory = directory
        self.there = household.enter_context(Coordinator(urls, patience=0))
        self._urls = urls
        self._household = household
        self._children = [*coordinators]

    @property
    def opening(self) -> str:
        """Sentences on what there is to see."""
        return f"A coordinator answers at {self.there.url} (its log is in {self.directory})."

    def hire(self, count: int) -> None:
        """Have so many workers."""
        for name in (f"demo-{number}" for number in range(1, count + 1)):
            child = worker(name, self._urls, self.directory / name, self.directory / f"{name}.txt")
            self._household.callback(child.stop)
            self._children.append(child)

    def tend(self) -> None:
        """Start everybody again who was killed."""
        for child in self._children:
            if child.revive():
                self.console.print(
                    f"[bold yellow]Somebody has killed {child.name}.[/] It starts again, and nothing is lost."
                )

    def proceed(self, story: Story) -> None:  # noqa: ARG002 - others look at it
        """Have happen what is to happen at this point of the story."""
        self.tend()

    def verdict(self, story: Story) -> Iterator[str]:  # noqa: ARG002 - as above
        """Yield what there is to say in the end of the log.

        Raises:
            Failure: it does not verify.
        """
        verified = run(["verify", "--data-dir", str(self.directory)])
        yield verified.stdout.strip()
        if verified.returncode != Exit.DONE:
            raise Failure(Exit.UNSOUND, f"The log does not verify. {verified.stderr.strip()}")


def alone(household: ExitStack, console: Console, directory: Path, wanted: int | None) -> Stage:
    """Start a coordinator, and return it when it is ready.

    Args:
        household: stops it in the end.
        console: where to tell what happens.
        directory: its data directory.
        wanted: its port; else the usual one, else, when that is taken, any.
    """
    port = _port(wanted)
    if port != (wanted or USUAL_PORT):
        console.print(f"Port {USUAL_PORT} is taken, so this demo has port {port}.")
    child = serving(household, "the coordinator", directory, directory / "coordinator.txt", port)
    try:
        await_ready(child)
    except Failure as failure:
        taken_since = not wanted and port == USUAL_PORT and _port(None) != port
        if failure.exit_code in {Exit.USAGE, Exit.REFUSED} and taken_since:
            return alone(household, console, directory, None)
        raise
    return Stage(household, console, directory, f"http://{HOST}:{port}", [child])


def serving(household: ExitStack, name: str, directory: Path, said: Path, port: int, *more: str) -> Child:
    """Start a coordinator; what it says goes to a file."""
    arguments = ["serve", "--data-dir", str(directory), "--host", HOST, "--port", str(port), "--seed-machines", *more]
    child = Child(name, arguments, said)
    household.callback(child.stop)
    return child


def await_ready(child: Child) -> None:
    """Wait until a coordinator says that it is ready: that somebody answers at its address may be another demo.

    Raises:
        Failure: it has ended of its own, with the last that it said; or it takes too long.
    """
    patience = Patience()
    while _READY not in child.said():
        code = child.exit_code
        if code in {Exit.USAGE, Exit.REFUSED}:
            raise Failure(Exit(code), child.said().splitlines()[-1])
        if code is not None:
            child.revive()
        patience.bear(
            Failure(Exit.UNREACHABLE, f"{child.name} was not ready within {_SECONDS_TO_START} seconds.".capitalize())
        )


def _port(wanted: int | None) -> int:
    """The port that was asked for, else the usual one, else, when that is taken, any."""
    for port in (wanted,) if wanted else (USUAL_PORT, 0):
        found = _free(port)
        if found is not None:
            return found
    raise _taken(wanted)


def ports(wanted: int | None, count: int) -> list[int]:
    """Return so many ports that are free: the one that was asked for and those after it, else from the usual one on.

    Raises:
        Failure: that one is taken.
    """
    found = list(islice(filter(_free, range(wanted or USUAL_PORT, 2**16)), count))
    if wanted and (found[:1] != [wanted] or len(found) < count):
        raise _taken(wanted)
    return found


def _free(port: int) -> int | None:
    """Return a port if it is free, any for 0; else None."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return None
        return int(probe.getsockname()[1])


def _taken(port: int | None) -> Failure:
    return Failure(Exit.USAGE, f"Port {port} is taken; name another with --port, or leave it to the demo to find one.")

"""A demo on several nodes: a real PostgreSQL with a synchronous standby keeps their log, and the one that writes is killed."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from coordinator.cli.children import Child, run
from coordinator.cli.demo.postgres import OWNER, ROLE, PostgresServer
from coordinator.cli.demo.stage import HOST, USUAL_PORT, Patience, Stage, await_ready, ports, serving
from coordinator.cli.demo.story import Assigned, Story
from coordinator.cli.ending import Exit, Failure
from coordinator.files.scratch import place
from coordinator.log.schema import prepare
from coordinator.log.sqlite import SqliteEventLog
from coordinator.pen import identity, secrets
from core.wording import plural, whole

NAMES = ("one", "two", "three", "four", "five")
_DATABASE, _LOG = "tallystick", "log.db"
_LOOK_SECONDS = 0.02
_TAKEOVER_SECONDS = 10


class Nodes(Stage):
    """Several nodes, of which the one that writes is killed once, while a worker is amid curves.

    Args:
        household: stops everybody in the end.
        console: where to tell what happens.
        directory: in which each node has a data directory of its name.
        urls: the addresses of the nodes, with commas between.
        nodes: their processes, by name.
        postgres: the servers that keep the log, the first one first.
    """

    def __init__(
        self,
        household: ExitStack,
        console: Console,
        directory: Path,
        urls: str,
        nodes: dict[str, Child],
        postgres: PostgresServer,
    ) -> None:
        super().__init__(household, console, directory, urls, [*nodes.values()])
        self._nodes = nodes
        self._postgres = postgres
        self._amid: Assigned | None = None

    @property
    def opening(self) -> str:
        """Sentences on what there is to see."""
        version = self.there.health()["shared"]["version"].partition(" ")[0]
        return (
            f"PostgreSQL {version} keeps the log, with a synchronous standby.\n"
            f"{len(self._nodes)} nodes answer, at {self._urls.replace(',', ', ')}.\n"
            f"Node {self._holder()} writes, the others follow; what they keep is in {self.directory}."
        )

    def proceed(self, story: Story) -> None:
        """Kill the node that writes, once, while a worker is amid curves."""
        self.tend()
        if self._amid is None and story.under_way:
            self._amid = story.under_way[-1]
            self._kill_the_holder(f"while a worker runs {plural(self._amid.curves, 'curve')} with {self._amid.how}")

    def _holder(self) -> str:
        """The name of the node that writes, as far as those know that answer."""
        name: str = self.there.health()["shared"]["holder"]
        return name

    def _kill_the_holder(self, when: str) -> None:
        holder = self._holder()
        self.console.print(f"[bold yellow]Node {holder}, which writes, is killed[/] {when}.", highlight=False)
        self._nodes[holder].kill()
        began = time.monotonic()
        while (successor := self._holder()) in {"", holder}:
            if time.monotonic() > began + _TAKEOVER_SECONDS:
                raise Failure(Exit.UNSOUND, f"No other node has begun to write within {_TAKEOVER_SECONDS} seconds.")
            time.sleep(_LOOK_SECONDS)
        after = time.monotonic() - began
        self.console.print(
            f"[bold yellow]Node {successor} writes[/] {after:.1f} seconds later. Node {holder} starts again, and follows.",
            highlight=False,
        )
        self._nodes[holder].start()

    def verdict(self, story: Story) -> Iterator[str]:
        """Yield what there is to say in the end: of the curves that were under way, and of every copy of the log.

        Raises:
            Failure: something was lost, or counts twice.
        """
        if self._amid is None:
            self._kill_the_holder("now: no worker was seen amid curves before")
        elif credited := story.credited(self._amid):
            if credited > self._amid.curves:
                raise Failure(Exit.UNSOUND, f"{credited} curves count where {self._amid.curves} were run.")
            yield (
                f"Of the {plural(self._amid.curves, 'curve')} under way when the node was killed, {whole(credited)} came in,"
                " and count once.\n"
            )
        first, *others = self._nodes
        found = self._verified(first)
        position, digest = found["position"], found["hash"]
        yield f"node {first}: {found['sentence']}"
        for name in others:
            self._await(name, position)
            self._verified(name, "--receipt", f"{position}:{digest}")
            yield f"node {name}: the same up to event {position}."
        self._verified(first, "--shared", self._postgres.address(_DATABASE))
        yield f"PostgreSQL: the same. The hash at {position} is {digest} everywhere."

    def _verified(self, name: str, *more: str) -> Any:
        """Have a node's copy verified; return what was found.

        Raises:
            Failure: not everything holds.
        """
        verified = run(["verify", "--data-dir", str(self.directory / name), "--json", *more])
        try:
            found = msgspec.json.decode(verified.stdout)
        except msgspec.DecodeError:
            found = {"holds": False, "sentence": verified.stderr.strip()}
        if not found["holds"]:
            raise Failure(Exit.UNSOUND, f"The log of node {name} does not verify. {found['sentence']}")
        return found

    def _await(self, name: str, position: int) -> None:
        """Wait until a node's copy of the log reaches a position."""
        patience = Patience()
        while _end_of(self.directory / name) < position:
            patience.bear(Failure(Exit.UNREACHABLE, f"Node {name} does not follow."))


def together(household: ExitStack, console: Console, directory: Path, wanted: int | None, count: int) -> Nodes:
    """Start PostgreSQL and nodes, and return them when all are ready.

    Args:
        household: stops them in the end.
        console: where to tell what happens.
        directory: where the nodes keep what they have; where they have something already, it goes on.
        wanted: the port of the first; those of the others come after it.
        count: how many nodes.
    """
    names = NAMES[:count]
    free = ports(wanted, 2 * count + 2)
    if free[0] != (wanted or USUAL_PORT):
        console.print(f"Port {USUAL_PORT} is taken, so this demo begins with port {free[0]}.")
    console.print("Starting PostgreSQL, its standby and the nodes.")
    primary, standby = _servers(household, free[-2:], [directory / name for name in names])
    database = f"postgresql://{ROLE}@{HOST}:{primary.port},{HOST}:{standby.port}/{_DATABASE}"
    peers = ",".join(f"{name}={HOST}:{port}" for name, port in zip(names, free[count:], strict=False))
    nodes: dict[str, Child] = {}
    for name, port in zip(names, free, strict=False):
        here = directory / name
        here.mkdir(exist_ok=True)
        if nodes and not (here / identity.FILE).exists():
            _join(directory / names[0], here)
        more = ("--node-name", name, "--nodes", peers, "--postgres", database)
        nodes[name] = serving(household, f"node {name}", here, directory / f"{name}.txt", port, *more)
        await_ready(nodes[name])
    urls = ",".join(f"http://{HOST}:{port}" for port in free[:count])
    return Nodes(household, console, directory, urls, nodes, primary)


def _servers(
    household: ExitStack, free: Sequence[int], directories: Sequence[Path]
) -> tuple[PostgresServer, PostgresServer]:
    """Start a server with the shared log, as it is where a node has kept it, and its standby."""
    primary, standby = (household.enter_context(closing(PostgresServer(port))) for port in free)
    primary.make()
    primary.start()
    primary.value(f"CREATE ROLE {ROLE} LOGIN")
    primary.value(f"CREATE DATABASE {_DATABASE}")
    with ExitStack() as stack:
        paths = [there / _LOG for there in directories if (there / _LOG).exists()]
        logs = [stack.enter_context(closing(SqliteEventLog(path, read_only=True))) for path in paths]
        longest = max(logs, key=lambda log: log.head().position, default=None)
        prepare(primary.address(_DATABASE, OWNER), ROLE, log=longest)
    standby.follow(primary)
    return primary, standby


def _join(first: Path, further: Path) -> None:
    """Hand over to a further node what all have in common."""
    with place("join") as passing:
        handed = passing / "secrets"
        secrets.hand_over(first, handed)
        secrets.take_over(handed, further)


def _end_of(directory: Path) -> int:
    with closing(SqliteEventLog(directory / _LOG, read_only=True)) as log:
        return log.head().position

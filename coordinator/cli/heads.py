"""`heads`, `prove` and `check-proof`: signed heads, and proofs that a log holds an event."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec
import rich_click as click

from coordinator.cli.ending import Exit, Failure
from coordinator.cli.options import data_dir_option, json_option
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say
from coordinator.files.whole import write_together
from coordinator.heads.book import FILE, HeadBook, NotAHead, line_of, read_head
from coordinator.heads.files import event_in, heads_in, proof_in
from coordinator.heads.holding import NotHeld, kept_heads, read_key, require_signed
from coordinator.heads.proving import fitting_tree, prove_inclusion
from coordinator.log.ndjson import event_lines
from coordinator.log.prefix import LogPrefix, log_prefix
from coordinator.log.reading import no_event
from coordinator.log.sqlite import NotALog
from core.events.heads import InclusionProof, SignedHead, check_consistency, check_inclusion
from core.events.merkle import NotProved
from core.refusals import BadInput

_AT_ONCE = 1_000
_MAX_INTEGER = 2**63 - 1
_POSITION = click.IntRange(1, _MAX_INTEGER)
_Command = TypeVar("_Command", bound=Callable[..., object])


class Proved(msgspec.Struct, frozen=True):
    """The proof that a log holds an event: three small files."""

    event: bytes
    proof: bytes
    head: bytes


class Proving(Protocol):
    """Where heads and proofs come from."""

    def heads(self, after: int) -> Iterator[SignedHead]:
        """Yield the heads at later positions, in their order."""
        ...

    def prove(self, position: int, head: int | None) -> Proved:
        """Show that an event is in the log under the head at a position, None for the newest."""
        ...


def _where(command: _Command) -> _Command:
    url = click.option("--coordinator", metavar="URL", help="Ask a running coordinator, instead of a data directory.")
    return url(data_dir_option(command))


@click.command()
@_where
@click.option("--after", type=click.IntRange(0, _MAX_INTEGER), default=0, help="Only those at later positions.")
@json_option
def heads(coordinator: str | None, data_dir: Path, after: int, *, in_json: bool) -> None:
    """List the signed heads. Keep some where the coordinator's owner can't reach them: `verify --head` wants them."""
    with _proving(coordinator, data_dir) as there:
        if in_json:
            print_json({"heads": list(there.heads(after))})
            return
        key = None
        for head in there.heads(after):
            if head.key != key:
                key = head.key
                say(f"Signed with the key {key}:", err=True)
            say(f"{head.position:>10}  {head.signed_at}  {head.hash}")


@click.command()
@click.argument("position", type=_POSITION)
@_where
@click.option("--head", type=_POSITION, help="The position of the head to prove against; else the newest.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The directory for the three files; else proof-POSITION.",
)
def prove(position: int, coordinator: str | None, data_dir: Path, head: int | None, output: Path | None) -> None:
    """Show that the event at POSITION is in the log, with three small files that anyone can check without the log."""
    with _proving(coordinator, data_dir) as there:
        proved = there.prove(position, head)
    directory = output or Path(f"proof-{position}")
    parts = {f"{part}.json": content.rstrip(b"\n") + b"\n" for part, content in msgspec.structs.asdict(proved).items()}
    try:
        write_together(directory, parts)
    except OSError as error:
        raise Failure(Exit.REFUSED, f"{directory} can't be written: {error.strerror}.") from None
    say(f"tallystick check-proof {' '.join(str(directory / name) for name in parts)}")


@click.command("check-proof")
@click.argument("event", metavar="EVENT", type=click.Path(path_type=Path))
@click.argument("proof", metavar="PROOF", type=click.Path(path_type=Path))
@click.argument("head", metavar="HEAD", type=click.Path(path_type=Path))
@click.option("--key", help="The public key that the head must be signed with; else the one that it names.")
@json_option
def check_proof(event: Path, proof: Path, head: Path, key: str | None, *, in_json: bool) -> None:
    """Check that an event is in the log under a signed head, from three files and nothing else.

    With an earlier head instead of an event, and a proof of consistency, it checks that the log goes on from there.
    """
    try:
        sentence = _checked(event, proof, _only(head), None if key is None else read_key(key))
        proved = True
    except (NotProved, NotHeld) as met:
        sentence, proved = str(met), False
    if in_json:
        print_json({"proved": proved, "sentence": sentence})
    else:
        say(sentence)
    if not proved:
        raise SystemExit(Exit.UNSOUND)


def _checked(proved: Path, proof: Path, head: SignedHead, key: str | None) -> str:
    """Check what is proved; return what it shows, in words."""
    require_signed(head, key)
    path = proof_in(proof)
    under = f"the head at {head.position}, signed at {head.signed_at} with the key {head.key}"
    if isinstance(path, InclusionProof):
        event = event_in(proved)
        check_inclusion(event, path, head)
        return f"Event {event.position}, {event.type}, is in the log {head.log} under {under}."
    earlier = _only(proved)
    require_signed(earlier, key)
    check_consistency(earlier, path, head)
    return f"The log {head.log} goes on unchanged from the head at {earlier.position} to {under}."


def _only(file: Path) -> SignedHead:
    found = heads_in(file)
    if len(found) != 1:
        raise BadInput(f"{file} holds {len(found)} heads; a file with one is right here.")
    return found[0]


@contextmanager
def _proving(url: str | None, directory: Path) -> Iterator[Proving]:
    if url is not None:
        with Coordinator(url) as there:
            yield RunningCoordinator(there)
        return
    try:
        with kept_heads(directory) as book, log_prefix(directory / "log.db") as taken:
            if book is None:
                raise Failure(
                    Exit.REFUSED, f"There is no {FILE} in {directory}; a coordinator signs heads when it runs."
                )
            yield DataDirectory(directory, taken, book)
    except (NotALog, NotAHead, NotProved) as met:
        raise Failure(Exit.REFUSED, str(met)) from None


class DataDirectory:
    """Heads and proofs out of a data directory; the coordinator may run meanwhile."""

    def __init__(self, directory: Path, taken: LogPrefix, book: HeadBook) -> None:
        self._directory = directory
        self._taken = taken
        self._book = book

    def heads(self, after: int) -> Iterator[SignedHead]:
        """Read them from their file."""
        return self._book.after(after)

    def prove(self, position: int, head: int | None) -> Proved:
        """Make the proof from the tree that stands there."""
        newest = self._taken.head.position
        if position > newest:
            raise Failure(Exit.REFUSED, no_event(position, newest))
        under = self._head_over(position, head)
        (event,) = self._taken.log.read(position - 1, 1)
        with fitting_tree(self._directory, self._taken.log, under) as tree:
            proof = prove_inclusion(self._taken.log, tree, position, under)
        row = event_lines([msgspec.structs.astuple(event)])
        return Proved(row, msgspec.json.encode(proof), line_of(under))

    def _head_over(self, position: int, head: int | None) -> SignedHead:
        """Return the head that is wanted, None for the newest, when the event at a position is under it."""
        under = self._book.newest() if head is None else self._book.at(head)
        if head is None and (under is None or under.position < position):
            raise Failure(
                Exit.UNREACHABLE,
                f"No head was signed yet since event {position} was recorded. A running coordinator signs one each minute, and"
                " at once when it is asked for the proof with --coordinator; a stopped one did when it stopped.",
            )
        if under is None:
            raise Failure(Exit.REFUSED, f"No head was signed at {head}; `tallystick heads` lists them.")
        if under.position < position:
            raise Failure(Exit.REFUSED, f"Event {position} came after the head at {head}; name a later one, or none.")
        return under


class RunningCoordinator:
    """Heads and proofs that a coordinator answers with."""

    def __init__(self, there: Coordinator) -> None:
        self._there = there

    def heads(self, after: int) -> Iterator[SignedHead]:
        """Ask for them, a page at a time."""
        following: int | None = after
        while following is not None:
            page = self._there.get("/api/v1/heads", after=following, limit=_AT_ONCE)
            yield from (read_head(msgspec.json.encode(head)) for head in page["heads"])
            following = page["next"]

    def prove(self, position: int, head: int | None) -> Proved:
        """Ask for the three parts."""
        event = self._there.get_as_it_is(f"/api/v1/events/{position}")
        proof = self._there.get(f"/api/v1/events/{position}/proof", **({} if head is None else {"head": head}))
        under = self._there.get_as_it_is(f"/api/v1/heads/{proof['head']}")
        return Proved(event, msgspec.json.encode(proof), under)

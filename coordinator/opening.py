"""The composition root: puts a node together from what lies in a data directory, and takes it apart in good order."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec
import structlog

from coordinator.clients.attributing import attribute_keys
from coordinator.clients.erasing import destroy_keys
from coordinator.clients.introductions import Introductions
from coordinator.clients.presence import Presence
from coordinator.failures import logged
from coordinator.files.writable import require_writable
from coordinator.founding import open_log
from coordinator.heads.notary import Notary
from coordinator.live.live import Live
from coordinator.log.lock import locked
from coordinator.log.shared import SharedLog
from coordinator.log.sqlite import SqliteEventLog
from coordinator.node import Node
from coordinator.ownkeys import kept_names
from coordinator.past.past import Past
from coordinator.pen.names import SharedNames
from coordinator.pen.pen import Database, Pen
from coordinator.pen.standing import standing_of
from coordinator.processes.background import BackgroundJobs
from coordinator.processes.children import ForkServer
from coordinator.projecting.opening import StandIn, open_files, path_of
from coordinator.projecting.readers import Readers, open_pools
from coordinator.projecting.withheld import Withheld
from coordinator.sealing import SealingKeys
from coordinator.time.timekeeping import Timekeeper
from coordinator.time.wallclock import now
from coordinator.writer import failpoints
from coordinator.writer.committing import Committer
from coordinator.writer.preparing import Preparation
from coordinator.writer.swapping import take_whole
from coordinator.writer.writer import OnCommit, Writer
from core.contexts import registry
from core.events.envelope import Event
from core.events.log import EventLog
from core.refusals import BadInput
from projections.contexts import BOUNDED, projections
from projections.runtime.file import ProjectionFile
from projections.runtime.projection import Projection

_FOR_CHILDREN = ("core.contexts", "coordinator.past.materialising")

_log = structlog.get_logger(__name__)


class _Kept(msgspec.Struct):
    """All that lies in a data directory, open.

    Attributes:
        log: the log, or this node's copy of the one that nodes share.
        pen: the right to append to it; None for a log that this node has alone.
        notary: signs where it ends.
        sealing: the keys of names.
        names: keys of names that nodes share, unless this one shares none.
        known: the projections that there are.
        committer: writes to the log and to them.
    """

    log: SqliteEventLog
    pen: Pen | None
    notary: Notary
    sealing: SealingKeys
    names: SharedNames | None
    known: Sequence[Projection]
    committer: Committer


@asynccontextmanager
async def opened(
    directory: Path,
    most: int | None = None,
    bounded: Sequence[Projection] = BOUNDED,
    presence: Presence | None = None,
    database: Database | None = None,
) -> AsyncIterator[Node]:
    """Open a data directory as its only coordinator, and close it in good order.

    Args:
        directory: the data directory.
        most: contexts whose projections have to be built from more events than this are withheld until somebody has
            rebuilt them; None builds all of them first, however long that takes.
        bounded: the projections of the contexts that there are besides clients and keys.
        presence: where is noted who was here; None for a new one.
        database: where the log is that nodes share; None for one that this node has alone.

    Raises:
        DirectoryInUse: another coordinator works there.
        PermissionError: something that a coordinator writes to may not be written to.
        BadInput: PostgreSQL's client is not installed.
        NotALog: `log.db` is something else, of a newer format, or not the log that was there before; or the database can't be
            the shared log.
        KeyUnreadable: `signing.key` or `client-keys.db` is lost, or can't be read as what it should be.
    """
    if database is not None:
        _require_address(database)
    async with AsyncExitStack() as stack:
        stack.enter_context(locked(directory))
        require_writable(directory)
        kept = await _kept(directory, database, most, bounded, stack)
        await asyncio.to_thread(_catch_up, kept, most)
        node = await _put_together(kept, stack)
        if presence is not None:
            node = msgspec.structs.replace(node, presence=presence)
        node.on_commit.extend(_watchers(node))
        stack.callback(node.send_home)
        yield node


def _require_address(database: Database) -> None:
    """See that a database could be there, before anything is made in the data directory."""
    try:
        from coordinator.log.session import without_password  # noqa: PLC0415 - without a database its client need not be installed
    except ImportError as error:
        raise BadInput(
            "postgres is set, and PostgreSQL's client is not installed; "
            "pip install '.[cluster]' in a checkout of Tallystick brings it."
        ) from error
    without_password(database.address)


async def _kept(
    directory: Path, database: Database | None, most: int | None, bounded: Sequence[Projection], stack: AsyncExitStack
) -> _Kept:
    """Open what lies in a data directory, each to be closed before what it rests on."""
    log, pen = await asyncio.to_thread(_logs, directory, database)
    stack.callback(log.close)
    if pen is not None:
        stack.callback(pen.close)
    notary = await asyncio.to_thread(Notary, directory)
    stack.push_async_callback(_close, notary)
    sealing = kept_names(directory, log)
    stack.callback(sealing.close)
    known = projections(sealing.unseal, bounded)
    committer = _committer(log, pen, known, most)
    stack.callback(committer.close)
    names = None if pen is None else await asyncio.to_thread(_join, pen, log, sealing, committer.files)
    return _Kept(log, pen, notary, sealing, names, known, committer)


def _logs(directory: Path, database: Database | None) -> tuple[SqliteEventLog, Pen | None]:
    """Open the log, or this node's copy of the one that nodes share."""
    if database is None:
        return open_log(directory, now()), None
    from coordinator.pen.joining import joined  # noqa: PLC0415 - as above

    return joined(directory, database)


def _committer(log: SqliteEventLog, pen: Pen | None, known: Sequence[Projection], most: int | None) -> Committer:
    """Open the tables, and what writes to them and to the log."""
    files = open_files(log.path.parent, log, known, most)
    contexts = {projection.name: projection.context for projection in known}
    reached = failpoints.from_environment(os.environ)
    appended: EventLog = log if pen is None else SharedLog(log, pen, reached)
    return Committer(appended, registry(contexts.values()), contexts, files, reached)


def _catch_up(kept: _Kept, most: int | None) -> None:
    """Fold what the log holds, and do what an earlier coordinator left undone."""
    committer, log, sealing = kept.committer, kept.log, kept.sealing
    for step in (
        committer.catch_up,
        partial(destroy_keys, committer, sealing),
        partial(attribute_keys, committer, log, sealing, now()),
    ):
        take_whole(committer, most, step)


def _join(
    pen: Pen, log: SqliteEventLog, sealing: SealingKeys, files: Mapping[str, ProjectionFile]
) -> SharedNames | None:
    """Take the right to append if it can be had, and learn the names that nodes share, unless this one shares none."""
    from coordinator.pen.joining import shared_names  # noqa: PLC0415 - as above

    names = shared_names(log.path.parent, sealing, pen.database)
    _take(pen, yields=any(isinstance(file, StandIn) for file in files.values()))
    if names is not None:
        names.learn(log, min(file.head.position for file in files.values()))
    return names


def _take(pen: Pen, *, yields: bool) -> None:
    if pen.database.nodes:  # whoever has it may keep it
        pen.attempt(yields=yields and len(pen.database.nodes) > 1)
        return
    from coordinator.pen.joining import wait_for_pen  # noqa: PLC0415 - as above

    if not wait_for_pen(pen):
        _log.warning("started_without_the_pen", reason=pen.reason)


async def _put_together(kept: _Kept, stack: AsyncExitStack) -> Node:
    """Begin to write and to read."""
    log, pen, sealing, committer = kept.log, kept.pen, kept.sealing, kept.committer
    withheld = Withheld(name for name, file in committer.files.items() if isinstance(file, StandIn))
    on_commit: list[OnCommit] = []
    writer = Writer(committer, partial(_tell, on_commit))
    fork_server = ForkServer(*_FOR_CHILDREN)
    stack.callback(fork_server.end)
    readers, log_readers, past = await _reading(log, writer, fork_server, committer.files, withheld, stack)
    preparation, background = _working(pen, writer, fork_server, stack)
    position = log.head().position
    (newest,) = log.read(position - 1, 1)
    return Node(
        directory=log.path.parent,
        log=log,
        pen=pen,
        names=kept.names,
        contexts=committer.contexts,
        projections={projection.name: projection for projection in kept.known},
        registry=committer.registry,
        notary=kept.notary,
        writer=writer,
        readers=readers,
        log_readers=log_readers,
        live=Live.after(position, committer.contexts.values()),
        fork_server=fork_server,
        preparation=preparation,
        background=background,
        sealing=sealing,
        introductions=Introductions(sealing, readers["clients"]),
        timekeeper=Timekeeper(newest.recorded_at),
        on_commit=on_commit,
        past=past,
        withheld=withheld,
        standing=standing_of(pen, log),
    )


def _working(
    pen: Pen | None, writer: Writer, fork_server: ForkServer, stack: AsyncExitStack
) -> tuple[Preparation, BackgroundJobs]:
    """Begin to write, with what finds things out for it, and what goes on beside it."""
    preparation = Preparation(fork_server)
    stack.callback(preparation.close)
    if pen is not None:
        stack.callback(pen.close)  # once nothing more is written; nobody waits for it until all files are closed
    writer.start()
    stack.push_async_callback(writer.stop)
    background = BackgroundJobs()
    stack.push_async_callback(background.close)
    return preparation, background


async def _reading(
    log: SqliteEventLog,
    writer: Writer,
    fork_server: ForkServer,
    names: Iterable[str],
    withheld: Withheld,
    stack: AsyncExitStack,
) -> tuple[dict[str, Readers], Readers, Past]:
    """Open what reads the projections, the log, and the past of both."""
    directory = log.path.parent
    readers = {
        name: Readers(
            path_of(directory, name), refusal=partial(withheld.refusal, name), shown=partial(writer.shown, name)
        )
        for name in names
    }
    log_readers = Readers(log.path)
    await open_pools((*readers.values(), log_readers), stack)
    past = Past(directory, fork_server, readers, log_readers)
    stack.push_async_callback(past.close)
    return readers, log_readers, past


def _watchers(node: Node) -> Iterator[OnCommit]:
    """Return who is told of every commit."""
    yield from node.live.followers()
    yield node.timekeeper.follow


async def _close(notary: Notary) -> None:
    await asyncio.to_thread(notary.close, now())


def _tell(listeners: list[OnCommit], events: list[Event]) -> None:
    for listener in listeners:
        try:
            listener(events)
        except Exception as error:  # one that stumbles must not keep the others from being told
            _log.error("listener_failed", position=events[-1].position, **logged(error))

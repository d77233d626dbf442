"""Why a counting job has its count: its chunks with their reports, and what was checked where two chunks meet."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec

from coordinator.clients.names import client_names
from coordinator.log.queries import Selection, page
from coordinator.node import Node
from core.clients.naming import client_name
from core.counting.chunks import ends_of
from core.counting.events import BorderChecked, ChunkCounted, CountsDisagreed
from core.counting.state import Chunk, Job
from core.events.envelope import Event
from core.refusals import Unknown
from core.timestamps import to_iso
from core.wording import shortened
from projections.counting.state import chunks_of
from projections.counting.table import job_of

_AT_ONCE = 1_000


class ChunkReport(msgspec.Struct, frozen=True):
    """A report about a chunk; counts are decimal strings.

    Attributes:
        position: of its event in the log.
        recorded_at: when it came in.
        client_id: who counted; null when nobody was named.
        pi_before: primes before the chunk's first number.
        pi_last: primes up to its last number.
        held: whether the client had the chunk on lease; what others report is checked, and does not end the chunk.
    """

    position: int
    recorded_at: str
    client_id: str | None
    pi_before: str
    pi_last: str
    held: bool


class ChunkShare(msgspec.Struct, frozen=True):
    """A chunk's part of the count; numbers are decimal strings.

    Attributes:
        chunk: which, from 1.
        first: its first number.
        last: its last number.
        status: `open`, `held`, `done`, or `void` when its job ended before.
        primes: how many are in it; null while nobody has reported.
        reports: all that were made of it.
    """

    chunk: int
    first: str
    last: str
    status: str
    primes: str | None
    reports: list[ChunkReport]


class Boundary(msgspec.Struct, frozen=True):
    """Where two chunks meet, the count comes twice, from two reports.

    Attributes:
        upto: the primes up to which are counted, a decimal string.
        chunks: the chunk that ends there and the one that follows.
        counts: what was reported of each; null while nothing was.
        agree: whether they are the same; null while one is missing.
    """

    upto: str
    chunks: tuple[int, int]
    counts: tuple[str | None, str | None]
    agree: bool | None


class BorderCheck(msgspec.Struct, frozen=True):
    """A check of what was counted up to the end of a chunk, by another client; counts are decimal strings.

    Attributes:
        position: of its event in the log.
        recorded_at: when it came in.
        client_id: who checked; null when nobody was named.
        chunk: whose end.
        first: the first number of the stretch that was sieved.
        pi_before: primes before that.
        pi_last: primes up to the end of the chunk: those before, and those in the stretch.
        sieved: whether a sieve counted the stretch; else it was counted as chunks are.
    """

    position: int
    recorded_at: str
    client_id: str | None
    chunk: int
    first: str
    pi_before: str
    pi_last: str
    sieved: bool


class Disagreement(msgspec.Struct, frozen=True):
    """Two reports that contradict each other; one of them is wrong."""

    position: int
    upto: str
    chunks: tuple[int, int]
    counts: tuple[str, str]


class WhyThisCount(msgspec.Struct, frozen=True):
    """How a count came about: it is the sum of the primes in all chunks.

    `as_of` is the position in the log up to which this is true.
    """

    job_id: str
    n: str
    state: str
    prime_count: str | None
    error: str | None
    chunks: list[ChunkShare]
    boundaries: list[Boundary]
    checks: list[BorderCheck]
    disagreements: list[Disagreement]
    as_of: int


async def why_this_count(node: Node, identity: str) -> WhyThisCount:
    """Explain a job's count.

    Raises:
        Unknown: there is no such job.
    """
    as_of = node.position
    readers = node.readers["counting"]
    job = await readers.query(job_of, identity)
    if job is None:
        raise Unknown(f"There is no job {shortened(identity)!r}.")
    chunks = [chunk for chunk, _ in await readers.query(chunks_of, job)]
    events = await _events_of(node, job)
    known = await client_names(node.readers["clients"])
    return WhyThisCount(
        job_id=job.id,
        n=str(job.n),
        state=job.state,
        prime_count=_text(job.primes),
        error=job.error or None,
        chunks=[_share(job, chunk, events, known) for chunk in chunks],
        boundaries=[_boundary(job, one, other) for one, other in pairwise(chunks)],
        checks=[
            BorderCheck(
                position=event.position,
                recorded_at=to_iso(event.recorded_at),
                client_id=client_name(event.fact.client, known),
                chunk=event.fact.chunk,
                first=event.fact.first,
                pi_before=event.fact.before,
                pi_last=event.fact.last,
                sieved=event.fact.sieved,
            )
            for event in events
            if isinstance(event.fact, BorderChecked)
        ],
        disagreements=[
            Disagreement(event.position, event.fact.upto, event.fact.chunks, event.fact.counts)
            for event in events
            if isinstance(event.fact, CountsDisagreed)
        ],
        as_of=as_of,
    )


async def _events_of(node: Node, job: Job) -> list[Event]:
    """Return the job's own stream."""
    events: list[Event] = []
    after, more = 0, True
    while more:
        found = await node.log_readers.query(page, after, _AT_ONCE, Selection(stream=f"job-{job.id}"))
        events += node.registry.known(found.events)
        after, more = found.upto, found.more
    return events


def _share(job: Job, chunk: Chunk, events: Sequence[Event], known: Mapping[int, str]) -> ChunkShare:
    first, last = ends_of(job.n, job.chunks, chunk.id)
    counted = None if chunk.before is None or chunk.last is None else chunk.last - chunk.before
    reports = [
        ChunkReport(
            position=event.position,
            recorded_at=to_iso(event.recorded_at),
            client_id=client_name(event.fact.client, known),
            pi_before=event.fact.before,
            pi_last=event.fact.last,
            held=bool(event.fact.work),
        )
        for event in events
        if isinstance(event.fact, ChunkCounted) and event.fact.chunk == chunk.id
    ]
    return ChunkShare(chunk.id, str(first), str(last), chunk.status, _text(counted), reports)


def _boundary(job: Job, one: Chunk, other: Chunk) -> Boundary:
    _, upto = ends_of(job.n, job.chunks, one.id)
    agree = None if one.last is None or other.before is None else one.last == other.before
    return Boundary(str(upto), (one.id, other.id), (_text(one.last), _text(other.before)), agree)


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)

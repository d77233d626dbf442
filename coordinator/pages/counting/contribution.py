"""Counting primes: the form with its rules, the jobs, and a page for each."""

import re
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from msgspec import Struct

from coordinator.clients.names import client_names
from coordinator.http.responses.tables import Paging, Table
from coordinator.http.responses.whole import Listing
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.pages.contributing.contribution import OTHER, Cause, Contribution, Hit, Queue, Words
from coordinator.pages.counting.foresight import time_left
from coordinator.pages.forms.posting import Form, Sent
from coordinator.pages.rendering.filters import power
from coordinator.pages.rendering.navigation import Section
from coordinator.pages.rendering.site import Address, Page
from coordinator.pages.serving.asking import page_of, state_of, uuid_of
from core.counting import events as facts
from core.counting.chunks import LEAST_N, MOST_CHUNKS, ends_of
from core.counting.commands import CancelJob, SubmitJob
from core.counting.known import KNOWN_COUNTS
from core.counting.state import Check, Chunk, Job, JobState
from core.events.envelope import Event
from core.refusals import BadInput, Unknown
from core.timestamps import SECOND, to_iso
from core.wording import plural, shortened, whole
from projections.counting.checks import checks_of
from projections.counting.state import chunks_of, count_chunks, counted, failures, jobs
from projections.counting.table import job_of

_SIZE = 25
_CAUSES = 10
_BLANKS = re.compile(r"[\s_,\u202f]+")
_WHOLE = re.compile(r"([0-9]{1,40})(?:(?:\^|\*\*)([0-9]{1,3}))?")


class KnownCount(Struct, frozen=True):
    """A value known from elsewhere, and the job that counted the same here, if one did."""

    n: int
    primes: int
    job: Job | None


class Piece(Struct, frozen=True):
    """A chunk of a job with its ends, and who holds it, 0 for nobody."""

    chunk: Chunk
    a: int
    b: int
    client: int

    @property
    def primes(self) -> int | None:
        """How many primes are in it, once that is known."""
        before, last = self.chunk.before, self.chunk.last
        return None if before is None or last is None else last - before


class JobRow(Struct, frozen=True):
    """A job; `known` is the value known from elsewhere. Whole numbers of any size are decimal strings."""

    job_id: str
    n: str
    chunks: int
    state: JobState
    completed: int
    prime_count: str | None
    known: str | None
    duration_sec: float | None
    submitted_at: str
    error: str | None


class ChunkRow(Struct, frozen=True):
    """A chunk; `pi_before` counts the primes before its first number, `pi_last` those up to its last."""

    chunk: int
    first: str
    last: str
    status: str
    pi_before: str | None
    pi_last: str | None
    primes: str | None


async def counting(node: Node, address: Address) -> dict[str, Any]:
    """Return the jobs that the address asks for, the newest first, and the values known from elsewhere."""
    reader = node.readers["counting"]
    page = page_of(address)
    state = state_of(address, get_args(JobState))
    found, total = await reader.query(jobs, state, (page - 1) * _SIZE, _SIZE)
    here = await reader.query(counted, list(KNOWN_COUNTS))

    def read(connection: sqlite3.Connection, limit: int, offset: int) -> tuple[list[JobRow], int]:
        found, total = jobs(connection, state, offset, limit)
        return list(map(_job_row, found)), total

    paging = Paging(total, page, _SIZE)
    return {
        "jobs": found,
        "paging": paging,
        "state": state,
        "states": get_args(JobState),
        "known": KNOWN_COUNTS,
        "known_counts": [KnownCount(n, primes, here.get(n)) for n, primes in KNOWN_COUNTS.items()],
        "least_n": LEAST_N,
        "most_chunks": MOST_CHUNKS,
        "moment": node.time,
        "own_address": address.origin,
        "tables": (Table("jobs", JobRow, map(_job_row, found), paging, Listing("jobs", JobRow, reader, read).whole),),
    }


async def counting_job(node: Node, address: Address) -> dict[str, Any]:
    """Return one job with its chunks.

    Raises:
        Unknown: there is no such job.
    """
    found = await node.readers["counting"].query(_job_with_chunks, address.values["job"])
    if found is None:
        raise Unknown(f"There is no job {shortened(address.values['job'])!r}.")
    job, pieces, checks = found
    return {
        "job": job,
        "pieces": pieces,
        "checks": checks,
        "known": KNOWN_COUNTS.get(job.n),
        "names": await client_names(node.readers["clients"]),
        "moment": node.time,
        "left": None if job.ended_at else time_left(job.done, job.chunks, node.time - job.submitted_at),
        "tables": (Table("chunks", ChunkRow, map(_chunk_row, pieces)),),
    }


def _job_with_chunks(connection: sqlite3.Connection, identity: str) -> tuple[Job, list[Piece], list[Check]] | None:
    job = job_of(connection, identity)
    if job is None:
        return None
    pieces = [
        Piece(chunk, *ends_of(job.n, job.chunks, chunk.id), client) for chunk, client in chunks_of(connection, job)
    ]
    return job, pieces, list(checks_of(connection, job).values())


def _job_row(job: Job) -> JobRow:
    return JobRow(
        job_id=job.id,
        n=str(job.n),
        chunks=job.chunks,
        state=job.state,
        completed=job.done,
        prime_count=_text(job.primes),
        known=_text(KNOWN_COUNTS.get(job.n)),
        duration_sec=None if job.ended_at is None else (job.ended_at - job.submitted_at) / SECOND,
        submitted_at=to_iso(job.submitted_at),
        error=job.error or None,
    )


def _chunk_row(piece: Piece) -> ChunkRow:
    chunk = piece.chunk
    return ChunkRow(
        chunk=chunk.id,
        first=str(piece.a),
        last=str(piece.b),
        status=chunk.status,
        pi_before=_text(chunk.before),
        pi_last=_text(chunk.last),
        primes=_text(piece.primes),
    )


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


async def submit_count(sent: Sent) -> str:
    """Take a job from the form, and go to its page."""
    n, chunks = (whole_number(name, sent.fields.get(name, "")) for name in ("n", "chunks"))
    settings = shared_of(sent.request).settings
    command = SubmitJob(job=str(uuid.uuid4()), n=n, chunks=chunks, ceiling=settings.counting_ceiling)
    outcome = await sent.perform(command)
    return f"/counting/{outcome.answer.job}"


async def cancel_count(sent: Sent) -> str:
    """Cancel a job, and go back to its page."""
    job = sent.values["job"]
    await sent.perform(CancelJob(job=job))
    return f"/counting/{job}"


def whole_number(name: str, text: str) -> int:
    """Read a whole number as people write it: 1000000, 1 000 000, or 10^6.

    Raises:
        BadInput: it is none.
    """
    match = _WHOLE.fullmatch(_BLANKS.sub("", text))
    if match is None:
        raise BadInput(f"{name} is {shortened(text)!r}; a whole number such as 200000 or 10^9 is accepted.")
    root, exponent = int(match[1]), match[2]
    return int(root ** int(exponent)) if exponent else root


async def _search(node: Node, text: str) -> list[Hit]:
    job = await node.readers["counting"].query(job_of, uuid_of(text)) if uuid_of(text) else None
    return [Hit("counting job", f"the primes up to {job.n}", f"/counting/{job.id}", job.state.lower())] if job else []


async def _queues(node: Node) -> list[Queue]:
    reader = node.readers["counting"]
    waiting, held = await reader.query(count_chunks, "open"), await reader.query(count_chunks, "held")
    return [Queue("chunks of counts", waiting, held, "/counting")]


async def _causes(node: Node) -> list[Cause]:
    failed = await node.readers["counting"].query(failures, _CAUSES)
    return [Cause("counts of primes", cause, times, "/counting?state=FAILURE") for cause, times in failed]


async def _words(_: Node, __: Sequence[Event], ___: Mapping[int, str]) -> Words:
    return {
        "n": lambda fact: power(int(fact.n)),
        "upto": lambda fact: whole(int(fact.upto)),
        "primes": lambda fact: plural(int(fact.primes), "prime"),
    }


COUNTING = Contribution(
    context="counting",
    sections=(Section("/counting", "Prime counting", "u", OTHER),),
    pages=(
        Page("/counting", "counting/jobs.html", counting, "/counting"),
        Page("/counting/{job}", "counting/job.html", counting_job, "/counting"),
    ),
    forms=(
        Form("/counting", "/counting", submit_count, "submit"),
        Form("/counting/{job}/cancel", "/counting/{job}", cancel_count, "submit"),
    ),
    sentences={
        facts.JobSubmitted: '<a href="/counting/{job}">the primes</a> up to {n} are to be counted',
        facts.ChunkCounted: '{client} counted chunk {chunk} of <a href="/counting/{job}">a job</a>',
        facts.BorderChecked: '{client} checked <a href="/counting/{job}">a count</a> up to the end of chunk {chunk}',
        facts.CountsDisagreed: '<a href="/counting/{job}">two counts</a> of the primes up to {upto} disagree',
        facts.JobFinished: '<a href="/counting/{job}">a count</a> is done: {primes}',
        facts.JobFailed: '<a href="/counting/{job}">a count</a> failed: {error}',
        facts.JobCancelled: '<a href="/counting/{job}">a count</a> was cancelled',
    },
    books={
        facts.ChunkAssigned: '{client} was given chunk {chunk} of <a href="/counting/{job}">a job</a>',
        facts.CheckAssigned: '{client} was given <a href="/counting/{job}">a count</a> to check',
    },
    words=_words,
    search=_search,
    queues=_queues,
    causes=_causes,
)

"""Answers to commands of counting."""

from collections.abc import Sequence
from typing import Literal

from core.counting.chunks import ends_of
from core.counting.events import (
    BorderChecked,
    CheckAssigned,
    ChunkAssigned,
    ChunkCounted,
    JobCancelled,
    JobFailed,
    JobSubmitted,
)
from core.counting.state import CountingState, Job
from core.deciding import Answer, Nothing
from core.events.envelope import Event
from core.leases.answers import LeaseAnswer, lease_answer
from core.leases.events import LeaseEnded, LeaseGranted, LeaseRenewed

ChunkStanding = Literal["counted", "checked", "unconfirmed", "known", "failed"]


class JobAnswer(Answer, frozen=True, tag="job"):
    """A job as it stands."""

    job: str
    state: str


class ChunkAnswer(Answer, frozen=True, tag="chunk"):
    """A chunk from a to b was assigned, or as a check a stretch that is to be sieved."""

    work: str
    job: str
    chunk: int
    a: int
    b: int
    lease_seconds: int
    expires_at: int
    check: bool = False


class NoChunk(Nothing, frozen=True, tag="no-chunk"):
    """There is nothing to count, and why."""


class CountAnswer(Answer, frozen=True, tag="count"):
    """A report was recorded.

    Attributes:
        job: the job's UUID.
        chunk: which it was about.
        standing: `counted`; `checked` when it agrees with what it checks; `unconfirmed` when its sender did not hold the chunk, which is then leased once more;
            `known` when it adds nothing; `failed` when it failed the job.
        state: of the job.
    """

    job: str
    chunk: int
    standing: ChunkStanding
    state: str


ANSWERS = (JobAnswer, ChunkAnswer, NoChunk, CountAnswer, LeaseAnswer)


def answer(events: Sequence[Event], state: CountingState) -> Answer:
    """Render the answer to a command from its events and the state just after them."""
    facts = [event.fact for event in events]
    for fact in facts:
        match fact:
            case ChunkCounted():
                failed = any(isinstance(other, JobFailed) for other in facts)
                standing: ChunkStanding = "failed" if failed else "counted" if fact.work else "unconfirmed"
                return CountAnswer(job=fact.job, chunk=fact.chunk, standing=standing, state=_job(state, fact.job).state)
            case BorderChecked():
                failed = any(isinstance(other, JobFailed) for other in facts)
                job = _job(state, fact.job)
                return CountAnswer(
                    job=job.id,
                    chunk=job.chunks + fact.chunk,
                    standing="failed" if failed else "checked",
                    state=job.state,
                )
            case ChunkAssigned() | CheckAssigned():
                return _chunk(fact, next(f for f in facts if isinstance(f, LeaseGranted)), state)
            case JobSubmitted(job=job) | JobCancelled(job=job) | JobFailed(job=job):
                return JobAnswer(job=job, state=_job(state, job).state)
            case LeaseRenewed(lease=lease) | LeaseEnded(lease=lease):
                return lease_answer(lease, state)
    raise AssertionError(f"no answer is known for {[type(fact).__name__ for fact in facts]}")


def _job(state: CountingState, job: str) -> Job:
    known = state.job(job)
    assert known is not None, f"job {job} was submitted"
    return known


def _chunk(fact: ChunkAssigned | CheckAssigned, lease: LeaseGranted, state: CountingState) -> ChunkAnswer:
    job = _job(state, fact.job)
    a, b = ends_of(job.n, job.chunks, fact.chunk)
    check = isinstance(fact, CheckAssigned)
    return ChunkAnswer(
        work=fact.work,
        job=fact.job,
        chunk=job.chunks + fact.chunk if check else fact.chunk,
        a=int(fact.first) if isinstance(fact, CheckAssigned) else a,
        b=b,
        lease_seconds=lease.seconds,
        expires_at=lease.expires_at,
        check=check,
    )

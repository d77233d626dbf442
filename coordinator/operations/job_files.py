"""Taking a job: assignments that are done without a network, in one signed file; and seeing what is handed in of it."""

import sqlite3
from collections.abc import Sequence

from coordinator.heads.signing import is_signature
from coordinator.node import Node
from core.bigint import abbreviate
from core.factoring.answers.shapes import WorkAnswer
from core.factoring.formats.jobfile import FORMAT, Done, Job, JobAssignment, JobFile, Signature, whole, written
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.prospects.cost import nominal_microseconds
from core.refusals import BadInput, Forbidden
from core.timestamps import SECOND, to_iso
from projections.factoring.assignment import assignments
from projections.factoring.assignment.holdings import Chosen, Holding, choose
from projections.factoring.credit import attempts

MOST_ASSIGNMENTS = 5_000
MOST_DIGITS = 4_000_000
"""About how many digits the numbers of one job have, so that its file can be sent."""


async def speed_of(node: Node, client: int) -> float | None:
    """Return how long a client's curves take against what they take nominally; None while that is not known."""
    known = await node.readers["factoring"].query(assignments.speeds, [client])
    return known[client] / 1_000 if client in known else None


def seconds_of(answer: WorkAnswer, speed: float | None) -> float:
    """Return about how long the curves of an assignment take at a speed, the nominal one where it is not known."""
    bounds = Bounds(answer.b1, answer.b2, answer.param)
    return answer.curves * nominal_microseconds(bounds, answer.digits) * (1 if speed is None else speed) / SECOND


async def job_file(
    node: Node, job: str, client: str, users: Sequence[str], taken: Sequence[WorkAnswer], ends: int
) -> bytes:
    """Return the signed file of a job.

    Args:
        node: that handed it out.
        job: its id.
        client: who took it.
        users: whose the client is.
        taken: the assignments.
        ends: when their leases end, microseconds UTC.
    """
    numbers = {answer.number for answer in taken}
    before = await node.readers["factoring"].query(_before, sorted(numbers))
    head = node.log.head()
    described = Job(
        format=FORMAT,
        log=node.notary.log_id,
        job=job,
        client_id=client,
        users=tuple(users),
        taken_at=to_iso(node.time),
        ends_at=to_iso(ends),
        position=head.position,
        hash=head.hash.hex(),
        assignments=tuple(_assignment(answer, before[answer.number]) for answer in taken),
    )
    signed = written(described)
    return whole(signed, Signature(node.notary.key.public, node.notary.key.signature(signed)))


def _before(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, tuple[Done, ...]]:
    return {
        number: tuple(
            Done(one.b1, _shown(one.b2), one.param, one.curves)
            for one in attempts.work_counting_for(connection, number)
        )
        for number in numbers
    }


def _assignment(answer: WorkAnswer, before: tuple[Done, ...]) -> JobAssignment:
    return JobAssignment(
        work_id=answer.work,
        composite=answer.value,
        digit_length=answer.digits,
        b1=answer.b1,
        b2=_shown(answer.b2),
        curves=answer.curves,
        parametrization=answer.param,
        current_t_level=answer.t_milli / 1_000,
        target_t_level=answer.target_milli / 1_000,
        before=before,
    )


def _shown(b2: int) -> int | None:
    return None if b2 == DEFAULT_B2 else b2


def check_job(node: Node, file: JobFile, users: Sequence[str]) -> None:
    """Refuse a job that was not handed out here, or to somebody else.

    Args:
        node: where it is handed in.
        file: of the job.
        users: who hands it in, under all names of theirs.

    Raises:
        BadInput: it is of another log, or was changed.
        Forbidden: it was taken with somebody else's key.
    """
    job = file.job
    if job.log != node.notary.log_id:
        raise BadInput(
            f"The job {job.job} was taken from another coordinator: its log is {job.log[:36]}, and the log here is"
            f" {node.notary.log_id}. Hand it in where it was taken."
        )
    if file.signature.key not in node.notary.keys_since(job.position) or not is_signature(
        file.signature.signature, file.signed, file.signature.key
    ):
        raise BadInput(
            f"The job file of {job.job} was changed since it was taken: its signature does not hold. Hand in with the file"
            " as it was written."
        )
    if not set(users) & set(job.users):
        raise Forbidden(
            f"The job {job.job} was taken as {abbreviate(job.client_id)!r} by {' or '.join(job.users)}, and is handed in by"
            f" {' or '.join(users)}; hand it in with the key that took it, or another of the same user."
        )


def standing_of(connection: sqlite3.Connection, job: Job) -> list[Holding]:
    """Return how the assignments of a job stand."""
    found = (choose(connection, Chosen(work=one.work_id, limit=1)) for one in job.assignments)
    return [holding for held in found for holding in held]

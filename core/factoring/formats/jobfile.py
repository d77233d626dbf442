"""Job files: curves to be run where there is no network, with all that is needed for it, signed by who handed them out.

A job file has two lines of JSON. The first is the job, the second the signature over the bytes of the first, without its
line feed. Whoever reads it believes the second only after having checked it, which needs more than this floor has.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import msgspec

from core.refusals import BadInput
from core.timestamps import from_iso
from core.wording import fault_of, shortened

FORMAT = "tallystick-job-1"
_Hex = "^[0-9a-f]+$"


class Done(msgspec.Struct, frozen=True):
    """Curves that were run on a number before; `b2` null is GMP-ECM's default, 0 stage 1 only."""

    b1: int
    b2: int | None
    parametrization: int
    curves: int


class JobAssignment(msgspec.Struct, frozen=True, kw_only=True):
    """Curves of a job; the fields are those of an answer to a request for work.

    Attributes:
        before: the curves that were run on the number before the job was taken.
    """

    work_id: str
    composite: str
    digit_length: int
    b1: int
    b2: int | None
    curves: int
    parametrization: int
    current_t_level: float
    target_t_level: float
    before: tuple[Done, ...] = ()


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Assignments that were taken together.

    Attributes:
        format: `tallystick-job-1`.
        log: the random id of the log in which they were assigned.
        job: a UUID.
        client_id: by what name whoever took it goes; results are handed in under it.
        users: whose that name was, under all of theirs.
        taken_at: ISO 8601.
        ends_at: ISO 8601; until then nobody else is given what is in it.
        position: where the log ended; everything before it is taken into account.
        hash: of the event there.
        assignments: the curves.
    """

    format: str
    log: str
    job: str
    client_id: str
    users: tuple[str, ...]
    taken_at: str
    ends_at: str
    position: int
    hash: str
    assignments: tuple[JobAssignment, ...]

    @property
    def ends(self) -> int:
        """When it ends, microseconds UTC."""
        return from_iso(self.ends_at)

    def part(self, number: int, parts: int) -> list[JobAssignment]:
        """Return every so many-th assignment, the parts being numbered from 1; together they are all."""
        return list(self.assignments[number - 1 :: parts])


class Signature(msgspec.Struct, frozen=True):
    """A public key of Ed25519 that vouches for a job, and its signature, in hexadecimal."""

    key: Annotated[str, msgspec.Meta(pattern=_Hex, min_length=64, max_length=64)]
    signature: Annotated[str, msgspec.Meta(pattern=_Hex, min_length=128, max_length=128)]


class JobFile(msgspec.Struct, frozen=True):
    """A job file as it was read: the bytes that are signed, what they say, and who says that it signed them."""

    signed: bytes
    job: Job
    signature: Signature


def written(job: Job) -> bytes:
    """Return the line that is signed, without its line feed."""
    return msgspec.json.encode(job)


def whole(signed: bytes, signature: Signature) -> bytes:
    """Return a job file."""
    return signed + b"\n" + msgspec.json.encode(signature) + b"\n"


def read_job_file(content: bytes, called: str) -> JobFile:
    """Read a job file; whether its signature holds has yet to be seen.

    Args:
        content: of the file.
        called: what a refusal calls it.

    Raises:
        BadInput: it is none, or not whole.
    """
    signed, _, rest = content.partition(b"\n")
    try:
        job = msgspec.json.decode(signed, type=Job)
        signature = msgspec.json.decode(rest, type=Signature)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{called} is not a job file, or not the whole of one ({fault_of(error)}); take the job again."
        ) from None
    if job.format != FORMAT:
        raise BadInput(f"{called} is of the format {shortened(job.format)!r}; {FORMAT} is read here.")
    return JobFile(signed, job, signature)


def curves_left(job: Sequence[JobAssignment], run: Mapping[str, int]) -> Iterator[tuple[JobAssignment, int]]:
    """Return the assignments that are not finished, each with how many of its curves are left, given those that were run."""
    for one in job:
        left = one.curves - run.get(one.work_id, 0)
        if left > 0:
            yield one, left

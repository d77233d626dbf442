"""Hands in the results of jobs, in any order, again and again, once each, and hands back what was not done."""

from collections.abc import Callable, Iterable

import msgspec

from core.factoring.formats.jobfile import JobFile
from workers.jobs.directory import Collected, Told
from workers.lease import LeaseStatus
from workers.wire.coordinator import Coordinator, TurnedDown

_JOBS = "/api/v1/work/jobs/standing"
_LIVE = "live"


class _Assignment(msgspec.Struct, frozen=True):
    """How an assignment of a job stands."""

    work_id: str
    status: str
    curves: int
    curves_completed: int


class _Standing(msgspec.Struct, frozen=True):
    """How a job stands."""

    over: bool
    message: str
    assignments: list[_Assignment]


class HandedIn(msgspec.Struct):
    """The result for one job.

    Attributes:
        job: its id.
        results: how many the coordinator has now.
        repeated: how many of these had come in before.
        curves: in them.
        refused: the sentences of those that it does not take, with how often.
        completed: how many assignments are done.
        handed_back: how many were handed back just now.
        held: how many are not done, and held still.
        over: a sentence, where the time of the job is over.
    """

    job: str
    results: int = 0
    repeated: int = 0
    curves: int = 0
    refused: dict[str, int] = {}
    completed: int = 0
    handed_back: int = 0
    held: int = 0
    over: str = ""


def hand_in_job(
    there: Coordinator, file: JobFile, collected: Collected, *, back: bool, advance: Callable[[int], None]
) -> HandedIn:
    """Hand in what was collected of one job.

    Args:
        there: who takes it.
        file: of the job.
        collected: its results, and which parts of it have ended.
        back: whether what is not done is handed back of every part.
        advance: told of each result.

    Raises:
        TurnedDown: the job is not taken at all: of another log, changed, or somebody else's.
        Away: the coordinator is; what was handed in is, and the rest may be later.
    """
    job = file.job
    body = msgspec.json.encode({"file": (file.signed + b"\n" + msgspec.json.encode(file.signature) + b"\n").decode()})
    there.call("POST", _JOBS, _Standing, body=body)
    done = HandedIn(job.job)
    for one in job.assignments:
        _send(there, collected.results.get(one.work_id, {}).values(), done, advance)
    standing = there.call("POST", _JOBS, _Standing, body=body)
    done.over = standing.message if standing.over else ""
    ended = {one.work_id for part in collected.ended.get(job.job, ()) for one in job.part(part.number, part.parts)}
    for held in standing.assignments:
        done.completed += held.status == "completed"
        if held.status != _LIVE:
            continue
        if back or held.work_id in ended:
            query = {"client_id": job.client_id, "reason": f"{held.curves_completed} of {held.curves} curves were run"}
            there.call("DELETE", f"/api/v1/work/{held.work_id}", LeaseStatus, query=query)
            done.handed_back += 1
        else:
            done.held += 1
    return done


def _send(there: Coordinator, results: Iterable[Told], done: HandedIn, advance: Callable[[int], None]) -> None:
    for one in results:
        result = one.kept.result
        try:
            done.repeated += there.hand_in(result.address, bytes(result.body), result.key)
        except TurnedDown as refusal:
            done.refused[refusal.sentence] = done.refused.get(refusal.sentence, 0) + 1
        else:
            done.results += 1
            done.curves += one.curves
        advance(1)

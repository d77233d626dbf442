"""Histories of other contexts: work that is taken and handed in, also late, and what is said of what was said before.

Nothing of this is ever withdrawn, so it means everywhere what it means at the first coordinator, ids included.
"""

from hypothesis import strategies as st

from core.counting.answers import ChunkAnswer, JobAnswer
from core.counting.commands import CancelJob, EndChunk, ExpireChunk, RenewChunk, ReportCount, RequestChunk, SubmitJob
from core.federation.commands import PushSummary, ResetMerge
from core.federation.summary import StatedSummary, summary_of
from core.simulations.answers import MachineAnswer, SimulationAnswer
from core.simulations.commands import (
    ChangeSimulation,
    CreateSimulation,
    DeleteSimulation,
    RecordPoint,
    RegisterMachine,
    SetMachineStatus,
)
from core.simulations.events import Metric
from core.tasks.answers import TasksAnswer
from core.tasks.commands import EndTasks, ExpireTasks, FinishTask, RenewTasks, SubmitTask, TakeTasks
from core.timestamps import to_iso
from tests.twins.steps.beside import Resend
from tests.twins.steps.step import LEASE_SECONDS, Step, name_of
from tests.twins.telling import MINUTE, moment_of

UNKNOWN = 100_003
"""No table knows how many primes there are up to here, so that a count is checked."""
PI = {0: 0, 50_000: 5_133, 50_001: 5_133, 100_000: 9_592, UNKNOWN: 9_593}
HOW = {
    MachineAnswer: ["available", "busy", "maintenance"],
    SimulationAnswer: ["running", "running", "finished", "renamed", "deleted", "now", "now", "earlier"],
}
"""What may become of what was begun."""
DEEDS = [
    *(["begin"] * 3 + ["ask"] * 3 + ["hand in"] * 4 + ["proceed"] * 3),
    *("summarise", "summarise", "go on", "again", "cancel"),
]


class Begin(Step, frozen=True):
    """Have something counted, computed or simulated, or register a machine."""

    what: str

    def command(self, here):
        name = name_of(here.index)
        match self.what:
            case "job":
                return SubmitJob(job=name, n=UNKNOWN, chunks=2, ceiling=10**18)
            case "task":
                return SubmitTask(task=name, operation="add", args=("1", "2"), node="here", most_waiting=10**6)
            case "simulation":
                return CreateSimulation(name=f"s{here.index}")
            case _:
                return RegisterMachine(name=f"m{here.index}", cpu="8 cores", memory_gb=32)


class Ask(Step, frozen=True):
    """Ask for a chunk to count or to check, or for tasks."""

    kind: str

    def command(self, here):
        work = name_of(here.index)
        if self.kind == "counting":
            return RequestChunk(work=work, lease_seconds=LEASE_SECONDS, alone=True)
        return TakeTasks(work=work, limit=2, lease_seconds=LEASE_SECONDS)


class HandIn(Step, frozen=True):
    """Hand in what came of work that was handed out by a step: a wrong count, and an error of tasks, when it fails."""

    of: int
    fails: bool = False

    def command(self, here):
        work = here.answer(self.of)
        if isinstance(work, ChunkAnswer):
            counts = {"before": PI[work.a - 1], "last": PI[work.b] + self.fails}
            return ReportCount(job=work.job, chunk=work.chunk, sieved=work.check, **counts)
        said = {"result": "", "error": "no."} if self.fails else {"result": "3", "error": ""}
        return FinishTask(task=work.tasks[here.index % len(work.tasks)].id, **said)


class GoOn(Step, frozen=True):
    """Show that one is at work that was handed out by a step, hand it back, or let its time run out."""

    of: int
    how: str

    def command(self, here):
        work = here.answer(self.of)
        counting = isinstance(work, ChunkAnswer)
        match self.how:
            case "renewed":
                return (RenewChunk if counting else RenewTasks)(lease=work.work)
            case "expired":
                return (ExpireChunk if counting else ExpireTasks)(lease=work.work)
            case outcome:
                return (EndChunk if counting else EndTasks)(lease=work.work, outcome=outcome)


class Proceed(Step, frozen=True):
    """Do something with what a step began: a simulation, a machine or a job."""

    of: int
    how: str

    def command(self, here):
        begun = here.answer(self.of)
        match self.how:
            case "cancelled":
                return CancelJob(job=begun.job)
            case "available" | "busy" | "maintenance":
                return SetMachineStatus(machine=begun.id, status=self.how)
            case "running" | "finished":
                return ChangeSimulation(simulation=begun.id, status=self.how)
            case "renamed":
                return ChangeSimulation(simulation=begun.id, name=f"t{here.index}")
            case "deleted":
                return DeleteSimulation(simulation=begun.id)
            case _:
                at = moment_of(here.index) - MINUTE * 3 if self.how == "earlier" else None
                return RecordPoint(simulation=begun.id, loss=1 / here.index, at=at, metrics=(Metric("b", 0.5),))


class Summarise(Step, frozen=True):
    """Push an agent's summary, made so many minutes later than now; or let the merge start anew, with no agent."""

    agent: str
    minutes: int = 0

    def command(self, here):
        if not self.agent:
            return ResetMerge()
        stated = to_iso(moment_of(here.index) + self.minutes * MINUTE)
        facts = [f"f{here.index % 3}", f"f{here.index % 4}"]
        return PushSummary(summary_of(StatedSummary(self.agent, stated, {"primes": here.index}, facts), {}))


def another(data, client, history, answers):
    """Draw a step of another context, of what was told and answered before; where that is lacking, something is begun."""

    def one_of(choices):
        return data.draw(st.sampled_from(choices))

    def answered(*kinds):
        return [index for index, answer in answers.items() if isinstance(answer, kinds)]

    work, jobs, begun = answered(ChunkAnswer, TasksAnswer), answered(JobAnswer), answered(*HOW)
    told = [index for index in answers if isinstance(history[index].step, STEPS)]
    match one_of(DEEDS):
        case "ask":
            step = Ask(kind=one_of(["counting", "tasks"]), client=client)
        case "hand in" if work:
            step = HandIn(of=one_of(work), fails=one_of([False] * 5 + [True]), client=client)
        case "go on" if work:
            step = GoOn(of=one_of(work), how=one_of(["renewed", "expired", "released"]), client=client)
        case "proceed" if begun:
            of = one_of(begun)
            step = Proceed(of=of, how=one_of(HOW[type(answers[of])]), client=client)
        case "cancel" if jobs:
            step = Proceed(of=one_of(jobs), how="cancelled", client=client)
        case "summarise":
            step = Summarise(agent=one_of(["a", "a", "b", "b", ""]), minutes=one_of(range(-9, 10)), client=client)
        case "again" if told:
            step = Resend(sent=one_of(told))
        case _:
            step = Begin(what=one_of(["job", "task", "simulation", "machine"]), client=client)
    return step


STEPS = (Begin, Ask, HandIn, GoOn, Proceed, Summarise)

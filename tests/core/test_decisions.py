"""Decisions of the smaller contexts over a state in memory: given that, when somebody wants this, then that.

Factoring has its examples in its own room, federation too.
"""

import math
from types import SimpleNamespace

import pytest

from core.counting.answers import JobAnswer, NoChunk
from core.counting.commands import CancelJob, ReportCount, ReportFailure, RequestChunk, SubmitJob
from core.counting.decide import COUNTING
from core.counting.events import ChunkAssigned, ChunkCounted, JobCancelled, JobFailed, JobFinished, JobSubmitted
from core.counting.state import Chunk, Job
from core.deciding import Answer, Asking
from core.leases.decide import Lease
from core.leases.events import LeaseEnded, LeaseGranted
from core.notifications.answers import Noted
from core.notifications.commands import (
    ClearAlarm,
    EndSubscription,
    NoteDelivered,
    NoteFailing,
    RaiseAlarm,
    RenewSecret,
    SendAgain,
    Subscribe,
)
from core.notifications.decide import MOST_LIVING, NOTIFICATIONS
from core.notifications.events import (
    AlarmCleared,
    AlarmRaised,
    DeliveryFailing,
    DeliveryGivenUp,
    EventsDelivered,
    SecretRenewed,
    SentAgain,
    Subscribed,
    SubscriptionEnded,
)
from core.notifications.state import Subscription
from core.refusals import BadInput, Busy, Conflict, Forbidden, Refusal, Unknown
from core.simulations.answers import MachineAnswer, SimulationAnswer
from core.simulations.commands import (
    ChangeSimulation,
    CreateSimulation,
    DeleteSimulation,
    RecordPoint,
    RegisterMachine,
    RemoveMachine,
    SetMachineStatus,
)
from core.simulations.decide import SIMULATIONS
from core.simulations.events import (
    MachineRegistered,
    MachineRemoved,
    MachineStatusSet,
    Metric,
    MetricsRecorded,
    PointRecorded,
    SimulationCreated,
    SimulationDeleted,
    SimulationFinished,
    SimulationMoved,
    SimulationPlaced,
    SimulationRenamed,
    SimulationStarted,
)
from core.simulations.state import Machine, Simulation
from core.steering.answers import Steered
from core.steering.commands import Pause, Resume
from core.steering.decide import STEERING
from core.steering.events import Paused, Resumed
from core.steering.pausing import Pause as PauseAsItStands
from core.tasks.answers import FinishAnswer, NoTasks
from core.tasks.commands import FinishTask, SubmitTask, TakeTasks
from core.tasks.decide import TASKS
from core.tasks.events import TaskFinished, TasksTaken, TaskSubmitted
from core.tasks.state import Task
from tests.core.factoring.given import Partly

NOW, CLIENT = 1_790_000_000_000_000, 3
LEASE = Lease("w", "job-j", CLIENT, 120, NOW + 60_000_000, None, granted=5)


def known(**facts):
    """Return a state: to each question what is known, a mapping being asked for one of its keys."""
    answers = {
        question: (lambda *asked, fact=fact: fact.get(asked[-1]) if isinstance(fact, dict) else fact)
        for question, fact in facts.items()
    }
    return SimpleNamespace(**answers)


def counting(state="STARTED", held=LEASE, **more):
    job = Job(4, "j", 10**6, 1, state, 0, None, "", 1, 9 if state == "REVOKED" else None)
    chunk = Chunk(1, "held" if held else "open", held.id if held else "", None, None)
    usual = {"job": {"j": job}, "chunk": {1: chunk}, "lease": {"w": held}, "live_leases": [held] if held else []}
    return known(**usual | {"open_chunk": None, "counted_jobs": []} | more)


def simulating(status="pending", machine=None, standing="available", *, placed=False, **more):
    usual = {
        "simulation": {1: Simulation(1, "s", status, machine, placed, 1, 1)},
        "machine": {1: Machine(1, "m", "c", None, 8, standing), 2: Machine(2, "n", "c", None, 8, "available")},
        "running_on": 1 if status == "running" else None,
        "first_pending_on": None,
        "promised": False,
        "free_machine": None,
        "first_waiting": None,
        "next_machine": 3,
        "next_simulation": 2,
        "next_point": 9,
        "newest_stamp": {1: 0},
    }
    return known(**usual | more)


def working(status="waiting", waiting=1, **more):
    task = Task(4, "t", "add", ("1", "2"), status, "w" if status == "held" else "", "node", 0, "", "")
    usual = {"task": {"t": task}, "waiting": [task] if waiting else [], "waiting_count": waiting}
    return known(**usual | {"unfinished_under": 1, "lease": {"w": LEASE}} | more)


def telling(living=1, raised=None, **stands):
    usual = {"types": (), "project": "", "since": 10, "created_at": 1, "upto": 20, "delivered": 4, "again": 1}
    usual |= {
        "ended_at": None,
        "ending": "",
        "failing_at": None,
        "failing_since": None,
        "reason": "",
        "given_up_at": None,
    }
    one = Subscription(id=1, seal="s", sealed="", **usual | stands)
    return known(subscription={1: one}, living=living, next_subscription=2, raised={"disk": True} if raised else {})


FAILING = NoteFailing(subscription=1, again=1, position=21, reason="503")


def pausing(*targets, drains=False):
    return known(pause={target: PauseAsItStands(target, drains, "", NOW, 1) for target in targets})


STOPPED = Pause(target="client-3", drains=False, reason="it overheats")
COUNTED = ReportCount(job="j", chunk=1, before=0, last=78498)
RENAMED = ChangeSimulation(simulation=1, name="other")
STARTED = ChangeSimulation(simulation=1, status="running")
ADDED = SubmitTask(task="t", operation="add", args=("1", "2"), node="node", most_waiting=2)
EXAMPLES = [
    (
        COUNTING,
        known(),
        SubmitJob(job="j", n=10**5, chunks=1, ceiling=10**6),
        [Partly(JobSubmitted, n="100000", chunks=1)],
    ),
    (COUNTING, known(), SubmitJob(job="j", n=10**7, chunks=1, ceiling=10**6), BadInput("10000000")),
    (COUNTING, counting(), RequestChunk(work="e", lease_seconds=60), Partly(NoChunk)),
    (
        COUNTING,
        counting(held=None, open_chunk=(Job(4, "j", 10**6, 1, "PENDING", 0, None, "", 1, None), 1)),
        RequestChunk(work="e", lease_seconds=60),
        [Partly(ChunkAssigned, work="e", chunk=1, client=CLIENT), Partly(LeaseGranted, lease="e", subject="job-j")],
    ),
    (
        COUNTING,
        counting(),
        COUNTED,
        [Partly(ChunkCounted, work="w", last="78498"), Partly(LeaseEnded, outcome="completed"), Partly(JobFinished)],
    ),
    (COUNTING, counting(held=None), COUNTED, [Partly(ChunkCounted, work="", client=CLIENT)]),
    (COUNTING, counting("REVOKED"), COUNTED, Conflict("The job is over")),
    (
        COUNTING,
        counting(),
        ReportFailure(job="j", chunk=1, error="no memory"),
        [Partly(JobFailed), Partly(LeaseEnded, outcome="revoked")],
    ),
    (COUNTING, counting(held=None), ReportFailure(job="j", chunk=1, error="no memory"), Forbidden("not held")),
    (COUNTING, counting(), CancelJob(job="j"), [JobCancelled(job="j"), Partly(LeaseEnded, outcome="revoked")]),
    (COUNTING, counting("REVOKED"), CancelJob(job="j"), JobAnswer(job="j", state="REVOKED")),
    (COUNTING, counting(), CancelJob(job="k"), Unknown("no job 'k'")),
    (
        SIMULATIONS,
        simulating(),
        RegisterMachine(name="m", cpu="c", memory_gb=8),
        [Partly(MachineRegistered, machine=3)],
    ),
    (
        SIMULATIONS,
        simulating(first_waiting=1),
        RegisterMachine(name="m", cpu="c", memory_gb=8),
        [Partly(MachineRegistered), SimulationPlaced(simulation=1, machine=3)],
    ),
    (SIMULATIONS, simulating(), RegisterMachine(name="m", cpu="c", memory_gb=0), BadInput("memory is 0")),
    (
        SIMULATIONS,
        simulating(),
        SetMachineStatus(machine=1, status="maintenance"),
        [MachineStatusSet(machine=1, status="maintenance")],
    ),
    (SIMULATIONS, simulating(), SetMachineStatus(machine=1, status="available"), Partly(MachineAnswer)),
    (
        SIMULATIONS,
        simulating("running", 1, "busy"),
        SetMachineStatus(machine=1, status="available"),
        Conflict("runs on it"),
    ),
    (SIMULATIONS, simulating(), RemoveMachine(machine=1), [MachineRemoved(machine=1)]),
    (SIMULATIONS, simulating("running", 1, "busy"), RemoveMachine(machine=1), Conflict("can't be removed")),
    (SIMULATIONS, simulating(), CreateSimulation(name="s"), [Partly(SimulationCreated, simulation=2, machine=None)]),
    (
        SIMULATIONS,
        simulating(free_machine=2),
        CreateSimulation(name="s"),
        [Partly(SimulationCreated), SimulationPlaced(simulation=2, machine=2)],
    ),
    (SIMULATIONS, simulating(), CreateSimulation(name="s", machine=9), Unknown("no machine 9")),
    (SIMULATIONS, simulating(), RENAMED, [SimulationRenamed(simulation=1, name="other")]),
    (SIMULATIONS, simulating(), ChangeSimulation(simulation=1, name="s"), Partly(SimulationAnswer)),
    (SIMULATIONS, simulating(machine=1), STARTED, [SimulationStarted(simulation=1, machine=1)]),
    (SIMULATIONS, simulating(), STARTED, Conflict("it waits for a machine")),
    (SIMULATIONS, simulating(machine=1, standing="maintenance"), STARTED, Conflict("is in maintenance")),
    (
        SIMULATIONS,
        simulating("running", 1, "busy", first_waiting=5),
        ChangeSimulation(simulation=1, status="finished"),
        [SimulationFinished(simulation=1, machine=1), SimulationPlaced(simulation=5, machine=1)],
    ),
    (
        SIMULATIONS,
        simulating(machine=1, placed=True, first_waiting=5),
        ChangeSimulation(simulation=1, machine=2),
        [SimulationMoved(simulation=1, machine=2), SimulationPlaced(simulation=5, machine=1)],
    ),
    (SIMULATIONS, simulating(), DeleteSimulation(simulation=1), [SimulationDeleted(simulation=1)]),
    (SIMULATIONS, simulating(), DeleteSimulation(simulation=9), Unknown("no simulation 9")),
    (SIMULATIONS, simulating(), RecordPoint(simulation=1, loss=0.5), [Partly(PointRecorded, point=9, stamped=True)]),
    (SIMULATIONS, simulating(), RecordPoint(simulation=9, loss=0.5), Unknown("no simulation 9")),
    (
        SIMULATIONS,
        simulating(),
        RecordPoint(simulation=1, loss=0.5, at=7, metrics=(Metric("accuracy", -0.0),)),
        [
            Partly(PointRecorded, point=9, at=7),
            MetricsRecorded(simulation=1, point=9, at=7, metrics=(Metric("accuracy", 0.0),)),
        ],
    ),
    *(
        (SIMULATIONS, simulating(), RecordPoint(simulation=1, loss=0.5, metrics=metrics), BadInput(words))
        for metrics, words in (
            ((Metric("loss", 1.0),), "The name of a metric is 'loss', which"),
            ((Metric("", 1.0),), "The name of a metric is ''; 1 to 64 "),
            ((Metric("a\n", 1.0),), "does not print; 1 to 64 "),
            ((Metric("x", math.inf),), "The metric x is inf; a finite number is accepted."),
            (tuple(Metric(f"m{i}", 1.0) for i in range(17)), "17 metrics were sent; at most 16 are accepted"),
        )
    ),
    (STEERING, pausing(), STOPPED, [Paused(target="client-3", drains=False, reason="it overheats")]),
    (STEERING, pausing("client-3"), STOPPED, Steered()),
    (STEERING, pausing("client-3", drains=True), STOPPED, [Partly(Paused, drains=False)]),
    (STEERING, pausing(), Pause(target="client-3", drains=True, reason="a\n"), BadInput("does not print; up to 500 ")),
    (STEERING, pausing("everything"), Resume(target="everything"), [Resumed(target="everything")]),
    (STEERING, pausing("everything"), Resume(target="client-3"), Steered()),
    (TASKS, working(waiting=0), ADDED, [Partly(TaskSubmitted, task="t", args=("1", "2"))]),
    (TASKS, working(waiting=2), ADDED, Busy("2 tasks wait already")),
    (
        TASKS,
        working(),
        TakeTasks(work="e", limit=5, lease_seconds=60),
        [Partly(TasksTaken, work="e", tasks=("t",), client=CLIENT), Partly(LeaseGranted, lease="e")],
    ),
    (TASKS, working(waiting=0), TakeTasks(work="e", limit=5, lease_seconds=60), Partly(NoTasks)),
    (TASKS, working(), TakeTasks(work="e", limit=0, lease_seconds=60), BadInput("limit is 0")),
    (TASKS, working(), FinishTask(task="t", result="3", error=""), [Partly(TaskFinished, result="3", client=CLIENT)]),
    (
        TASKS,
        working("held"),
        FinishTask(task="t", result="", error="too large"),
        [Partly(TaskFinished, error="too large"), Partly(LeaseEnded, outcome="completed")],
    ),
    (TASKS, working("completed"), FinishTask(task="t", result="3", error=""), FinishAnswer(task="t", known=True)),
    (TASKS, working(), FinishTask(task="t", result="3", error="too large"), BadInput("either a result or an error")),
    (
        NOTIFICATIONS,
        telling(),
        Subscribe(seal="s", sealed="x", types=("factoring",), project="p"),
        [Subscribed(subscription=2, seal="s", sealed="x", types=("factoring",), project="p")],
    ),
    (NOTIFICATIONS, telling(MOST_LIVING), Subscribe(seal="s", sealed="x"), Busy("end one of them first")),
    (NOTIFICATIONS, telling(), Subscribe(seal="s", sealed="x", project="a\nb"), BadInput("printable")),
    (NOTIFICATIONS, telling(), EndSubscription(subscription=1), [SubscriptionEnded(subscription=1, reason="ended")]),
    (NOTIFICATIONS, telling(ended_at=5), EndSubscription(subscription=1), Conflict("has ended already")),
    (NOTIFICATIONS, telling(), EndSubscription(subscription=9), Unknown("no subscription 9")),
    (
        NOTIFICATIONS,
        telling(),
        NoteDelivered(subscription=1, again=1, upto=25, deliveries=3),
        [EventsDelivered(subscription=1, upto=25, deliveries=3)],
    ),
    *(
        (NOTIFICATIONS, telling(**stands), NoteDelivered(subscription=1, again=1, upto=25, deliveries=3), Noted())
        for stands in ({"upto": 25}, {"again": 2}, {"ended_at": 5})
    ),
    (NOTIFICATIONS, telling(), FAILING, [DeliveryFailing(subscription=1, position=21, reason="503")]),
    *(
        (NOTIFICATIONS, telling(**stands), FAILING, Noted())
        for stands in (
            {"upto": 21},
            {"again": 0},
            {"ended_at": 5},
            {"failing_at": 21},
            {"failing_at": 21, "given_up_at": 5},
        )
    ),
    (
        NOTIFICATIONS,
        telling(failing_at=21),
        NoteFailing(subscription=1, again=1, position=21, reason="503", given_up=True),
        [DeliveryGivenUp(subscription=1, position=21, reason="503")],
    ),
    (
        NOTIFICATIONS,
        telling(),
        RenewSecret(subscription=1, seal="s2", sealed="new"),
        [SecretRenewed(subscription=1, seal="s2", sealed="new")],
    ),
    (NOTIFICATIONS, telling(), RenewSecret(subscription=2, seal="s2", sealed="new"), Unknown("no subscription 2")),
    (NOTIFICATIONS, telling(), SendAgain(subscription=1), [SentAgain(subscription=1, position=21)]),
    (NOTIFICATIONS, telling(), SendAgain(subscription=1, position=11), [SentAgain(subscription=1, position=11)]),
    (NOTIFICATIONS, telling(), SendAgain(subscription=1, position=10), BadInput("was made as event 10")),
    (
        NOTIFICATIONS,
        telling(),
        RaiseAlarm(alarm="disk_filling", subject="disk", reason="full"),
        [AlarmRaised(alarm="disk_filling", subject="disk", reason="full")],
    ),
    (NOTIFICATIONS, telling(raised=True), RaiseAlarm(alarm="disk_filling", subject="disk", reason="full"), Noted()),
    (
        NOTIFICATIONS,
        telling(raised=True),
        ClearAlarm(alarm="disk_filling", subject="disk"),
        [AlarmCleared(alarm="disk_filling", subject="disk")],
    ),
    (NOTIFICATIONS, telling(), ClearAlarm(alarm="disk_filling", subject="disk"), Noted()),
]


@pytest.mark.parametrize(
    ("context", "given", "when", "then"),
    EXAMPLES,
    ids=[f"{type(when).__name__}, {type(then).__name__}" for _, _, when, then in EXAMPLES],
)
def test_given_that_when_this_then_that(context, given, when, then):
    decide = context.decisions[type(when)]
    if isinstance(then, Refusal):
        with pytest.raises(type(then)) as refusal:
            decide(when, Asking(NOW, CLIENT), given)
        assert str(then) in refusal.value.sentence
    else:
        decision = decide(when, Asking(NOW, CLIENT), given)
        assert (decision if isinstance(decision, Answer) else [event.fact for event in decision]) == then


@pytest.mark.parametrize(
    "context", [COUNTING, SIMULATIONS, STEERING, TASKS, NOTIFICATIONS], ids=lambda context: context.name
)
def test_every_decision_has_an_example_of_what_it_records_and_of_what_it_does_not(context):
    told = {(type(when), isinstance(then, list)) for one, _, when, then in EXAMPLES if one is context}
    own = {command for command, decide in context.decisions.items() if decide.__module__ != "core.leases.holding"}
    assert told == {(command, recorded) for command in own for recorded in (True, False)}

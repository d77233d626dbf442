"""What has to be done so that each type of event is recorded: a scene for a few types that come together.

A scene may be played in any log, also in one where it was played before: it begins with numbers, machines or jobs of its
own. What is random elsewhere follows from where the log ends.
"""

import math
import uuid
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from hashlib import sha256

import gmpy2
import msgspec

from core.access.commands import (
    AcceptInvitation,
    AttributeKeys,
    CreateKey,
    GiveName,
    Invite,
    Labelled,
    MergeClients,
    MergeUsers,
    NoteUses,
    PartClients,
    PartUsers,
    RevokeKey,
    WithdrawInvitation,
)
from core.clients.commands import ForgetClient, ForgetUser, RenameClient, RenameUser
from core.clients.naming import ClientClaim
from core.counting.commands import CancelJob, ReportCount, ReportFailure, RequestChunk, SubmitJob
from core.factoring.commands import (
    AcknowledgeWork,
    Claim,
    EndWork,
    Prior,
    RenewWork,
    ReportAttempt,
    ReportCurves,
    RequestWork,
    ReserveWork,
    SubmitComposite,
)
from core.factoring.curation.commands import (
    ChangeComposite,
    CreateProject,
    DeleteProject,
    DescribeNumber,
    PauseProject,
    ResumeProject,
    SetDeadline,
    SetShare,
    ShelveNumber,
    UnshelveNumber,
)
from core.factoring.curves import bounds_of
from core.factoring.events import FactorFound
from core.factoring.formats.worklist import Work
from core.factoring.imports.commands import ImportComposite, ImportCurves, ImportFactor
from core.factoring.proofs.commands import RecordGroupOrder, SettlePrimality
from core.factoring.residues.commands import (
    ClaimResidue,
    CompleteResidue,
    Contents,
    RemoveResidue,
    Reported,
    UploadResidues,
)
from core.factoring.residues.state import WantedResidue
from core.factoring.state import Wanted
from core.federation.commands import PushSummary, ResetMerge
from core.federation.summary import StatedSummary, summary_of
from core.notifications.commands import (
    ClearAlarm,
    EndSubscription,
    NoteDelivered,
    NoteFailing,
    RaiseAlarm,
    SendAgain,
    Subscribe,
)
from core.simulations.commands import (
    ChangeSimulation,
    CreateSimulation,
    DeleteSimulation,
    RecordPoint,
    RegisterMachine,
    RemoveMachine,
    SetMachineStatus,
)
from core.simulations.events import Metric
from core.steering.commands import Pause, Resume
from core.tasks.commands import FinishTask, SubmitTask, TakeTasks
from core.timestamps import SECOND
from projections.access.state import keys
from tests.drawing import Drawing
from tests.office import Office

Scene = Callable[[Office], None]
B1 = 2_000
STAGE_1, FULL = bounds_of(B1, 0, 1), bounds_of(B1, None, 1)

SCENES: dict[str, Scene] = {}
"""By type of event; the opening of the log comes of itself."""


def leads_to(*types: str) -> Callable[[Scene], Scene]:
    """Say to which types of event a scene leads."""

    def remember(scene: Scene) -> Scene:
        SCENES.update(dict.fromkeys(types, scene))
        return scene

    return remember


def fresh(office: Office) -> int:
    """Return a number that no earlier scene had."""
    return office.log.head().position + 1


def name(office: Office) -> str:
    """Return a UUID that no earlier scene had."""
    return str(uuid.UUID(int=fresh(office)))


def factors(office: Office) -> tuple[int, int]:
    """Return two primes whose product is in no list yet."""
    return int(gmpy2.next_prime(10**11 + 10**6 * fresh(office))), 10**19 + 51


def submitted(office: Office, **fields: object) -> tuple[int, int, int]:
    """Submit a number more urgent than all before; return its id and its two factors."""
    small, large = factors(office)
    fields = {"priority": fresh(office), "target_milli": 30_000, **fields}
    answer = office.perform(SubmitComposite(text=str(small * large), ceiling_digits=1_000, **fields))
    return answer.number, small, large


def report(value: int, curves: int = 10, **fields: object) -> ReportCurves:
    """Return the report of curves on a number."""
    return ReportCurves(**{"work": "", "value": str(value), "bounds": FULL, "curves": curves, **fields})


@leads_to("access.key_created.v2", "access.key_revoked.v1", "access.keys_used.v1")
def hand_out_a_key(office):
    """A key is made for a while, used, and taken back."""
    digest, expires_at = f"{fresh(office):064x}", office.now + 10**6 * SECOND
    command = CreateKey(hash=digest, roles=("work", "read"), label="the box", expires_at=expires_at)
    made = office.perform(command, client=None)
    office.perform(NoteUses(uses=((made.key, office.now),)), client=None)
    office.perform(RevokeKey(key=made.key), client=None)


@leads_to("access.key_given.v1")
def give_a_key_of_before_to_a_user(office):
    """A key from before there were users is given to one that is called as its label says."""
    old = [key for key in keys(office.committer.files["access"].connection) if not key.user]
    labelled = [Labelled((key.id,), claim(office, key.label)) for key in old[:1]]
    office.perform(AttributeKeys(labelled=labelled, used=[(f"key-{key.id}", 1) for key in old[:1]]), client=None)


@leads_to("access.invited.v1", "access.invitation_withdrawn.v1")
def invite_somebody(office):
    """Of two invitations one is used, the other withdrawn."""
    for wanted in ("used", "withdrawn"):
        digest, until = f"{fresh(office):064x}", office.now + 10**6 * SECOND
        invite = Invite(hash=digest, roles=("work",), expires_at=until, label=wanted, name=claim(office, "guest"))
        made = office.perform(invite, client=None)
        if wanted == "used":
            office.perform(AcceptInvitation(invitation=digest, hash=f"{fresh(office):064x}"), client=None)
        else:
            office.perform(WithdrawInvitation(invitation=made.invitation), client=None)


@leads_to(
    "access.name_taken.v1",
    "access.name_given.v1",
    "access.users_merged.v1",
    "access.users_parted.v1",
    "access.clients_merged.v1",
    "access.clients_parted.v1",
    "clients.renamed.v1",
    "clients.user_named.v1",
    "clients.user_renamed.v1",
    "clients.user_forgotten.v1",
)
def tell_who_is_who(office):
    """Two users go by names, which are given, renamed and merged; one of the users is forgotten."""
    numbers, called = [], []
    for _ in range(2):
        digest = f"{fresh(office):064x}"
        made = office.perform(CreateKey(hash=digest, roles=("work",), name=claim(office, "person")), client=None)
        called.append(f"name of event {fresh(office)}")
        task = SubmitTask(task=name(office), operation="add", args=("1", "2"), node="here", most_waiting=10**6)
        office.perform(task, client=called[-1], actor=f"key-{made.key}")
        numbers.append(office.committer.files["clients"].state.number_of(called[-1]))
    access = office.committer.files["access"].state
    one, other = (next(iter(access.stated_holders(number))) for number in numbers)
    for command in (
        GiveName(client=numbers[0], users=(one, other)),
        RenameClient(client=numbers[0], name=claim(office, "shown")),
        MergeClients(client=numbers[0], into=numbers[1]),
        MergeUsers(user=one, into=other),
        RenameUser(user=other, name=claim(office, "called")),
        PartClients(client=numbers[0]),
        PartUsers(user=one),
        ForgetUser(user=one, merged=(), clients=()),
    ):
        office.perform(command, client=None)


def claim(office: Office, text: str) -> ClientClaim:
    """Return a name that no earlier scene gave, as if it were sealed."""
    return ClientClaim(f"{text} {fresh(office)}", f"seal of {text} {fresh(office)}", f"{text} {fresh(office)}")


@leads_to("clients.named.v1", "clients.forgotten.v1")
def forget_somebody(office):
    """Somebody does a thing and asks to be forgotten."""
    submitted_by = f"client of event {fresh(office)}"
    office.perform(
        SubmitTask(task=name(office), operation="add", args=("1", "2"), node="here", most_waiting=10**6),
        client=submitted_by,
    )
    client = office.committer.files["clients"].state.number_of(submitted_by)
    office.perform(ForgetClient(client=client), client=None)


@leads_to("factoring.composite_submitted.v1", "factoring.composite_changed.v1", "factoring.project_joined.v1")
def submit_a_number(office):
    """A number comes twice, the second time for a project and with another target."""
    number, small, large = submitted(office)
    again = SubmitComposite(text=f"{small}*{large}", ceiling_digits=1_000, target_milli=35_000, project="golden")
    office.perform(again, client="bob")
    office.perform(ChangeComposite(number=number, priority=-1), client=None)


@leads_to(
    *(
        "factoring.curve_measured.v1",
        "factoring.work_assigned.v2",
        "factoring.work_acknowledged.v1",
        "factoring.work_progressed.v1",
    ),
    *("leases.granted.v1", "leases.renewed.v1", "leases.ended.v1", "factoring.curves_run.v1"),
)
def run_curves(office):
    """Work is taken, acknowledged, gone on with, reported and ended."""
    submitted(office)
    work = office.perform(RequestWork(work=name(office), wanted=Wanted(), lease_seconds=120, work_seconds=600)).work
    office.perform(AcknowledgeWork(work=work, stage="claimed"))
    office.now += 100 * SECOND
    office.perform(RenewWork(lease=work, curves=2))
    value = office.factoring.number(office.factoring.assignment(work).number).value
    known = {"sigmas": ("101", "102"), "checksums": (7, None), "cpu_milliseconds": 1_234, "program": "GMP-ECM 7.0.6"}
    office.perform(report(value, 3, work=work, **known))
    office.perform(EndWork(lease=work, outcome="completed"))


@leads_to("factoring.factor_found.v1", "factoring.number_split.v1")
def find_a_factor(office):
    """A curve finds a factor; what somebody else claims divides nothing."""
    _, small, large = submitted(office)
    claims = (Claim(str(small), "105"), Claim("1000003"))
    office.perform(report(small * large, 1, sigmas=("105",), claims=claims))


@leads_to("factoring.attempt_made.v1")
def try_something_else(office):
    """P-1 is run without success."""
    _, small, large = submitted(office)
    office.perform(ReportAttempt(value=str(small * large), method="pm1", b1=10**6, b2=10**8, runs=1, program="Prime95"))


@leads_to("factoring.work_reserved.v1")
def reserve_a_number(office):
    """Somebody sieves."""
    number, _, _ = submitted(office)
    reserved = ReserveWork(
        work=name(office), number=number, method="snfs", metadata='{"poly":"x^6-2"}', lease_seconds=60
    )
    office.perform(reserved)


@leads_to("factoring.project_created.v1", "factoring.project_deleted.v1")
def keep_projects(office):
    """A project is created and deleted."""
    made = office.perform(CreateProject(name=f"project {fresh(office)}", description="for a while"), client=None)
    office.perform(DeleteProject(project=made.project), client=None)


@leads_to("factoring.project_share_set.v1", "factoring.number_deadline_set.v1")
def share(office):
    """A project is given a weight, a number of it has to be done soon, and work is handed out and reported."""
    called = f"project {fresh(office)}"
    number, *_ = submitted(office, project=called)
    office.perform(
        SetShare(project=office.factoring.project(called), weight=3, deadline=office.now + 10**10), client=None
    )
    office.perform(SetDeadline(number=number, deadline=office.now + 10**9), client=None)
    command = RequestWork(work=name(office), wanted=Wanted(), lease_seconds=600, work_seconds=60)
    work = office.perform(command).work
    office.perform(ReportCurves(work=work, value="", bounds=None, curves=1, cpu_milliseconds=1_500))


@leads_to("factoring.project_paused.v1", "factoring.project_resumed.v1")
def pause_projects(office):
    """Two projects are paused, of which one is resumed."""
    for resumed in (False, True):
        called = f"project {fresh(office)}"
        submitted(office, project=called)
        project = office.factoring.project(called)
        office.perform(PauseProject(project=project, drains=resumed, reason="a wrong list"), client=None)
        if resumed:
            office.perform(ResumeProject(project=project), client=None)


@leads_to("steering.paused.v1", "steering.resumed.v1")
def pause_clients(office):
    """A kind of work is drained and resumed, and a client is paused who asks for nothing here."""
    office.perform(Pause(target="kind-residues", drains=True, reason="a new version comes"), client=None)
    office.perform(Resume(target="kind-residues"), client=None)
    office.perform(Pause(target=f"client-{fresh(office)}", drains=False, reason="it overheats"), client=None)


@leads_to("factoring.number_named.v1")
def name_a_number(office):
    """A number is handed in under a name."""
    submitted(office, name="276:611")


@leads_to("factoring.number_shelved.v1", "factoring.number_unshelved.v1", "factoring.snfs_form_noted.v1")
def shelve_a_number(office):
    """A number is put aside, taken back, and described."""
    number, _, _ = submitted(office)
    office.perform(ShelveNumber(number=number, shelf="inactive", reason="not now"), client=None)
    office.perform(UnshelveNumber(number=number), client=None)
    office.perform(DescribeNumber(number=number, snfs_difficulty=123), client=None)


@leads_to("factoring.composite_imported.v1", "factoring.attempt_imported.v1", "factoring.factor_imported.v1")
def move_in(office):
    """A number, an attempt and a factor come from another system, with the ids that they had there."""
    small, large = factors(office)
    row, origin = fresh(office), f"{fresh(office):032x}"
    office.perform(ImportComposite(row=row, origin=origin, text=str(small * large), ceiling_digits=1_000), client=None)
    curves = ImportCurves(row=row, origin=f"{origin[1:]}1", report=report(small * large, 5))
    office.perform(curves, client="an old machine")
    office.perform(ImportFactor(row=row, value=str(small * large), factor=str(small)), client=None)


def _reported(office: Office, attempt: int) -> Reported:
    """Return a report as the log has it."""
    for row in office.log.read(0, office.log.head().position):
        event = office.committer.registry.event(row)
        if getattr(event.fact, "attempt", None) == attempt and row.type.startswith("factoring.curves_run."):
            return Reported(event.position, event.fact)
    raise LookupError(attempt)


@leads_to(
    *("factoring.residues_uploaded.v1", "factoring.residue_curves.v2", "factoring.curves_identified.v1"),
    *("factoring.residue_claimed.v1", "factoring.residue_completed.v1", "factoring.residue_removed.v1"),
)
def keep_residues(office):
    """Stage 1 is handed in as a file, somebody else runs its stage 2, the file goes."""
    value, sigmas = _stage_1_kept(office)
    claimed = _claimed(office, value, "bob")
    stage_2 = office.perform(report(value, sigmas=sigmas), client="bob")
    done = CompleteResidue(residue=claimed.residue, stage_2=_reported(office, stage_2.attempt))
    office.perform(done, client="bob")
    office.perform(RemoveResidue(residue=claimed.residue, reason="done"), client=None)


@leads_to("factoring.curves_assumed.v1")
def run_some_of_somebodys_curves(office):
    """Somebody runs the stage 2 of some curves of a file, and nobody knows of which."""
    value, sigmas = _stage_1_kept(office)
    _claimed(office, value, "bob")
    office.perform(report(value, 4, sigmas=sigmas[:4], assumed=4), client="bob")


@leads_to("factoring.residue_curves_skipped.v1")
def finish_the_stage_2_of_somebody_else(office):
    """Somebody runs the stage 2 of most of a file, and somebody else that of the rest."""
    value, sigmas = _stage_1_kept(office)
    for client, own in (("bob", sigmas[:8]), ("carol", sigmas[8:])):
        claimed = _claimed(office, value, client)
        stage_2 = office.perform(report(value, sigmas=own), client=client)
        done = CompleteResidue(residue=claimed.residue, stage_2=_reported(office, stage_2.attempt))
        office.perform(done, client=client)


def _stage_1_kept(office):
    """Have ten curves of stage 1 reported and kept as a file; return the number, and their sigmas."""
    _, small, large = submitted(office)
    sigmas, digest = tuple(str(1_000 * fresh(office) + i) for i in range(10)), f"{fresh(office):064x}"
    stage_1 = office.perform(report(small * large, bounds=STAGE_1))
    contents = Contents(
        value=str(small * large),
        b1=B1,
        param=1,
        sigmas=sigmas,
        served_sha256=digest,
        bytes=1_234,
        inferred=0,
        bad=0,
        bad_lines=(),
        checksums=(None, *range(1, 10)),
    )
    reported = _reported(office, stage_1.attempt)
    office.perform(UploadResidues(sha256=digest, contents=contents, stage_1=reported, keep_seconds=1))
    return small * large, sigmas


def _claimed(office, value, client):
    wanted = WantedResidue(min_priority=office.factoring.number_of_value(str(value)).priority)
    return office.perform(ClaimResidue(claim=name(office), wanted=wanted, lease_seconds=600), client=client)


@leads_to("factoring.prior_work_declared.v1")
def declare_prior_work(office):
    """Somebody says what was done on a number before it came here, and then that it was more."""
    number, *_ = submitted(office)
    text = office.factoring.number(number).value
    for prior in (Prior(20_000), Prior(25_000, (Work(10, B1), Work(5, B1, 0, 3)))):
        office.perform(SubmitComposite(text=text, ceiling_digits=1_000, prior=prior))


@leads_to("factoring.group_order_computed.v1", "factoring.primality_settled.v1")
def prove_afterwards(office):
    """A factor was found by a curve whose order is counted, and what is left is proved to be prime."""
    small, sigma = 8_000_000_000_012_429, "716873880"
    large = int(gmpy2.next_prime(2**89 + 1_000 * fresh(office)))
    office.perform(SubmitComposite(text=str(small * large), ceiling_digits=1_000))
    office.perform(report(small * large, bounds=bounds_of(2_000, 200_000, 1), claims=(Claim(str(small), sigma),)))
    found = next(
        event
        for row in office.log.read(0, office.log.head().position)[::-1]
        if isinstance((event := office.committer.registry.event(row)).fact, FactorFound)
    )
    powers = {2: 6, 3: 1, 23: 1, 43: 1, 449: 1, 701: 1, 133853: 1}
    counted = RecordGroupOrder(
        factor=found.fact.factor,
        position=found.position,
        number=found.fact.number,
        value=str(small),
        param=1,
        sigma=sigma,
        order=str(math.prod(base**exponent for base, exponent in powers.items())),
        factorisation=tuple((str(base), exponent) for base, exponent in powers.items()),
        verdict="smooth",
        reason="",
    )
    office.perform(counted, client=None)
    prime = office.factoring.number_of_value(str(large)).id
    office.perform(SettlePrimality(number=prime, primality="proven"), client=None)


def _job(office: Office, n: int = 100_000, chunks: int = 1) -> str:
    """Submit a job; return its id."""
    job = name(office)
    office.perform(SubmitJob(job=job, n=n, chunks=chunks, ceiling=10**18))
    return job


@leads_to(
    "counting.job_submitted.v1", "counting.chunk_assigned.v1", "counting.chunk_counted.v1", "counting.job_finished.v1"
)
def count_primes(office):
    """A job is counted to its end."""
    job = _job(office)
    work = office.perform(RequestChunk(work=name(office), lease_seconds=120))
    office.perform(ReportCount(job=work.job, chunk=work.chunk, before=0, last=9_592, cpu_milliseconds=5))
    if work.job != job:
        office.perform(ReportCount(job=job, chunk=1, before=0, last=9_592))


@leads_to("counting.check_assigned.v1", "counting.border_checked.v1")
def check_primes(office):
    """One counts, and another checks the count, which no table has."""
    job = _job(office, n=100_003)
    for client in ("alice", "bob"):
        work = office.perform(RequestChunk(work=name(office), lease_seconds=120), client=client)
        report = ReportCount(job=job, chunk=work.chunk, before=0, last=9_593, sieved=client == "bob")
        office.perform(report, client=client)


@leads_to("counting.counts_disagreed.v1", "counting.job_failed.v1", "counting.job_cancelled.v1")
def miscount_primes(office):
    """Neighbours disagree, a job fails, another is cancelled."""
    job = _job(office, chunks=4)
    office.perform(ReportCount(job=job, chunk=1, before=0, last=2_762))
    office.perform(ReportCount(job=job, chunk=2, before=2_763, last=5_133), client="bob")
    office.perform(CancelJob(job=_job(office)))
    _job(office)
    work = office.perform(RequestChunk(work=name(office), lease_seconds=120))
    office.perform(ReportFailure(job=work.job, chunk=work.chunk, error="no memory"))


@leads_to(
    *("simulations.machine_registered.v1", "simulations.machine_status_set.v1", "simulations.machine_removed.v1"),
    *("simulations.created.v1", "simulations.renamed.v1", "simulations.moved.v1", "simulations.placed.v1"),
    *("simulations.started.v1", "simulations.finished.v1", "simulations.deleted.v1", "simulations.point_recorded.v1"),
)
def simulate(office):
    """Simulations on machines, from the first to the last that can happen to either."""
    machines = [
        office.perform(RegisterMachine(name=f"m{i}", cpu="8 cores", memory_gb=32, gpu="none"), client=None).id
        for i in range(3)
    ]
    office.perform(SetMachineStatus(machine=machines[2], status="offline"), client=None)
    office.perform(RemoveMachine(machine=machines[2]), client=None)
    first = office.perform(CreateSimulation(name="first", machine=machines[0]), client=None).id
    for change in ({"name": "renamed"}, {"machine": machines[1]}, {"status": "running"}):
        office.perform(ChangeSimulation(simulation=first, **change), client=None)
    office.perform(RecordPoint(simulation=first, loss=0.25), client=None)
    office.perform(RecordPoint(simulation=first, loss=0.125, at=office.now - SECOND), client=None)
    office.perform(ChangeSimulation(simulation=first, status="finished"), client=None)
    second = office.perform(CreateSimulation(name="second", machine=None), client=None).id
    office.perform(ChangeSimulation(simulation=second, status="running"), client=None)
    office.perform(DeleteSimulation(simulation=second), client=None)


@leads_to("simulations.metrics_recorded.v1")
def measure(office):
    """A simulation that reports more than its loss, and one that goes with all of it."""
    for deleted in (False, True):
        number = office.perform(CreateSimulation(name="measured", machine=None), client=None).id
        metrics = (Metric("accuracy", 0.5), Metric("learning rate", 1e-3))
        office.perform(RecordPoint(simulation=number, loss=0.25, metrics=metrics), client=None)
        if deleted:
            office.perform(DeleteSimulation(simulation=number), client=None)


@leads_to("federation.summary_pushed.v1", "federation.summary_part.v1", "federation.merge_reset.v1")
def tell_summaries(office):
    """A small summary, one that takes several events, and a new start."""
    more = {"metadata": msgspec.Raw(b'{"version":"1.0"}')}
    small = StatedSummary(f"agent {fresh(office)}", "2026-01-01", {"primes": 3}, ["f1", "f2"])
    office.perform(PushSummary(summary_of(small, more)), client=None)
    office.perform(ResetMerge(), client=None)
    large = StatedSummary(f"agent {fresh(office)}", "2026-01-02", {}, [f"{i:0>250}" for i in range(250)])
    office.perform(PushSummary(summary_of(large, {})), client=None)


@leads_to("tasks.submitted.v1", "tasks.taken.v1", "tasks.finished.v1")
def compute_tasks(office):
    """One task comes out, another can't."""
    for args in (("12", "18"), ("1", "0")):
        office.perform(SubmitTask(task=name(office), operation="gcd", args=args, node="here", most_waiting=10**6))
    taken = office.perform(TakeTasks(work=name(office), limit=100, lease_seconds=60), client="bob")
    first, *others = [task.id for task in taken.tasks]
    office.perform(FinishTask(task=first, result="6", error=""), client="bob")
    for task in others:
        office.perform(FinishTask(task=task, result="", error="division by zero"), client="bob")


@leads_to(
    *("notifications.subscribed.v1", "notifications.delivered.v1", "notifications.failing.v1"),
    *("notifications.given_up.v1", "notifications.sent_again.v1", "notifications.subscription_ended.v1"),
    *("notifications.alarm_raised.v1", "notifications.alarm_cleared.v1"),
)
def be_told(office):
    """One receiver has all, another nothing; a disk fills and is emptied."""
    here = fresh(office)
    types = ("factoring.factor_found", "notifications.alarm_raised.v1")
    kept, lost = (
        office.perform(
            Subscribe(seal=name(office), sealed="sealed", types=those, project=project), client=None
        ).subscription
        for those, project in ((types, ""), ((), "Cunningham"))
    )
    for note in (
        NoteDelivered(subscription=kept, again=0, upto=here + 9, deliveries=2),
        RaiseAlarm(alarm="disk_filling", subject="data", reason="2.0 % of the disk are free."),
        NoteFailing(subscription=lost, again=0, position=here + 8, reason="It answered 503."),
        NoteFailing(subscription=lost, again=0, position=here + 8, reason="It answered 503.", given_up=True),
        SendAgain(subscription=lost),
        EndSubscription(subscription=lost, reason="gone"),
        ClearAlarm(alarm="disk_filling", subject="data"),
    ):
        office.perform(note, client=None)


@leads_to("trust.finds_asked.v1", "trust.find_missed.v1")
def miss_a_find(office):
    """Somebody finds what an earlier curve should have found."""
    drawing = Drawing(office, sha256(b"%d" % fresh(office)).digest(), {})
    _, small, large = submitted(office)
    office.perform(report(small * large, 1, sigmas=("11",)), client="mallory")
    found = office.perform(report(small * large, 1, sigmas=("12",), claims=(Claim(str(small), "12"),)), client="alice")
    drawing.miss(found.attempt, str(small))


@leads_to(
    *("trust.chain_committed.v1", "trust.reports_weighed.v1", "trust.check_drawn.v1", "trust.check_assigned.v1"),
    *("trust.check_answered.v1", "trust.check_settled.v1", "trust.earlier_drawn.v1", "trust.reports_doubted.v1"),
    *("trust.doubt_heeded.v1", "trust.doubt_settled.v1", "trust.secret_opened.v1"),
)
def check_curves(office):
    """A machine invents checksums, two others say so twice, and its reports are withdrawn."""
    seed = sha256(b"%d" % fresh(office)).digest()
    drawing = Drawing(office, seed, {"mallory": "user-91", "alice": "user-92", "bob": "user-93"})
    _, small, large = submitted(office)
    invented = {"sigmas": tuple(map(str, range(60))), "checksums": tuple(range(1, 61))}
    office.perform(report(small * large, 60, **invented), client="mallory")
    drawing.weigh()
    for _ in range(2):
        drawing.check("alice", 7)
        drawing.check("bob", 7)
        drawing.look_back()
    drawing.settle("mallory")
    drawing.open(1)


@leads_to("factoring.wish_noted.v1", "factoring.factor_confirmed.v1")
def say_what_changes_nothing(office):
    """A part is submitted, and a factor claimed that is known."""
    _, small, large = submitted(office)
    office.perform(report(small * large, 1, claims=(Claim(str(small)),)))
    office.perform(SubmitComposite(text=str(large), ceiling_digits=1_000, priority=fresh(office)))
    office.perform(report(small * large, 1, sigmas=("7",), claims=(Claim(str(small), "7"),)), client="bob")


@leads_to(
    *("corrections.withdrawn.v2", "corrections.reinstated.v1", "corrections.restated.v1", "corrections.concluded.v1"),
    *("factoring.ids_given_out.v1", "factoring.residue_ids_given_out.v1"),
)
def withdraw_an_attempt(office):
    """What was reported turns out to be wrong, and then right after all."""
    keep_residues(office)
    _, small, large = submitted(office)
    wrong = office.result(report(small * large, 1_000, claims=(Claim(str(small)),)))
    position = next(
        row.position for row in office.log.read(0, wrong.position)[::-1] if row.type.startswith("factoring.curves_run.")
    )
    office.perform(report(small * large, 2, claims=(Claim(str(small)),)))
    office.correct(position, reason="a broken machine")
    office.correct(position, undo=True, reason="it was sound")


def scenes_for(missing: AbstractSet[str]) -> list[Scene]:
    """Return the scenes that lead to types of event, each once, in the order in which they stand here."""
    return list(dict.fromkeys(scene for known, scene in SCENES.items() if known in missing))

"""Whatever order things come in, a job ends with the true count or fails, and rebuilds to the same tables."""

import tempfile
import uuid

from gmpy2 import is_prime
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from core.counting.chunks import ends_of
from core.counting.commands import CancelJob, EndChunk, ExpireChunk, RenewChunk, ReportCount, RequestChunk, SubmitJob
from core.refusals import Refusal
from core.timestamps import SECOND
from projections.counting.table import job_of
from tests.office import Office
from tests.profiles import running
from tests.together import Together, applied

KNOWN, UNKNOWN = 10_000, 10_009
CHUNKS = 3
PI = [0]
for number in range(1, UNKNOWN + 1):
    PI.append(PI[-1] + is_prime(number))
LEASE_SECONDS = 60
WORKERS = ("alice", "bob", "carol")
clients = st.sampled_from(WORKERS)


class CountingMachine(Together):
    """A few jobs, whose counts are known from elsewhere or not, and three workers who may be wrong, late, or say it twice."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.office = Office(self.directory.name)
        self.jobs = {}  # job -> its n
        self.liars = {}  # job -> who was wrong about it
        self.cancelled = set()
        self.given = []  # (what was handed out, to whom)
        self.live = []  # the leases that have not been let go

    @precondition(lambda self: len(self.jobs) < 3)
    @rule(n=st.sampled_from([KNOWN, UNKNOWN]))
    def submit(self, n):
        job = str(uuid.uuid4())
        self.office.perform(SubmitJob(job=job, n=n, chunks=CHUNKS, ceiling=n))
        self.jobs[job], self.liars[job] = n, set()

    def request(self, client):
        """Ask for work; return whether there was some."""
        work = str(uuid.uuid4())
        answer = self.office.perform(RequestChunk(work=work, lease_seconds=LEASE_SECONDS), client=client)
        if not hasattr(answer, "work"):
            return False
        self.given.append((answer, client))
        self.live.append(answer.work)
        return True

    @rule(client=clients)
    def ask(self, client):
        self.request(client)

    def report(self, job, chunk, client, a, b, error=0):
        """Report pi before a and up to b; return how that stands."""
        command = ReportCount(job=job, chunk=chunk, before=PI[a - 1], last=PI[b] + error)
        result = self.office.result(command, client=client)
        if error and not isinstance(result, Refusal):
            self.liars[job].add(client)
        return result

    @precondition(lambda self: self.given)
    @rule(data=st.data(), times=st.integers(1, 2))
    def report_what_was_given(self, data, times):
        """In time or late, once or twice."""
        work, client = data.draw(st.sampled_from(self.given))
        for _ in range(times):
            self.report(work.job, work.chunk, client, work.a, work.b)

    @precondition(lambda self: self.jobs)
    @rule(
        data=st.data(),
        client=clients,
        chunk=st.integers(1, 2 * CHUNKS),
        error=st.sampled_from([0, 0, 0, 0, 1]),
    )
    def report_something(self, data, client, chunk, error):
        """Of whatever chunk, or beyond their number of a check, and by whomever."""
        job = data.draw(st.sampled_from(sorted(self.jobs)))
        given = [work.a for work, _ in self.given if (work.job, work.chunk) == (job, chunk)]
        a, b = ends_of(self.jobs[job], CHUNKS, (chunk - 1) % CHUNKS + 1)
        self.report(job, chunk, client, given[-1] if given else a, b, error)

    @precondition(lambda self: self.live)
    @rule(data=st.data(), how=st.sampled_from(["expired", "handed back", "renewed"]))
    def go_on_with_a_lease(self, data, how):
        lease = data.draw(st.sampled_from(self.live))
        match how:
            case "expired":
                self.let_run_out(lease)
            case "handed back":
                self.live.remove(lease)
                self.office.perform(EndChunk(lease=lease, outcome="released"))
            case "renewed":
                self.office.perform(RenewChunk(lease=lease))

    def let_run_out(self, lease):
        self.live.remove(lease)
        self.office.now += (LEASE_SECONDS + 1) * SECOND
        self.office.perform(ExpireChunk(lease=lease), client=None)

    @rule(rebuild=st.booleans())
    def restart(self, rebuild):
        before = self.office.tables("counting")
        self.office.reopen(rebuild=rebuild)
        assert self.office.tables("counting") == before

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), sure=st.sampled_from([False] * 9 + [True]))
    def cancel(self, data, sure):
        job = data.draw(st.sampled_from(sorted(self.jobs)))
        if sure and not isinstance(self.office.result(CancelJob(job=job)), Refusal):
            self.cancelled.add(job)

    @property
    def connection(self):
        return self.office.committer.files["counting"].connection

    @applied
    @invariant()
    def the_truth_or_nothing(self):
        for job, n in self.jobs.items():
            found = job_of(self.connection, job)
            if found.state == "SUCCESS":
                assert found.primes == PI[n] or (n == UNKNOWN and len(self.liars[job]) > 1)
            if found.state == "FAILURE":
                assert self.liars[job]
            assert (found.state == "REVOKED") == (job in self.cancelled)
            assert (found.done == CHUNKS) >= (found.state == "SUCCESS")

    def work_to_the_end(self):
        """Have all work until there is nothing to do, and whoever said nothing any more be given up."""
        while True:
            while any(self.request(client) for client in WORKERS):
                work, client = self.given[-1]
                self.report(work.job, work.chunk, client, work.a, work.b)
            if not self.live:
                return
            for lease in tuple(self.live):
                self.let_run_out(lease)

    def teardown(self):
        self.work_to_the_end()
        self.office.committer.apply()
        for job, n in self.jobs.items():
            if job not in self.cancelled and not self.liars[job]:
                assert job_of(self.connection, job).primes == PI[n]
        assert self.connection.execute("SELECT count(*) FROM leases WHERE outcome IS NULL").fetchone() == (0,)
        self.office.close()
        self.directory.cleanup()


CountingMachine.TestCase.settings = running(12, steps=25)
test_counting_holds = CountingMachine.TestCase

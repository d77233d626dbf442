"""Whatever order things come in, a job ends with the true count or fails, and rebuilds to the same tables."""

import tempfile
import uuid

from gmpy2 import is_prime
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from core.counting.chunks import ends_of
from core.counting.commands import CancelJob, ExpireChunk, ReportCount, RequestChunk, SubmitJob
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
clients = st.sampled_from(["alice", "bob", "carol"])


class CountingMachine(Together):
    """One job, whose count is known from elsewhere or not, and three workers who may be wrong."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.office = Office(self.directory.name)
        self.leases = []
        self.firsts = {}
        self.liars = set()

    @initialize(n=st.sampled_from([KNOWN, UNKNOWN]))
    def submit(self, n):
        self.job, self.n = str(uuid.uuid4()), n
        self.office.perform(SubmitJob(job=self.job, n=n, chunks=CHUNKS, ceiling=n))

    @rule(client=clients)
    def request(self, client):
        answer = self.office.perform(RequestChunk(work=str(uuid.uuid4()), lease_seconds=60), client=client)
        if hasattr(answer, "work"):
            self.firsts[answer.chunk] = answer.a
            self.leases.append((answer.work, self.office.now + 60 * SECOND))

    @rule(client=clients, chunk=st.integers(1, 2 * CHUNKS), error=st.sampled_from([0, 0, 0, 0, 1]))
    def report(self, client, chunk, error):
        """A chunk that is counted, or beyond their number a check."""
        a, b = ends_of(self.n, CHUNKS, (chunk - 1) % CHUNKS + 1)
        a = self.firsts.get(chunk, a)
        command = ReportCount(job=self.job, chunk=chunk, before=PI[a - 1], last=PI[b] + error)
        result = self.office.result(command, client=client)
        if error and not isinstance(result, Refusal):
            self.liars.add(client)

    @precondition(lambda self: self.leases)
    @rule()
    def let_the_oldest_lease_run_out(self):
        lease, expires_at = self.leases.pop(0)
        self.office.now = max(self.office.now, expires_at + 1)
        self.office.perform(ExpireChunk(lease=lease), client=None)

    @rule(rebuild=st.booleans())
    def restart(self, rebuild):
        before = self.office.tables("counting")
        self.office.reopen(rebuild=rebuild)
        assert self.office.tables("counting") == before

    @rule(sure=st.sampled_from([False] * 9 + [True]))
    def cancel(self, sure):
        if sure:
            self.office.result(CancelJob(job=self.job))

    @applied
    @invariant()
    def the_truth_or_nothing(self):
        if not hasattr(self, "job"):
            return
        job = job_of(self.office.committer.files["counting"].connection, self.job)
        if job.state == "SUCCESS":
            assert job.primes == PI[self.n] or (self.n == UNKNOWN and len(self.liars) > 1)
        if job.state == "FAILURE":
            assert self.liars
        assert (job.done == CHUNKS) >= (job.state == "SUCCESS")

    def teardown(self):
        self.office.close()
        self.directory.cleanup()


CountingMachine.TestCase.settings = running(12, steps=25)
test_counting_holds = CountingMachine.TestCase

"""Whatever is paused and resumed in whatever order, work is handed out to whom it may be, and tables rebuild the same."""

import tempfile
import uuid

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from core.contexts import KINDS
from core.counting.commands import EndChunk, RequestChunk, SubmitJob
from core.deciding import Nothing
from core.factoring.commands.assignment import RequestP1Work, RequestSieving, RequestWork
from core.factoring.commands.residues import ClaimResidue
from core.factoring.state.numbers import Wanted
from core.factoring.state.residues import WantedResidue
from core.steering.commands import Pause, Resume
from core.tasks.commands import TakeTasks
from core.trust.commands import RequestCheck
from projections.steering.state import pauses
from tests.office import Office
from tests.profiles import running
from tests.together import Together, applied

CLIENTS = ["alice", "bob"]
TARGETS = st.sampled_from(["everything", "kind-counting", "kind-tasks", "client-1", "client-2"])
ASKING = {
    "factoring": lambda work: RequestWork(work=work, wanted=Wanted(), lease_seconds=60, work_seconds=60),
    "residues": lambda work: ClaimResidue(claim=work, wanted=WantedResidue(), lease_seconds=60),
    "sieving": lambda work: RequestSieving(work=work, wanted=Wanted(), lease_seconds=60),
    "counting": lambda work: RequestChunk(work=work, lease_seconds=60),
    "trust": lambda work: RequestCheck(work=work, users=("user-1",), decides=False, lease_seconds=60),
    "tasks": lambda work: TakeTasks(work=work, limit=5, lease_seconds=60),
}


class SteeringMachine(Together):
    """Two clients who count primes, and somebody who steers."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.office = Office(self.directory.name)
        self.paused = {}
        for client in CLIENTS:  # known from here on as client-1 and client-2
            self.office.perform(SubmitJob(job=client, n=10_000, chunks=2, ceiling=10_000), client=client)

    @rule(what=TARGETS, drains=st.booleans(), reason=st.sampled_from(["", "a storm"]))
    def pause(self, what, drains, reason):
        result = self.office.result(Pause(target=what, drains=drains, reason=reason), client=None)
        changed = what not in self.paused or self.paused[what][0] != drains
        assert bool(result.position) == changed
        if changed:
            self.paused[what] = (drains, reason)

    @rule(what=TARGETS)
    def resume(self, what):
        result = self.office.result(Resume(target=what), client=None)
        assert bool(result.position) == (self.paused.pop(what, None) is not None)

    @rule(number=st.integers(1, 2))
    def ask(self, number):
        """A request is turned away when anything that it falls under is paused, and answered otherwise."""
        work, client = str(uuid.uuid4()), CLIENTS[number - 1]
        answer = self.office.perform(RequestChunk(work=work, lease_seconds=60), client=client)
        held = {"everything", "kind-counting", f"client-{number}"} & self.paused.keys()
        assert isinstance(answer, Nothing) == bool(held)
        if held:
            assert answer.paused
        else:
            self.office.perform(EndChunk(lease=work, outcome="released"), client=client)

    @rule(rebuild=st.booleans())
    def restart(self, rebuild):
        before = self.office.tables("steering")
        self.office.reopen(rebuild=rebuild)
        assert self.office.tables("steering") == before

    @applied
    @invariant()
    def what_is_paused_is_what_was_paused_and_not_resumed(self):
        found = pauses(self.office.committer.files["steering"].connection)
        assert {one.target: (one.drains, one.reason) for one in found} == self.paused

    def teardown(self):
        self.office.close()
        self.directory.cleanup()


SteeringMachine.TestCase.settings = running(10, steps=20)
test_steering_holds = SteeringMachine.TestCase


def test_every_kind_of_work_can_be_paused(office):
    p1 = RequestP1Work(work="p1", method="p1", candidates=(), lease_seconds=60)
    for kind in KINDS:
        office.perform(Pause(target=f"kind-{kind}", drains=True, reason="a storm"), client=None)
    told = [office.perform(ask(kind)) for kind, ask in ASKING.items()] + [office.perform(p1)]
    assert all(answer.paused and answer.message.endswith("a storm. Ask again later.") for answer in told)
    assert KINDS.keys() == ASKING.keys()

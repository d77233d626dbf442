"""What may be shared is the same when it is kept up from event to event as when it is looked up anew."""

import tempfile

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from core.factoring.answers.shapes import WorkAnswer
from core.factoring.commands.assignment import EndWork, RequestP1Work, RequestWork
from core.factoring.commands.numbers import ChangeComposite, ShelveNumber, SubmitComposite, UnshelveNumber
from core.factoring.commands.projects import PauseProject, ResumeProject
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.commands.residues import Contents, RemoveResidue, UploadResidues
from core.factoring.mathematics.levels.effort import t_level_milli
from core.factoring.state.numbers import Wanted
from projections.factoring.state import FactoringState
from tests.office import Office
from tests.profiles import running
from tests.together import Together

PRIMES = (10**17 + 3, 10**23 + 117, 10**29 + 319)
WHOLE = PRIMES[0] * PRIMES[1] * PRIMES[2]
SMALL = PRIMES[0] * PRIMES[1]
OTHER = PRIMES[1] * (10**19 + 51)
WISHES = (
    Wanted(strategy="yield"),
    Wanted(strategy="ladder", max_digits=50),
    Wanted(strategy="progressive", min_priority=1),
    Wanted(strategy="yield", project="own"),
    Wanted(strategy="yield", without_residues=True),
)
numbers = st.integers(1, 8)


def shareable(state, wanted):
    """Return the numbers that somebody holds, but for those that await residues, or reach their targets by what is held."""

    def plan(number):
        awaits = any(state.residues.waiting(number.id).values())
        effort = number.effort + state.planned(number.id)
        return None if awaits or t_level_milli(effort) >= number.target_milli else number.id

    return list(state.plans_on_held(wanted, plan))


class HeldMachine(Together):
    """A few numbers, of which two are parts of each other, are held by whoever asks."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.office = Office(self.directory.name)
        self.held = {}

    @initialize()
    def submit(self):
        for value in (WHOLE, SMALL, OTHER):
            project = "own" if value == OTHER else ""
            command = SubmitComposite(text=str(value), ceiling_digits=100, target_milli=20_000, project=project)
            self.office.perform(command)

    @rule(wanted=st.sampled_from(WISHES), seconds=st.integers(1, 3_000), whole=st.booleans(), times=st.integers(1, 8))
    def ask_for_work(self, wanted, seconds, whole, times):
        for _ in range(times):
            work = f"work {self.office.log.head().position}"
            command = RequestWork(work=work, wanted=wanted, lease_seconds=60, work_seconds=seconds, whole=whole)
            self.take(work, command)

    @rule(candidates=st.lists(numbers, min_size=1, max_size=3))
    def ask_for_a_run_of_p1(self, candidates):
        work = f"work {self.office.log.head().position}"
        self.take(work, RequestP1Work(work=work, method="pm1", candidates=tuple(candidates), lease_seconds=60))

    def take(self, work, command):
        answer = self.office.result(command)
        answer = getattr(answer, "answer", None)
        if isinstance(answer, WorkAnswer):
            self.held[work] = answer

    @precondition(lambda self: self.held)
    @rule(data=st.data(), curves=st.integers(1, 300), finds=st.none() | st.sampled_from(PRIMES))
    def report(self, data, curves, finds):
        work = data.draw(st.sampled_from(sorted(self.held)))
        answer = self.held[work]
        claims = () if finds is None else (Claim(str(finds)),)
        value = data.draw(st.sampled_from([answer.value, str(SMALL)]))
        self.office.result(ReportCurves(work=work, value=value, bounds=None, curves=curves, claims=claims))

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def hand_back(self, data):
        work = data.draw(st.sampled_from(sorted(self.held)))
        del self.held[work]
        self.office.result(EndWork(lease=work, outcome="released"))

    @rule(number=numbers, aim=st.integers(15, 25), priority=st.integers(0, 2))
    def change(self, number, aim, priority):
        self.office.result(ChangeComposite(number=number, target_milli=aim * 1_000, priority=priority))

    @rule(number=numbers, away=st.booleans())
    def shelve(self, number, away):
        self.office.result(ShelveNumber(number=number, shelf="inactive") if away else UnshelveNumber(number=number))

    @rule(value=st.sampled_from([WHOLE, SMALL, OTHER]))
    def upload_residues(self, value):
        name = f"{self.office.log.head().position}"
        contents = Contents(str(value), 2_000, 1, (name,), name, 1, 0, 0, ())
        self.office.result(UploadResidues(sha256=name, contents=contents, stage_1=None, keep_seconds=1))

    @rule(residue=st.integers(1, 3))
    def remove_residues(self, residue):
        self.office.result(RemoveResidue(residue=residue, reason="not needed"))

    @rule(away=st.booleans())
    def pause(self, away):
        self.office.result(PauseProject(project=1, drains=True) if away else ResumeProject(project=1))

    @invariant()
    def what_may_be_shared_is_what_is_looked_up_anew(self):
        if not self.office.log.head().position:
            return
        kept_up = [shareable(self.office.factoring, wanted) for wanted in WISHES]
        self.office.factoring.flush()
        anew = FactoringState(self.office.factoring.connection)
        assert kept_up == [shareable(anew, wanted) for wanted in WISHES]

    def teardown(self):
        self.office.close()
        self.directory.cleanup()


TestHeldMachine = HeldMachine.TestCase
TestHeldMachine.settings = running(15, steps=25)

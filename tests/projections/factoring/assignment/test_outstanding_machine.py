"""What is handed out and has not come back is the same when it is kept up from event to event as when it is counted anew."""

import tempfile

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from core.factoring.answers.shapes import WorkAnswer
from core.factoring.commands.assignment import EndWork, RequestP1Work, RequestWork
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.state.numbers import Wanted
from core.factoring.worth import CurveWorth
from tests.office import Office
from tests.profiles import running
from tests.together import Together

PRIMES = (10**17 + 3, 10**23 + 117, 10**29 + 319)
WHOLE = PRIMES[0] * PRIMES[1] * PRIMES[2]
SMALL = PRIMES[0] * PRIMES[1]


class OutstandingMachine(Together):
    """Many work on a few numbers at once."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.office = Office(self.directory.name)
        self.answers = {}

    @initialize()
    def submit(self):
        for value in (WHOLE, SMALL):
            self.office.perform(SubmitComposite(text=str(value), ceiling_digits=100, target_milli=40_000))

    @rule(client=st.sampled_from(["alice", "bob", "carol"]), seconds=st.integers(1, 3_000), times=st.integers(1, 4))
    def ask_for_work(self, client, seconds, times):
        for _ in range(times):
            work = f"work {len(self.answers)}"
            wanted = RequestWork(work=work, wanted=Wanted(), lease_seconds=60, work_seconds=seconds)
            self.ask(wanted, client)

    @rule()
    def ask_for_a_run_of_p1(self):
        self.ask(
            RequestP1Work(work=f"work {len(self.answers)}", method="pm1", candidates=(1, 2), lease_seconds=60), "dave"
        )

    def ask(self, wanted, client):
        answer = self.office.perform(wanted, client=client)
        if isinstance(answer, WorkAnswer):
            self.answers[wanted.work] = answer

    @precondition(lambda self: self.answers)
    @rule(data=st.data(), curves=st.integers(1, 500), finds=st.none() | st.sampled_from(PRIMES))
    def report(self, data, curves, finds):
        """Some is done of what is held, or was; it may be more than was asked for, and split the number."""
        work = data.draw(st.sampled_from(sorted(self.answers)))
        answer = self.answers[work]
        command = ReportCurves(
            work=work,
            value=answer.value,
            bounds=Bounds(answer.b1, answer.b2, answer.param),
            curves=curves,
            sigmas=(),
            claims=() if finds is None or int(answer.value) % finds else (Claim(str(finds)),),
            program=f"report {self.office.log.head().position}",
        )
        self.office.result(command)

    @precondition(lambda self: self.answers)
    @rule(data=st.data(), outcome=st.sampled_from(["completed", "released"]))
    def end(self, data, outcome):
        work = data.draw(st.sampled_from(sorted(self.answers)))
        self.office.result(EndWork(lease=work, outcome=outcome, by_holder=False))

    @rule(rebuild=st.booleans())
    def restart(self, rebuild):
        self.office.reopen(rebuild=rebuild)

    @rule()
    def what_is_planned_is_what_live_assignments_have_left(self):
        state = self.office.factoring
        live = [state.assignment(work) for work in self.answers if state.lease(work).outcome is None]
        for number in range(1, state.next_number()):
            left = sum(
                max(one.curves - one.completed, 0) * CurveWorth(one.bounds).find()
                for one in live
                if one.method == "ecm" and (one.number == number or state.is_part(number, one.number))
            )
            assert state.planned(number) == left

    def teardown(self):
        self.what_is_planned_is_what_live_assignments_have_left()
        self.office.close()
        self.directory.cleanup()


TestOutstandingMachine = OutstandingMachine.TestCase
TestOutstandingMachine.settings = running(15, steps=30)


def test_however_many_hold_a_share_of_a_number_they_are_read_once(tmp_path):
    office = Office(tmp_path)
    office.perform(SubmitComposite(text=str(WHOLE), ceiling_digits=100, target_milli=40_000))
    for number in range(20):
        wanted = RequestWork(work=f"work {number}", wanted=Wanted(), lease_seconds=60, work_seconds=60)
        assert isinstance(office.perform(wanted), WorkAnswer)
    state = office.factoring
    read = []
    state.connection.set_trace_callback(read.append)
    assert state.planned(1) > 0
    assert not [statement for statement in read if "leases" in statement]
    state.connection.set_trace_callback(None)
    office.close()

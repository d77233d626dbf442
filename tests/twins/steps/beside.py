"""Commands of other contexts, and what is sent twice."""

from core.access.commands import CreateKey
from core.counting.commands import SubmitJob
from core.federation.commands import PushSummary
from core.federation.summary import StatedSummary, summary_of
from core.notifications.commands import Subscribe
from core.simulations.commands import RegisterMachine
from core.steering.commands import Pause, Resume
from core.tasks.commands import SubmitTask
from tests.twins.steps.step import Step, name_of


class Elsewhere(Step, frozen=True):
    """A command of another context."""

    what: str

    def command(self, here):
        return ELSEWHERE[self.what](here.index)


ELSEWHERE = {
    "access": lambda n: CreateKey(hash=f"{n:064x}", roles=("read",), label=f"key {n}"),
    "counting": lambda n: SubmitJob(job=name_of(n), n=100_000, chunks=2, ceiling=10**18),
    "federation": lambda n: PushSummary(summary_of(StatedSummary(f"agent {n}", "2026-01-01", {"primes": n}, []), {})),
    "notifications": lambda n: Subscribe(seal=f"{n}", sealed="sealed", types=("factoring",)),
    "simulations": lambda n: RegisterMachine(name=f"m{n}", cpu="8 cores", memory_gb=32),
    "steering": lambda n: Resume(target="everything") if n % 2 else Pause(target="everything", drains=n % 4 == 0),
    "tasks": lambda n: SubmitTask(task=name_of(n), operation="add", args=("1", "2"), node="here", most_waiting=10**6),
}


class Resend(Step, frozen=True):
    """Send again what was sent."""

    sent: int

    def without(self, gone, _own):
        return None if self.sent in gone else self

"""A long log of a realistic mix: what all five contexts record when they are all at work.

Six in ten events are factoring's (numbers, assignments with their leases, batches of ten curves with their sigmas), two
are tasks', the rest points of simulations, chunks of counts, and summaries of agents. Every command is decided by the
rules of today, without HTTP: about 10,000 events a second.
"""

import random
import sys
import uuid
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import gmpy2
import msgspec

from coordinator.founding import open_log
from coordinator.projecting.opening import open_files
from coordinator.sealing import SealingKeys
from coordinator.time.wallclock import now
from coordinator.writer.committing import Committer
from core.contexts import CONTEXTS, registry
from core.counting.chunks import ends_of
from core.counting.commands import ReportCount, RequestChunk, SubmitJob
from core.deciding import ClientClaim, Command, Order, Unprepared
from core.factoring.commands.assignment import EndWork, RequestWork
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.state.numbers import Wanted
from core.federation.commands import PushSummary
from core.federation.summary import StatedSummary, summary_of
from core.refusals import Refusal
from core.simulations.commands import CreateSimulation, RecordPoint, RegisterMachine
from core.tasks.commands import FinishTask, SubmitTask, TakeTasks
from core.timestamps import to_iso
from projections.contexts import projections

NUMBERS = 2_000
CLIENTS = 64
_BATCH = 500

Deed = tuple[str, Command]
"""Who does what."""


class Month:
    """Fills the log of a data directory.

    Args:
        directory: the data directory, without a log.
        seed: of what is random.
        submitted: how many numbers there are, which come first.
    """

    def __init__(self, directory: Path, seed: int = 1, submitted: int = NUMBERS) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._random = random.Random(seed)
        self._submitted = submitted
        self._log = open_log(directory, now())
        self._sealing = SealingKeys(directory / "client-keys.db")
        self._claims: dict[str, ClientClaim] = {}
        files = open_files(directory, self._log, projections(self._sealing.unseal))
        contexts = {context.name: context for context in CONTEXTS}
        self._committer = Committer(self._log, registry(), contexts, files, lambda _name: None)
        self._committer.catch_up()
        self._numbers = count()
        self._sigmas = count(1_000)

    def fill(self, events: int) -> None:
        """Record until the log holds so many events."""
        for deeds in (self._numbers_submitted(), self._machines()):
            self.perform(list(deeds))
        mix = [self._curves] * 6 + [self._tasks] + [self._points, self._counts, self._summaries]
        while self._log.head().position < events:
            batch = [deed for _ in range(24) for deed in self._random.choice(mix)()]
            self.perform(batch)
        self.close()

    def close(self) -> None:
        """Close the files."""
        self._committer.close()
        self._sealing.close()
        self._log.close()

    def perform(self, deeds: list[Deed]) -> None:
        """Have the rules decide, and record what they do."""
        for start in range(0, len(deeds), _BATCH):
            orders = [self._order(*deed) for deed in deeds[start : start + _BATCH]]
            while orders:
                results, _ = self._committer.perform(orders)
                self._committer.apply()
                again = []
                for order, result in zip(orders, results, strict=True):
                    if isinstance(result, Unprepared):
                        findings = {**order.findings, result.want: result.want.find()}
                        again.append(msgspec.structs.replace(order, findings=findings))
                    elif isinstance(result, Exception) and not isinstance(result, Refusal):
                        raise result
                orders = again

    def _order(self, client: str, command: Command) -> Order:
        number = next(self._numbers)
        return Order(
            command=command,
            now=now(),
            correlation=f"{number:032x}",
            client=self._claim(client),
            route="bench",
            key=f"k{number}",
        )

    def _claim(self, name: str) -> ClientClaim:
        if name not in self._claims:
            self._claims[name] = self._sealing.seal(name)
        return self._claims[name]

    def _client(self) -> str:
        return f"worker-{self._random.randrange(CLIENTS)}"

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def _numbers_submitted(self) -> Iterator[Deed]:
        for i in range(self._submitted):
            value = gmpy2.next_prime(10**44 + 1_000 * i) * gmpy2.next_prime(10 ** (45 + i % 40))
            yield "submitter", SubmitComposite(text=str(value), ceiling_digits=10_000, target_milli=60_000)

    def _machines(self) -> Iterator[Deed]:
        for number in range(1, 9):
            yield "operator", RegisterMachine(name=f"m{number}", cpu="EPYC 9654", memory_gb=384)
            yield "operator", CreateSimulation(name=f"relaxation {number}", machine=number)

    def _curves(self) -> Iterator[Deed]:
        """An assignment, ten curves and the end of its lease."""
        client, work = self._client(), self._uuid()
        yield client, RequestWork(work=work, wanted=Wanted(), lease_seconds=120, work_seconds=600)
        yield (
            client,
            ReportCurves(
                work=work,
                value="",
                bounds=None,
                curves=10,
                sigmas=tuple(str(next(self._sigmas)) for _ in range(10)),
                cpu_milliseconds=90_000,
                program="GMP-ECM 7.0.6",
            ),
        )
        yield client, EndWork(lease=work, outcome="completed", reason="", by_holder=True)

    def _tasks(self) -> Iterator[Deed]:
        tasks = [self._uuid() for _ in range(6)]
        for task in tasks:
            yield "submitter", SubmitTask(task, "add", ("12345678901234567890", "1"), "node", 10_000)
        client = self._client()
        yield client, TakeTasks(work=self._uuid(), limit=6, lease_seconds=120)
        for task in tasks:
            yield client, FinishTask(task, "12345678901234567891", "")

    def _points(self) -> Iterator[Deed]:
        for _ in range(6):
            simulation = self._random.randrange(1, 9)
            yield "solver", RecordPoint(simulation=simulation, loss=self._random.random())

    def _counts(self) -> Iterator[Deed]:
        """A job of few chunks, counted by two; the counts agree where chunks meet, which is all that is looked at."""
        job, n = self._uuid(), 10**12 + self._random.randrange(10**9)
        yield "submitter", SubmitJob(job=job, n=n, chunks=3, ceiling=10**18)
        for chunk in range(1, 4):
            a, b = ends_of(n, 3, chunk)
            client = self._client()
            yield client, RequestChunk(work=self._uuid(), lease_seconds=120)
            yield client, ReportCount(job=job, chunk=chunk, before=(a - 1) // 30, last=b // 30, cpu_milliseconds=70)

    def _summaries(self) -> Iterator[Deed]:
        for _ in range(2):
            agent = f"agent-{self._random.randrange(20)}"
            said = {
                "agent_id": agent,
                "timestamp": to_iso(now()),
                "topic_counts": {f"topic {self._random.randrange(40)}": self._random.randrange(100) for _ in range(8)},
                "fact_hashes": [f"{self._random.getrandbits(128):032x}" for _ in range(4)],
            }
            fields = {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in said.items()}
            yield agent, PushSummary(summary_of(msgspec.convert(said, StatedSummary), fields))


if __name__ == "__main__":
    Month(Path(sys.argv[1]), submitted=int(sys.argv[3]) if len(sys.argv) > 3 else NUMBERS).fill(int(sys.argv[2]))

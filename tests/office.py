"""A coordinator's writer without its thread and its HTTP: commands in, outcomes and tables out."""

import itertools
import shutil
from contextlib import closing
from pathlib import Path
from typing import get_args, get_origin

from coordinator.correcting.beginning import begin
from coordinator.correcting.folding import Correcting
from coordinator.founding import open_log
from coordinator.past.materialising import materialise
from coordinator.past.packing import pack
from coordinator.past.snapshots import snapshot_at
from coordinator.projecting.opening import building_path_of, discard, open_files
from coordinator.time.wallclock import now
from coordinator.writer.committing import Committer
from coordinator.writer.correcting import record_correction
from coordinator.writer.outcome import Outcome
from core.contexts import CONTEXTS, registry
from core.corrections.events import Withdrawn
from core.deciding import ClientClaim, Command, Order, Unprepared
from core.events.chain import stamp
from core.events.envelope import Envelope, NewEvent
from core.factoring.events.corrections import IdsGivenOut
from projections.contexts import projections
from projections.runtime.file import ProjectionFile

START = 1_790_000_000_000_000


class Killed(BaseException):
    """The office died at a failpoint: nothing catches that but who made it die."""


class Office:
    """Performs commands one after the other in a directory of its own.

    `dies_at` names a failpoint at which it dies. So many batches are applied `together`; before that, they are in no table.
    """

    def __init__(self, directory):
        self.directory = Path(directory)
        self.now = START
        self.dies_at = ""
        self.together = 1
        self.number_correlations_from(1)
        self.open()

    def number_correlations_from(self, first):
        """Let requests be numbered from here on, so that none is taken for one that is in the log already."""
        self._correlations = itertools.count(first)

    def open(self):
        """Open what is on disk, as at a start."""
        self.log = open_log(self.directory, now())
        files = open_files(self.directory, self.log, projections(lambda _seal, sealed: sealed))
        self.committer = Committer(self.log, registry(), {c.name: c for c in CONTEXTS}, files, self._reached)
        self.committer.catch_up()

    def _reached(self, name):
        if name == self.dies_at:
            raise Killed(name)

    def crash(self):
        """Start again after it has died: what was not committed is gone."""
        self.dies_at = ""
        for file in self.committer.files.values():
            file.close()
        self.log.close()
        self.open()

    def reopen(self, *, rebuild=False):
        """Stop and start, with the projections deleted when they shall be rebuilt."""
        paths = [file.path for file in self.committer.files.values()]
        self.committer.close()
        self.log.close()
        if rebuild:
            for path in paths:
                discard(path)
        self.open()

    @property
    def factoring(self):
        """The state of factoring."""
        return self.committer.files["factoring"].state

    def order(self, command, *, client="alice", content=None, **fields):
        """Return a command with what comes with it; the other fields are those of `Order`."""
        return Order(
            command=command,
            client=ClientClaim(client, "seal", client) if client else None,
            route="test",
            content=repr(command).encode() if content is None else content,
            **{"now": self.now, "correlation": f"r{next(self._correlations)}", **fields},
        )

    def result(self, command, **options):
        """Perform a command, finding out what its decision wants; return what became of it, a refusal too."""
        findings = {}
        while True:
            (result,) = self.perform_all([self.order(command, findings=findings, **options)])
            if not isinstance(result, Unprepared):
                return result
            findings = {**findings, result.want: result.want.find()}

    def perform_all(self, orders):
        """Perform orders in one batch; return what became of each."""
        results, _events = self.committer.perform(orders)
        if self.committer.unapplied >= self.together:
            self.committer.apply()
        for order, result in zip(orders, results, strict=True):
            assert not isinstance(result, Outcome) or isinstance(result.answer, answers_to(order.command)), result
        return results

    def perform(self, command, **options):
        """Perform a command and return its answer; a refusal is raised."""
        result = self.result(command, **options)
        if not isinstance(result, Outcome):
            raise result
        return result.answer

    def correct(self, *positions, undo=False, reason="a slip", key=""):
        """Withdraw reports or factors by the positions of their events, or have them count again; return the outcome."""
        path = building_path_of(self.directory, "factoring")
        changes = (() if undo else positions, positions if undo else ())
        worked_out, tables, first = self._correction(path, *changes, reason)
        if first > 1:
            self._snapshot(first - 1)
            again = self._correction(path, *changes, reason)
            assert again == (worked_out, tables, first), "from wherever it begins, a correction amounts to the same"
        order = Order(
            command=worked_out,
            now=self.now,
            correlation=f"r{next(self._correlations)}",
            route="test",
            key=key,
        )
        (projection,) = (known for known in projections(lambda _seal, sealed: sealed) if known.name == "factoring")
        self.committer.apply()
        outcome, _ = record_correction(self.committer, order, path, projection)
        return outcome

    def _correction(self, path, withdraw, reinstate, reason):
        """Build the tables as they are with a correction; return its command, them, and where they change first."""
        (projection,) = (known for known in projections(lambda _seal, sealed: sealed) if known.name == "factoring")
        discard(path)
        correcting = Correcting(self.log, registry(), withdraw, reinstate)
        begin(self.directory, self.log, projection, path, correcting, answers=True)
        with closing(ProjectionFile(path, projection, durable=False)) as file:
            correcting.fold(file, self.log.head().position)
            assert not file.degraded, file.degraded
            return correcting.command(reason), tables_of(file.connection), correcting.first

    def _snapshot(self, position):
        """Keep what stood in the tables of factoring after an event, where nothing else is kept."""
        shutil.rmtree(self.directory / "snapshots", ignore_errors=True)
        packed = snapshot_at(self.directory, position).of("factoring")
        packed.parent.mkdir(parents=True)
        path = self.directory / "to-be-packed.db"
        materialise(self.directory, position, {"factoring": path})
        pack(path, packed)
        path.unlink()

    def withdraw_as_before(self, *positions, reason="a slip"):
        """Record a correction as earlier versions did, closed over causes, and build the tables anew."""
        state = self.factoring
        given_out = IdsGivenOut(
            number=state.next_number() - 1,
            attempt=state.next_attempt() - 1,
            factor=state.next_factor() - 1,
            assignment=state.next_assignment() - 1,
            project=state.next_project() - 1,
        )
        events = [
            NewEvent("corrections", Withdrawn(context="factoring", positions=positions, reason=reason)),
            NewEvent("system", given_out),
        ]
        newest = self.log.read(self.log.head().position - 1, 1)[0].recorded_at
        envelope = Envelope(max(self.now, newest), None, "operator", "test/~#", f"r{next(self._correlations)}")
        self.log.append(stamp(events, envelope, self.log.head(), self.log.version), self.log.head())
        self.reopen(rebuild=True)

    def read(self, context="factoring"):
        """Return a connection to a context's tables, which show everything."""
        self.committer.apply()
        return self.committer.files[context].connection

    def tables(self, context="factoring"):
        """Return every table of a context, each in the order of its primary key."""
        return tables_of(self.read(context))

    def close(self):
        """Close the files."""
        self.committer.close()
        self.log.close()


def answers_to(command):
    """Return the kinds of answer that a command says it leads to."""
    bases = (base for kind in type(command).__mro__ for base in vars(kind).get("__orig_bases__", ()))
    return next(get_args(base)[0] for base in bases if get_origin(base) is Command)


def tables_of(connection):
    """Return every table of a projections file but its checkpoint, each in the order of its primary key."""
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        if name != "checkpoint"
    ]
    return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}

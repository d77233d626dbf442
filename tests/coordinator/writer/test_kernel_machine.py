"""Log, writer and projections beside a plain dictionary: whatever happens in whatever order, they say the same."""

import shutil
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from coordinator.log.checking import RowChecker, version_problem
from coordinator.log.sqlite import SqliteEventLog
from coordinator.projecting.comparing import first_difference
from coordinator.projecting.folding import fold_log
from coordinator.projecting.opening import path_of
from coordinator.unavailable import Unavailable
from coordinator.writer.outcome import Outcome
from core.access.commands import RevokeKey
from core.contexts import registry
from core.deciding import Order
from core.refusals import Conflict, Unknown
from projections.runtime.file import ProjectionFile
from tests.ledgers import START, KeyOffice, create, log_rows
from tests.profiles import running

KEYS = st.sampled_from(["", "k1", "k2", "k3", "k4", "k5"])


class Kernel(RuleBasedStateMachine):
    """Hands out keys and takes them back, and crashes."""

    def __init__(self):
        super().__init__()
        self.logged = structlog.testing.capture_logs()
        self.logged.__enter__()
        self.scratch = TemporaryDirectory()
        self.lives = 0
        self.office = KeyOffice(self.next_directory())
        # The model: what each key is called, which were taken back, and what was answered under which key.
        self.labels = {}
        self.revoked = set()
        self.answered = {}
        self.requests = 0

    def next_directory(self):
        self.lives += 1
        directory = Path(self.scratch.name) / str(self.lives)
        directory.mkdir()
        return directory

    def order(self, command, key):
        self.requests += 1
        return Order(
            command=command,
            now=START,
            correlation=f"request-{self.requests}",
            actor="operator",
            key=key,
            content=repr(command).encode(),
        )

    def expect(self, command, key):
        """Return what the model expects of a command, and move it on."""
        if key in self.answered:
            content, outcome = self.answered[key]
            return (*outcome, True) if content == command else Conflict
        if isinstance(command, RevokeKey):
            if command.key not in self.labels:
                return Unknown
            if command.key in self.revoked:
                return Conflict
            self.revoked.add(command.key)
            outcome = (command.key, len(self.labels) + len(self.revoked) + 1)
        else:
            number = len(self.labels) + 1
            self.labels[number] = command.label
            outcome = (number, len(self.labels) + len(self.revoked) + 1)
        if key:
            self.answered[key] = (command, outcome)
        return (*outcome, False)

    def perform(self, wanted):
        """Perform commands in one batch, and hold each against the model."""
        results = self.office.perform_all([self.order(command, key) for command, key in wanted])
        for result, (command, key) in zip(results, wanted, strict=True):
            expected = self.expect(command, key)
            if isinstance(result, Outcome):
                assert (result.answer.key, result.position, result.repeated) == expected
            else:
                assert type(result) is expected

    def fresh(self):
        """Return a command that nobody has given yet."""
        return create(f"key number {len(self.labels) + 1}, request {self.requests}")

    @initialize(together=st.integers(1, 8))
    def begin(self, together):
        self.office.together = self.together = together
        self.perform([(self.fresh(), "")])

    @rule(key=KEYS)
    def hand_out(self, key):
        self.perform([(self.fresh(), key)])

    @rule(key=KEYS, number=st.integers(1, 12))
    def take_back(self, key, number):
        self.perform([(RevokeKey(key=number), key)])

    @precondition(lambda self: self.answered)
    @rule(data=st.data())
    def resend(self, data):
        key = data.draw(st.sampled_from(sorted(self.answered)))
        self.perform([(self.answered[key][0], key)])

    @precondition(lambda self: self.answered)
    @rule(data=st.data())
    def resend_under_other_content(self, data):
        self.perform([(self.fresh(), data.draw(st.sampled_from(sorted(self.answered))))])

    @rule(keys=st.lists(st.tuples(KEYS, st.integers(0, 8)), max_size=5))
    def perform_a_batch(self, keys):
        before = self.requests
        wanted = []
        for offset, (key, number) in enumerate(keys):
            label = f"key of batch {before}, {offset}"
            wanted.append((RevokeKey(key=number) if number else create(label), key))
        self.perform(wanted)

    @rule(key=KEYS)
    def fail_to_append(self, key):
        def append(_events, _onto):
            raise OSError("the disk has come off")

        working, self.office.log.append = self.office.log.append, append
        (result,) = self.office.perform_all([self.order(self.fresh(), key)])
        self.office.log.append = working
        assert isinstance(result, Unavailable | Conflict)

    @rule()
    def crash(self):
        """Go on with the files as they stand, while the ones who had them open never get to close them."""
        left, self.abandoned = self.office, self.next_directory()
        for path in left.directory.rglob("*.db*"):
            copy = self.abandoned / path.relative_to(left.directory)
            copy.parent.mkdir(exist_ok=True)
            if not path.name.endswith("-shm"):
                shutil.copy(path, copy)
        left.close()
        self.office = KeyOffice(self.abandoned)
        self.office.together = self.together

    @rule()
    def apply(self):
        self.office.committer.apply()

    @rule()
    def restart(self):
        self.office.reopen()

    @rule()
    def rebuild(self):
        self.office.reopen(rebuild=True)

    @precondition(lambda self: not self.office.committer.unapplied)
    @invariant()
    def the_tables_say_what_the_model_says(self):
        found = self.office.committer.files["access"].connection.execute("SELECT key, label, revoked_at FROM keys")
        rows = found.fetchall()
        assert {key: label for key, label, _ in rows} == self.labels
        assert {key for key, _, revoked_at in rows if revoked_at is not None} == self.revoked

    @invariant()
    def the_log_is_sound_and_holds_each_event_once(self):
        rows = log_rows(self.office.directory)
        assert RowChecker(registry()).check(rows) is None
        assert version_problem(self.office.log.connection, len(rows)) is None
        assert len(rows) == 1 + len(self.labels) + len(self.revoked)

    @precondition(lambda self: not self.office.committer.unapplied)
    @invariant()
    def the_tables_are_the_fold_of_the_log(self):
        live = self.office.committer.files["access"]
        with (
            closing(SqliteEventLog(self.office.log.path, read_only=True)) as log,
            closing(ProjectionFile(Path(":memory:"), live.projection, durable=False)) as folded,
        ):
            fold_log(log, [folded], registry(), log.head().position)
            assert first_difference(live.connection, folded.connection) is None

    def teardown(self):
        self.office.committer.apply()
        self.the_tables_say_what_the_model_says()
        self.office.close()
        assert path_of(self.office.directory, "access").exists()
        self.scratch.cleanup()
        self.logged.__exit__(None, None, None)


Kernel.TestCase.settings = running(10, steps=20)
TestKernel = Kernel.TestCase

"""Nodes that take the pen from each other while sessions end, commits warn and disks fill: nothing acknowledged is lost."""

import contextlib
import itertools
import tempfile
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from coordinator.pen import postgres as pens
from coordinator.unavailable import Unavailable
from core.events.chain import HeadMoved
from core.events.log import InDoubt
from tests.profiles import running
from tests.real.bare_nodes import BareNode

NODES = st.integers(0, 2)
WARNS = """
CREATE FUNCTION public.warn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE WARNING 'canceling wait for synchronous replication'; RETURN NULL; END $$;
CREATE TRIGGER warns AFTER INSERT ON tallystick.events
    FOR EACH ROW WHEN (NEW.type LIKE 'access.%') EXECUTE FUNCTION public.warn();
ALTER TABLE tallystick.events DISABLE TRIGGER warns
"""


class Nodes(RuleBasedStateMachine):
    """Three nodes on one database; `postgres` is set by the test."""

    postgres = None

    def __init__(self):
        super().__init__()
        self.numbers = itertools.count(1)
        self.acknowledged, self.refused = [], []
        self.warns = False

    @initialize()
    def begin(self):
        self.database = self.postgres.database()
        self.postgres.value(WARNS, self.database)
        self.folder = tempfile.TemporaryDirectory()
        address = self.postgres.address(self.database)
        self.nodes = [BareNode(Path(self.folder.name), address, name) for name in ("north", "south", "west")]

    @rule(which=NODES)
    def take(self, which):
        self.nodes[which].pen.attempt()

    @rule(which=NODES)
    def give_up(self, which):
        self.nodes[which].pen.give_up("somebody asks for it")

    @rule(which=NODES, count=st.integers(1, 4))
    def append(self, which, count):
        """Append over a node, whether it holds the pen or only did."""
        node = self.nodes[which]
        events = node.events(*(next(self.numbers) for _ in range(count))) if node.rows() else []
        try:
            node.log.append(events, node.log.head())
        except (HeadMoved, Unavailable):
            self.refused += events
        except InDoubt:
            pass
        else:
            self.acknowledged += events

    @rule(which=NODES, counts=st.lists(st.integers(1, 4), min_size=1, max_size=4))
    def write(self, which, counts):
        """Append over the node that holds the pen, or over this one if it can be had."""
        holder = next((at for at, node in enumerate(self.nodes) if node.pen.held), which)
        for count in counts:
            self.nodes[holder].pen.attempt()
            self.append(holder, count)

    @rule(which=NODES)
    def end_the_session(self, which):
        shared = self.nodes[which].pen._shared
        if shared is not None:
            self.postgres.value(f"SELECT pg_terminate_backend({shared.session._process}, 1000)")

    @rule(which=NODES)
    def let_the_lock_go(self, which):
        shared = self.nodes[which].pen._shared
        if shared is not None and shared.session.lost is None:
            with contextlib.suppress(pens.SessionLost):
                shared.session.ask("SELECT pg_advisory_unlock_all()::text")

    @rule()
    def warn_or_not(self):
        self.warns = not self.warns
        word = "ENABLE" if self.warns else "DISABLE"
        self.postgres.value(f"ALTER TABLE tallystick.events {word} TRIGGER warns", self.database)

    @rule(which=NODES, room=st.sampled_from([0, 10_000]))
    def fill_or_clear_the_disk(self, which, room):
        connection = self.nodes[which].copy.connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + room}")

    @precondition(lambda self: hasattr(self, "nodes"))
    @invariant()
    def copies_are_the_beginning_of_what_is_shared(self):
        with_all = max((node.rows() for node in self.nodes), key=len)
        assert all(node.rows() == with_all[: len(node.rows())] for node in self.nodes)

    def teardown(self):
        if not hasattr(self, "nodes"):
            return
        for node in self.nodes:
            node.copy.connection.execute("PRAGMA max_page_count = 100000")
            node.pen.give_up("the end")
        first, *others = self.nodes
        first.take()
        for node in others:
            node.pen.top_up()
            assert node.rows() == first.rows()
        there = first.rows()
        assert [event for event in there if event in self.acknowledged] == self.acknowledged
        assert not [event for event in there if event in self.refused]
        for node in self.nodes:
            node.close()
        self.folder.cleanup()


@pytest.mark.drill
def test_whatever_happens_nothing_acknowledged_is_lost_and_nothing_refused_is_there(postgres, monkeypatch):
    monkeypatch.setattr(pens, "SETTLING_SECONDS", 0.3)
    monkeypatch.setattr(Nodes, "postgres", postgres)
    run_state_machine_as_test(Nodes, settings=running(15, steps=30))

"""Whatever is pushed in whatever order: the merge is that of each agent's latest summary, by a model of a few lines."""

import tempfile

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from core.federation.commands import PushSummary, ResetMerge
from core.federation.summary import Content, StatedSummary, summary_of
from core.timestamps import SECOND, to_iso
from projections.federation import agents, state
from projections.federation.latest import last_change
from projections.federation.merge import brought_forward
from tests.office import Office
from tests.profiles import running
from tests.together import Together, applied

names = st.sampled_from(["a", "b/…", 'c"'])
facts = st.sets(st.sampled_from(["f", "g", 'h"\\', "é\n", "\0", "\0x", "😀"]))
topics = st.dictionaries(st.sampled_from(["t", "u\0", ""]), st.integers(0, 3), max_size=2)
minutes = st.integers(-3, 3)
LARGE = msgspec.Raw(b'"' + b"x" * 70_000 + b'"')


class FederationMachine(Together):
    """Pushes on a real writer, and what they should come to."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.office = Office(self.directory.name)
        self.merge = None
        self.pushed = []
        self.taken = {}
        self.count = {}

    @property
    def connection(self):
        return self.office.read("federation")

    def push(self, summary):
        """Push it; return whether it was recorded."""
        result = self.office.result(PushSummary(summary), client=None)
        assert result.answer.agent_id == summary.agent_id
        identity = (summary.agent_id, summary.fingerprint)
        if identity in self.taken:
            assert result.position == 0
            assert result.answer.recorded_at == self.taken[identity]
            return
        self.taken[identity] = result.answer.recorded_at
        self.count[summary.agent_id] = self.count.get(summary.agent_id, 0) + 1
        effective = min(summary.stated_at, self.office.now)
        content = msgspec.json.decode(summary.content, type=Content)
        self.pushed.append(((effective, result.position), summary.agent_id, content))

    @rule(agent=names, facts=facts, topics=topics, ahead=minutes, large=st.booleans())
    def push_something(self, agent, facts, topics, ahead, large):
        stated = StatedSummary(agent, to_iso(self.office.now + ahead * 60 * SECOND), topics, list(facts))
        summary = summary_of(stated, {"note": LARGE} if large else {})
        self.push(summary)
        self.push(summary)

    @rule(data=st.data())
    def push_again(self, data):
        if self.pushed:
            rank, agent, content = data.draw(st.sampled_from(self.pushed))
            stated = StatedSummary(agent, to_iso(rank[0]), content.topics, list(content.facts))
            self.push(summary_of(stated, content.more))

    @rule(seconds=st.integers(1, 100))
    def wait(self, seconds):
        self.office.now += seconds * SECOND

    @rule()
    def start_anew(self):
        self.office.perform(ResetMerge())
        self.pushed.clear()
        self.taken.clear()

    @rule(rebuild=st.booleans())
    def restart(self, rebuild):
        before = self.office.tables("federation")
        self.office.reopen(rebuild=rebuild)
        assert self.office.tables("federation") == before

    @rule()
    def ask(self):
        self.merge = brought_forward(self.merge, self.connection)
        assert self.shown(self.merge) == self.expected()

    @applied
    @invariant()
    def a_merge_made_at_once_is_the_one_expected(self):
        fresh = brought_forward(None, self.connection)
        assert self.shown(fresh) == self.expected()
        assert fresh.position == last_change(self.connection)

    @applied
    @invariant()
    def every_push_is_in_the_history(self):
        found, total = agents.agents(self.connection, 10, 0)
        assert total == len(self.count)
        assert {agent.agent_id: agent.pushes for agent in found} == self.count
        current = {agent: content for agent, _, content in self.latest()}
        for agent in found:
            assert agents.agent(self.connection, agent.agent_id) == agent
            history = state.history(self.connection, agent.agent_id, 1000, 0)
            assert len(history) == agent.pushes
            assert (agent.current is not None) == (agent.agent_id in current)
            if agent.current is not None:
                assert agent.current in history
                assert agent.current.fact_count == len(current[agent.agent_id].facts)

    def latest(self):
        """Return agent, effective time and content of the summaries that count."""
        best = {}
        for rank, agent, content in self.pushed:
            if agent not in best or best[agent][0] < rank:
                best[agent] = rank, content
        return [(agent, rank[0], content) for agent, (rank, content) in best.items()]

    def expected(self):
        latest = self.latest()
        counts = {}
        for _, _, content in latest:
            for topic, count in content.topics.items():
                counts[topic] = counts.get(topic, 0) + count
        named = sorted({fact for _, _, content in latest for fact in content.facts})
        return named, len(named), counts, len(latest), max((at for _, at, _ in latest), default=None)

    @staticmethod
    def shown(merge):
        named = msgspec.json.decode(merge.facts())
        return named, merge.fact_count, merge.topics, merge.agents, merge.updated_at

    def teardown(self):
        self.office.close()
        self.directory.cleanup()


FederationMachine.TestCase.settings = running(8, steps=25)
TestFederation = FederationMachine.TestCase

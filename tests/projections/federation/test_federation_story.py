"""What a plain model does not show: batches, positions, and a log that ends in the middle of a large summary."""

import msgspec
import pytest

from core.deciding import Order
from core.federation.commands import PushSummary, ResetMerge
from core.federation.summary import StatedSummary, summary_of
from projections.federation.latest import changed_since, last_change
from projections.federation.merge import brought_forward


def push(agent_id="a", timestamp="2026-01-01", facts=("f",), topics=None, **more):
    fields = {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in more.items()}
    return PushSummary(summary_of(StatedSummary(agent_id, timestamp, topics or {}, list(facts)), fields))


@pytest.fixture
def connection(office):
    """The federation's tables."""
    return office.committer.files["federation"].connection


def facts(merge):
    return msgspec.json.decode(merge.facts())


def test_pushes_and_resets_of_one_batch_count_in_their_order(office, connection):
    commands = [
        push("a", facts=["1"]),
        push("b"),
        ResetMerge(),
        push("a", facts=["1"]),
        push("a", facts=["0"]),
        push("a"),
    ]
    orders = [
        Order(command=command, now=office.now, correlation=f"c{number}", route="test")
        for number, command in enumerate(commands)
    ]
    results, events = office.committer.perform(orders)
    office.committer.apply()
    assert len(events) == len(orders)
    assert [result.position for result in results] == [event.position for event in events]
    merge = brought_forward(None, connection)
    assert (facts(merge), merge.agents, merge.position) == (["f"], 1, results[-1].position)
    assert len(changed_since(connection, 0)) == 1


def test_a_resend_within_one_batch_is_recognised(office):
    orders = [Order(command=push(), now=office.now, correlation=f"c{n}", route="test") for n in range(3)]
    results, events = office.committer.perform(orders)
    office.committer.apply()
    assert len(events) == 1
    assert len({result.answer for result in results}) == 1


def test_only_what_counts_moves_the_position_of_the_last_change(office, connection):
    assert last_change(connection) == 0
    first = office.result(push(timestamp="2026-01-02"))
    assert last_change(connection) == first.position
    office.result(push(timestamp="2026-01-01", facts=["older"]))
    office.result(push(timestamp="2026-01-02"))
    assert last_change(connection) == first.position
    office.perform(ResetMerge())
    assert last_change(connection) == office.log.head().position


def test_a_fact_is_named_as_long_as_one_agent_names_it(office, connection):
    office.result(push("a", facts=["shared", "own"]))
    office.result(push("b", facts=["shared"]))
    merge = brought_forward(None, connection)
    office.result(push("a", "2026-01-02", facts=[]))
    assert facts(brought_forward(merge, connection)) == ["shared"]
    office.result(push("b", "2026-01-02", facts=[]))
    merge = brought_forward(merge, connection)
    assert (facts(merge), merge.fact_count, merge.agents) == ([], 0, 2)


def test_a_fact_that_changes_hands_between_two_questions_is_named_once(office, connection):
    office.result(push("a", facts=["x"]))
    merge = brought_forward(None, connection)
    office.result(push("a", "2026-01-02", facts=[]))
    office.result(push("b", facts=["x"]))
    assert facts(brought_forward(merge, connection)) == ["x"]
    office.result(push("b", "2026-01-02", facts=["y"]))
    office.result(push("a", "2026-01-03", facts=["y"]))
    assert facts(brought_forward(merge, connection)) == ["y"]


def test_a_large_summary_is_put_together_from_its_parts(office, connection):
    many = [f'{number:05}é😀"\\' for number in range(10_000)]
    result = office.result(push(facts=many, topics={"t": 7}, note="\n" * 100_000))
    assert result.position > office.log.version("agent-a") > 2
    merge = brought_forward(None, connection)
    assert (facts(merge), merge.topics) == (many, {"t": 7})
    tables = office.tables("federation")
    assert tables["parts"] == tables["unfinished"] == []


def test_a_large_summary_that_a_new_one_follows_counts_no_more(office, connection):
    office.result(push(facts=["old"], note="x" * 70_000))
    merge = brought_forward(None, connection)
    office.result(push(timestamp="2026-01-02", facts=["new"], note="x" * 70_000))
    office.result(push(timestamp="2025-01-01", facts=["older"], note="x" * 70_000))
    assert facts(brought_forward(merge, connection)) == ["new"]


def test_a_key_recalls_a_push_even_after_the_merge_started_anew(office, connection):
    first = office.result(push(), key="k")
    office.perform(ResetMerge())
    again = office.result(push(), key="k")
    assert (again.repeated, again.position, again.answer) == (True, first.position, first.answer)
    assert brought_forward(None, connection).agents == 0

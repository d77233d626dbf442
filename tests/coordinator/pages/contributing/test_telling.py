"""Every type of event is told in a sentence, of those that keep the books in the log alone, and names are text in it."""

import asyncio
import re
from types import SimpleNamespace

import pytest

from coordinator.log.ndjson import read_event
from coordinator.pages.contributing.telling import COMMON, tell
from coordinator.server.contexts import CONTEXTS
from core.contexts import registry
from core.counting.events import JobFinished
from core.events.envelope import StoredEvent
from core.factoring.events.assignment import WorkAssigned, WorkProgressed
from core.factoring.events.numbers import NumberSplit, Part, SnfsFormNoted
from core.factoring.events.reports import FactorFound
from core.federation.events import SummaryPushed
from core.leases import events as leases
from core.simulations.events import SimulationCreated
from projections.clients.state import Naming, clients_named_since
from tests.golden.golden import LOG

HOSTILE = '<b title="x">&'
ASSIGNED = WorkAssigned(
    work="w",
    assignment=1,
    number=7,
    client=3,
    b1=50_000,
    b2=-1,
    param=1,
    curves=1_234,
    goal_milli=25_000,
    cores=0,
    method="ecm",
    exclusive=False,
    strategy="yield",
    nominal_microseconds=70_000_000,
)
BROUGHT = [context.pages for context in CONTEXTS]
TOLD = {fact for one in (COMMON, *BROUGHT) for fact in one.sentences}
BOOKS = {fact for one in (COMMON, *BROUGHT) for fact in one.books}


class Readers:
    """Know the name of one client, and nothing else."""

    def companion(self, make):
        return make(self)

    async def query(self, function, *_):
        if "named_since" in function.__name__:
            return [Naming(3, HOSTILE, 1)] if function is clients_named_since else []
        return {}, {}


NODE = SimpleNamespace(readers={"clients": Readers(), "factoring": Readers()}, withheld=())


def told(events):
    return asyncio.run(tell(BROUGHT, NODE, events))


def sentence(fact):
    (one,) = told([SimpleNamespace(fact=fact, position=1)])
    return one.sentence


def test_names_are_text_and_numbers_are_links():
    assert sentence(ASSIGNED) == (
        '<a href="/contributors/3">&lt;b title=&#34;x&#34;&gt;&amp;</a> was given'
        ' 1\N{NARROW NO-BREAK SPACE}234\N{NO-BREAK SPACE}curves on <a href="/composites/7">number 7</a>, B1 5e4'
    )
    created = SimulationCreated(simulation=5, name=HOSTILE, machine=None)
    assert HOSTILE not in sentence(created)


def test_what_the_coordinator_divides_by_is_found_by_nobody():
    found = FactorFound(factor=1, number=7, value="13", primality="proven", attempt=0, sigma="", client=0)
    assert sentence(found).startswith("division by small primes found the factor 13 of ")


def test_a_split_names_the_parts():
    part = Part(number=8, value="13", digits=2, primality="proven", times=1, target_milli=0)
    assert sentence(NumberSplit(number=7, parts=(part,))).endswith('<a href="/composites/8">number 8</a>')


def test_every_event_of_the_golden_log_is_told_in_its_order_or_keeps_the_books():
    with LOG.open("rb") as lines:
        next(lines)
        events = [registry().event(StoredEvent(*read_event(line))) for line in lines]
    found = told(events)
    assert [one.event.position for one in found] == [event.position for event in events if type(event.fact) in TOLD]
    assert not any("{" in one.sentence for one in found)


def test_the_log_tells_every_event_in_words():
    assert set(registry().facts.values()) == TOLD | BOOKS
    assert not TOLD & BOOKS
    assert set(leases.FACTS) <= BOOKS
    with LOG.open("rb") as lines:
        next(lines)
        events = [registry().event(StoredEvent(*read_event(line))) for line in lines]
    found = asyncio.run(tell(BROUGHT, NODE, events, books=True))
    assert [one.event.position for one in found] == [event.position for event in events]
    assert not any("{" in one.sentence for one in found)
    assert [
        one.sentence
        for one in found
        if re.search(r"\b1[ \N{NO-BREAK SPACE}](curve|digit|fact|topic|prime)s", one.sentence)
    ] == []


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (WorkProgressed(work="w", curves=1), "some work has come to 1 curve"),
        (
            SummaryPushed("a", 1, 1, "", topic_count=1, fact_count=1, parts=0, content=None),
            "the agent a told of 1 fact on 1 topic",
        ),
        (JobFinished(job="j", primes="1"), "is done: 1 prime"),
        (SnfsFormNoted(number=7, difficulty=1), "a difficulty of 1 digit"),
    ],
    ids=lambda value: getattr(type(value), "type", ""),
)
def test_one_of_a_thing_is_told_as_one(fact, words):
    (one,) = asyncio.run(tell(BROUGHT, NODE, [SimpleNamespace(fact=fact, position=1)], books=True))
    assert one.sentence.replace("\N{NO-BREAK SPACE}", " ").endswith(words)


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.projection.name)
def test_a_context_tells_of_its_own_facts_only(context):
    assert {*context.pages.sentences, *context.pages.books} <= set(context.projection.context.facts)

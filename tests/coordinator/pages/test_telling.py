"""Every type of event is told in a sentence or known to keep the books, and names are text in it."""

import pytest

from coordinator.log.ndjson import read_event
from coordinator.pages.telling import _SENTENCES, Teller
from core.contexts import registry
from core.events.envelope import StoredEvent
from core.factoring.events import FactorFound, NumberSplit, Part, WorkAssigned
from core.leases import events as leases
from core.simulations.events import SimulationCreated
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
)


@pytest.fixture
def teller():
    return Teller({3: HOSTILE}, {})


def test_names_are_text_and_numbers_are_links(teller):
    assert teller.sentence(ASSIGNED) == (
        '<a href="/contributors/3">&lt;b title=&#34;x&#34;&gt;&amp;</a> was given 1\N{NARROW NO-BREAK SPACE}234 curves at'
        ' B1 5e4 on <a href="/composites/7">number 7</a>'
    )
    created = SimulationCreated(simulation=5, name=HOSTILE, machine=None)
    assert HOSTILE not in teller.sentence(created)


def test_what_the_coordinator_divides_by_is_found_by_nobody(teller):
    found = FactorFound(factor=1, number=7, value="13", primality="proven", attempt=0, sigma="", client=0)
    assert teller.sentence(found).startswith("division by small primes found the factor 13 of ")


def test_a_split_names_the_parts(teller):
    part = Part(number=8, value="13", digits=2, primality="proven", times=1, target_milli=0)
    assert teller.sentence(NumberSplit(number=7, parts=(part,))).endswith('<a href="/composites/8">number 8</a>')


def test_every_event_of_the_golden_log_is_told_or_keeps_the_books(teller):
    with LOG.open("rb") as lines:
        next(lines)
        events = [registry().event(StoredEvent(*read_event(line))) for line in lines]
    told = teller.told(events)
    assert {type(one.event.fact) for one in told} == set(_SENTENCES) & {type(event.fact) for event in events}
    assert not any("{" in one.sentence for one in told)


def test_leases_keep_the_books():
    assert not set(leases.FACTS) & set(_SENTENCES)

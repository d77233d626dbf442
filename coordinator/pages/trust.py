"""Sentences about the events of checks; what was checked stands on the pages of numbers, projects and contributors."""

from collections.abc import Mapping, Sequence

from coordinator.node import Node
from coordinator.pages.contributing.contribution import Contribution, Words
from core.events.envelope import Event
from core.trust import events
from core.wording import plural

_OUTCOMES = {"matched": "the checksum is right", "failed": "the checksum is not right"}
_VERDICTS = {"withdrawn": "stay withdrawn", "trusted": "count again"}


async def _words(_: Node, __: Sequence[Event], ___: Mapping[int, str]) -> Words:
    return {
        "found": lambda fact: _OUTCOMES.get(fact.outcome, fact.outcome),
        "settled": lambda fact: _VERDICTS.get(fact.verdict, fact.verdict),
        "reports": lambda fact: plural(len(fact.positions), "report"),
        "because": lambda fact: f", for {fact.reason}" if fact.reason else "",
    }


TRUST = Contribution(
    context="trust",
    sentences={
        events.ChainCommitted: "checks are drawn with a chain of secrets{because}",
        events.CheckAssigned: "{client} was given a curve to check",
        events.CheckAnswered: "{client} checked a curve",
        events.CheckSettled: "a curve was checked: {found}",
        events.ReportsDoubted: "{reports} of {client} are doubtful: curves of it were checked and are not right",
        events.DoubtHeeded: "{reports} of {client} do not count until somebody settles it",
        events.FindMissed: 'a curve of {client} should have found {value} on <a href="/composites/{number}">a number</a>, and did not report it',
        events.DoubtSettled: "the doubtful reports of {client} {settled}: {reason}",
    },
    books={
        events.CheckDrawn: "a curve of {client} was drawn to be checked",
        events.EarlierDrawn: "earlier curves of {client} are to be checked",
        events.FindsAsked: "it was asked whose curves should have found a factor",
        events.ReportsWeighed: "reports were weighed, and curves drawn from them to be checked",
        events.ReportsWeighedBefore: "reports were weighed, and curves drawn from them to be checked",
        events.ReportsWeighedFreely: "reports were weighed, and curves drawn from them to be checked",
        events.SecretOpened: "the secret behind the draws of a day was opened",
    },
    words=_words,
)

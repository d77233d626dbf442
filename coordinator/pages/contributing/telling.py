"""Events told in sentences, with links to what it is about."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from coordinator.clients.names import client_names, user_names
from coordinator.node import Node
from coordinator.pages.contributing.contribution import Brought, Contribution, Words, served
from coordinator.pages.rendering.legible import legible
from core.access import events as access
from core.clients import events as clients
from core.clients.naming import client_name, client_of
from core.corrections import events as corrections
from core.events.envelope import Event
from core.events.fact import Fact
from core.leases import events as leases
from core.log.events import LogOpened, PenTaken
from core.steering import events as steering
from core.wording import whole

_POSITIONS_SHOWN = 20
_SENTENCES: Mapping[type[Fact], str] = {
    clients.ClientNamed: "{client} came",
    clients.ClientForgotten: "a client's name was forgotten",
    clients.ClientRenamed: "{client} is shown under this name",
    clients.UserRenamed: "{user} is called so",
    clients.UserForgotten: "a user's name was forgotten",
    access.KeyCreated: "key {key} was created for {user}{label}",
    access.KeyRevoked: "key {key} was revoked",
    access.KeyGiven: "key {key} belongs to {user}",
    access.Invited: "{user} was invited to make a key",
    access.InvitationWithdrawn: "invitation {invitation} was withdrawn",
    access.NameTaken: "the name of {client} belongs to {user}",
    access.NameGiven: "the name of {client} was given to {users}",
    access.UsersMerged: "{user} was merged into {into_user}",
    access.UsersParted: "{user} stands for itself again",
    access.ClientsMerged: "the credit of {client} counts as that of {into_client}",
    access.ClientsParted: "{client} stands for itself again",
    steering.Paused: "{target} was {paused}{why}",
    steering.Resumed: "{target} was resumed",
    corrections.Withdrawn: "withdrawn as wrong: {reports}",
    corrections.ReportsWithdrawn: "withdrawn as wrong: {reports}",
    corrections.ReportsReinstated: "taken back as right: {reports}",
    LogOpened: "the log began",
    PenTaken: "{node} took the pen",
}


_BOOKS: Mapping[type[Fact], str] = {
    clients.UserNamed: "{user} is a user",
    access.KeyCreatedBefore: "key {key} was created{label}",
    access.KeysUsed: "when keys were used was noted",
    corrections.Concluded: "a correction was carried through",
    corrections.Restated: "what was recorded before a correction counts in another place",
    leases.LeaseGranted: "{client} has some work for itself",
    leases.LeaseRenewed: "a worker is still at its work",
    leases.LeaseEnded: "{held}",
}
_HELD = {
    "completed": "a worker is done with its work",
    "released": "a worker handed its work back",
    "expired": "a worker's time for its work ran out",
    "revoked": "work was taken back from a worker",
}


async def _words(node: Node, _: Sequence[Event], known: Mapping[int, str]) -> Words:
    called = await user_names(node.readers["clients"])

    def link(user: str) -> Markup | str:
        return Markup('<a href="/users/{}">{}</a>').format(user, legible(called.get(user, user))) if user else "nobody"

    return {
        "target": lambda fact: _target(fact.target, known),
        "paused": how_paused,
        "why": why_paused,
        "label": lambda fact: f": {fact.label}" if fact.label else "",
        "held": lambda fact: _HELD.get(fact.outcome, fact.outcome) + (f": {fact.reason}" if fact.reason else ""),
        "reports": lambda fact: _some(fact.positions),
        "user": lambda fact: link(fact.user),
        "users": lambda fact: Markup(", ").join(map(link, fact.users)) or "the next who uses it",
        "into_user": lambda fact: link(fact.into),
        "into_client": lambda fact: client_link(fact.into, known),
    }


def _target(target: str, known: Mapping[int, str]) -> Markup | str:
    """Return what was paused or resumed: everything, work of a kind, or that of a client."""
    of, _, name = target.partition("-")
    if client := client_of(target):
        return Markup("the work of {}").format(client_link(client, known))
    return f"work of the kind {name}" if of == "kind" else "all work"


def _some(positions: Sequence[int]) -> Markup:
    """Link to the first few of events, of which there may be thousands."""
    links = (Markup('<a href="/events/{}">{}</a>').format(at, whole(at)) for at in positions[:_POSITIONS_SHOWN])
    more = len(positions) - _POSITIONS_SHOWN
    named = Markup("event ") if len(positions) == 1 else Markup("events ")
    return named + Markup(", ").join(links) + (f" and {whole(more)} more" if more > 0 else "")


COMMON = Contribution(sentences=_SENTENCES, books=_BOOKS, words=_words)
"""What is told of the log itself, of corrections, clients, users, keys and leases."""


def how_paused(fact: Any) -> str:
    """Return what was done when something was paused."""
    return "drained" if fact.drains else "paused"


def why_paused(fact: Any) -> str:
    """Return why something was paused, behind a colon; nothing when nobody said why."""
    return f": {fact.reason}" if fact.reason else ""


class Told(Struct, frozen=True):
    """An event as a sentence."""

    event: Event
    sentence: Markup


def news_kinds(brought: Brought, node: Node) -> frozenset[type[Fact]]:
    """Return the kinds of facts that may be news: `tell` has sentences for them, and they say more than that work goes on."""
    return frozenset(
        kind for one in (COMMON, *served(brought, node)) for kind in one.sentences if kind not in one.passing
    )


def other_types(brought: Brought) -> list[str]:
    """Return the types of all others: of events that keep the books, and of those by which work goes on."""
    return sorted(kind.type for one in (COMMON, *brought) for kind in (*one.books, *one.passing))


async def tell(brought: Brought, node: Node, events: Sequence[Event], *, books: bool = False) -> list[Told]:
    """Return events as sentences; those that only keep the books on request."""
    known = await client_names(node.readers["clients"])
    link = cache(partial(client_link, known=known))  # many events are of the same few clients
    told: dict[int, Told] = {}
    for one in (COMMON, *served(brought, node)):
        sentences = {**one.books, **one.sentences} if books else one.sentences
        own = [event for event in events if type(event.fact) in sentences]
        words: Words = await one.words(node, own, known) if one.words and own else {}
        for event in own:
            template = Markup(sentences[type(event.fact)])  # noqa: S704 - written here, and no part of it comes from outside
            told[event.position] = Told(event, template.format_map(_Said(event.fact, link, words)))
    return [told[event.position] for event in events if event.position in told]


class _Said(dict[str, object]):
    """The words of a sentence about a fact: its fields, as people say them."""

    def __init__(self, fact: Fact, link: Callable[[int], Markup | str], words: Words) -> None:
        super().__init__()
        self._fact, self._link, self._words = fact, link, words

    def __missing__(self, word: str) -> object:
        if word in self._words:
            return legible(self._words[word](self._fact))
        said: object = getattr(self._fact, word)
        return self._link(said) if word == "client" and isinstance(said, int) else legible(said)


def client_link(client: int, known: Mapping[int, str]) -> Markup | str:
    """Return who a client is, with a link."""
    name = client_name(client, known)
    return "somebody" if name is None else Markup('<a href="/contributors/{}">{}</a>').format(client, legible(name))

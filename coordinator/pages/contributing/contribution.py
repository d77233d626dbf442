"""Contributions of a bounded context to the pages: its own, and its part of those that belong to all."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from jinja2 import BaseLoader
from markupsafe import Markup
from msgspec import Struct

from coordinator.node import Node
from coordinator.pages.forms.posting import Form
from coordinator.pages.rendering.navigation import Count, Section
from coordinator.pages.rendering.site import Page, Part
from core.events.envelope import Event
from core.events.fact import Fact

FACTORING, CONTRIBUTIONS, OTHER, RECORD = "Factoring", "Contributions", "Other work", "Record"
GROUPS = ("", FACTORING, CONTRIBUTIONS, OTHER, RECORD)
"""The headings of the navigation, in their order; what stands above the first has none."""


class Hit(Struct, frozen=True):
    """Something that was found: what kind of thing, what it is called, where its page is, and what else is to be said."""

    kind: str
    name: str
    address: str
    about: str = ""


class Queue(Struct, frozen=True):
    """Work of one kind: how much of it waits and how much is held, and where it is listed."""

    work: str
    waiting: int
    held: int
    address: str


class Cause(Struct, frozen=True):
    """Why work of one kind failed, how often, and where it is listed."""

    work: str
    cause: str
    times: int
    address: str


Words = Mapping[str, Callable[[Any], object]]
"""By the word in a sentence, what makes of a fact what stands there; any other word is a field of the fact."""


class Run(Struct, frozen=True):
    """Work that a worker holds: what it is, how many pieces of it are done, and how long one and the rest take (ms, or None).

    Who administers may end it by `work`; empty where that can't be done.
    """

    what: Markup
    done: int
    total: int
    each: float | None = None
    left: float | None = None
    work: str = ""


Runs = Callable[[Node, Sequence[int]], Awaitable[Mapping[int, Sequence[Run]]]]
"""Returns what each of some clients runs."""

Measure = Callable[[Node, Sequence[int]], Awaitable[Mapping[int, float]]]
"""Returns how fast the work of some clients is, by their number, 1 as nominal; those not measured are left out."""

Away = Callable[[Node], Awaitable[Mapping[int, int]]]
"""Returns how many leases clients hold, by their number, on what they do elsewhere: no sign of it is waited for here."""


class Contribution(Struct, frozen=True, kw_only=True):
    """The part of the pages that one context brings.

    Attributes:
        context: its name; while that can't be asked, nothing of it stands on pages that belong to all.
        sections: its entries of the navigation.
        counts: counts what those lead to that is worth knowing at a glance.
        pages: its pages.
        forms: what is posted from them.
        administration: its entries of the navigation of administration.
        parts: what stands on pages that belong to all.
        templates: where those of its pages and parts are, when not in `templates`.
        sentences: what each of its facts says to people, as HTML with words in braces.
        books: the same of those that only keep the books; the log tells them, and no page besides.
        many: what one further fact of several in a row is called, where the last is told alone: `more number`.
        passing: of those with sentences the kinds that are never news; the log tells them when all of it is asked for.
        minor: tells which other facts are no news, and stand in the log only.
        words: returns, for some events and by clients' names, what the words in sentences say.
        search: finds what fits a text.
        named: finds the pages of those things that a text says in full.
        queues: counts what waits and what is held.
        causes: counts what failed, by cause.
        speeds: measures how fast clients' work is.
        runs: tells what clients run.
        away: counts what they do elsewhere.
    """

    context: str = ""
    sections: tuple[Section, ...] = ()
    counts: Count | None = None
    pages: tuple[Page, ...] = ()
    forms: tuple[Form, ...] = ()
    administration: tuple[Section, ...] = ()
    parts: tuple[Part, ...] = ()
    templates: BaseLoader | None = None
    sentences: Mapping[type[Fact], str] = {}
    books: Mapping[type[Fact], str] = {}
    many: Mapping[type[Fact], str] = {}
    passing: frozenset[type[Fact]] = frozenset()
    minor: Callable[[Fact], bool] | None = None
    words: Callable[[Node, Sequence[Event], Mapping[int, str]], Awaitable[Words]] | None = None
    search: Callable[[Node, str], Awaitable[list[Hit]]] | None = None
    named: Callable[[Node, str], Awaitable[list[str]]] | None = None
    queues: Callable[[Node], Awaitable[list[Queue]]] | None = None
    causes: Callable[[Node], Awaitable[list[Cause]]] | None = None
    speeds: Measure | None = None
    runs: Runs | None = None
    away: Away | None = None


Brought = Sequence[Contribution]


def served(brought: Brought, node: Node) -> Brought:
    """Return what those contexts bring that can be asked; every page says of the others why they can't."""
    return [one for one in brought if one.context not in node.withheld]

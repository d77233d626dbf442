"""From a template and what it shows to a page."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from litestar import Response
from msgspec import Struct

from coordinator.http.admission.sessions import Session
from coordinator.http.workers.attendance import starting, unattended
from coordinator.node import Node
from coordinator.operations.steering import StandingPause, standing
from coordinator.pages.charts.ladders import ladder
from coordinator.pages.once import fresh_bits
from coordinator.pages.rendering import filters
from coordinator.pages.rendering.legible import Legible
from coordinator.pages.rendering.navigation import Navigation
from coordinator.pages.rendering.stopped import stopped
from coordinator.setup.settings import Settings
from coordinator.time.turns import in_turns
from core import wording
from core.access.roles import Role
from projections.runtime.checkpoint import Degraded

T = TypeVar("T")
STATIC = Path(__file__).parents[1] / "static"
LIVE = "live_"
_LAYOUT = "layout.html"
_OF_WHAT_WAS_DONE = ("done", "ended")
"""What the query of a page says of the form that led there."""
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none';"
    " form-action 'self'"
)
_PARTS = {
    "ui": "ui",
    "ladder": "ladder",
    "administer": "administering",
    "f": "factoring",
    "lists": "numbers",
    "data": "data",
    "history": "history",
    "counts": "counting",
    "fed": "federation",
    "work_of": "tasks",
    "form": "forms",
    "people": "people",
    "sims": "simulations",
}
"""Under which name templates find the macros of each file in `templates/parts`."""


class Address(Struct, frozen=True):
    """Which page is asked for: its path, the values in it, its query, and under what origin it was reached."""

    path: str
    values: Mapping[str, str]
    query: Mapping[str, str]
    origin: str

    def turned(self, **changed: object) -> str:
        """Return this address with some of its query changed; None takes a parameter out."""
        query = {name: value for name, value in ({**self.query} | changed).items() if value not in (None, "")}
        return f"{self.path}?{urlencode(query)}" if query else self.path

    def beside(self, path: str) -> str:
        """Return the address to which a form of this page is sent, by which it leads back to here: of several pages, to this one."""
        return Address(path, {}, self.query, self.origin).turned(**dict.fromkeys(_OF_WHAT_WAS_DONE))


Model = Callable[[Node, Address], Awaitable[dict[str, Any]]]


class Part(Struct, frozen=True):
    """A part of a page that belongs to all, brought by a context.

    Attributes:
        page: its path.
        model: what the templates show, besides what the page's own shows.
        figures: the template of what stands among the figures at the top; empty for none.
        body: the template of what stands below; empty for none.
        context: on whose page it is not while that can't be asked; empty for none.
    """

    page: str
    model: Model
    figures: str = ""
    body: str = ""
    context: str = ""


class Page(Struct, frozen=True):
    """One kind of page.

    Attributes:
        path: with values in braces, `/composites/{number}`.
        template: in `templates`.
        model: what the template shows.
        section: under which entry of the navigation it stands.
        role: what it takes to see it; None for nothing.
        parts: what contexts bring to it.
        place: where it is answered, one of `coordinator.http.places`; nothing where every page is.
    """

    path: str
    template: str
    model: Model
    section: str
    role: Role | None = "read"
    parts: tuple[Part, ...] = ()
    place: Mapping[str, Any] = {}


@cache
def asset(name: str) -> str:
    """Return the address of a static file; it changes with the content, so that browsers may keep it for ever."""
    return f"/static/{sha256((STATIC / name).read_bytes()).hexdigest()[:12]}/{name}"


@cache
def _environment(brought: tuple[BaseLoader, ...], *, past: bool) -> Environment:
    """Return the templates of today or of the past; they are compiled once, which takes a quarter of a second."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("coordinator.pages"), *brought]),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=[Legible],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    times = {"ago": filters.at, "when": filters.at} if past else {"ago": filters.ago, "when": filters.when}
    environment.filters.update(filters.NAMED | times)
    # A global, not an import of each template's: blocks that are rendered alone do not see what stands around them.
    environment.globals.update(asset=asset, bounds=wording.bounds, fresh_bits=fresh_bits, laid_out=ladder)
    for name, part in _PARTS.items():
        environment.globals[name] = environment.get_template(f"parts/{part}.html").module
    return environment


async def compile_templates(brought: Sequence[BaseLoader]) -> None:
    """Compile all templates, one after the other in a thread: whoever looked at a page first would wait for it."""
    environment = await asyncio.to_thread(_environment, tuple(brought), past=False)
    for name in environment.list_templates():
        await asyncio.to_thread(environment.get_template, name)


class OnEveryPage(Struct, frozen=True):
    """Told on all pages: how much there is of what the menu leads to, the views that have stopped, and what is paused."""

    counts: Mapping[str, int]
    degraded: Sequence[Degraded]
    paused: Sequence[StandingPause]

    def shown_to(self, *, reads: bool) -> dict[str, Any]:
        """Return what of it stands on the page of somebody who may read what the log tells, or may not."""
        of_the_log = {"side_counts": self.counts, "paused": self.paused} if reads else {}
        return {"degraded": self.degraded} | of_the_log


class Site:
    """The templates, ready to render.

    Args:
        navigation: stands on every page.
        templates: where those are found that contexts bring themselves.
        settings: how the coordinator is set up, which some pages state.
    """

    def __init__(
        self,
        navigation: Navigation,
        templates: Sequence[BaseLoader],
        settings: Settings,
    ) -> None:
        self._navigation = navigation
        self._templates = tuple(templates)
        self._settings = settings
        self._compiled: set[tuple[str, bool]] = set()

    async def on_every_page(self, node: Node) -> OnEveryPage:
        """Return what is told on all pages alike."""
        return OnEveryPage(*await asyncio.gather(self._navigation.counted(node), stopped(node), standing(node)))

    async def _told(self, node: Node, known: OnEveryPage | None) -> OnEveryPage:
        return known or await self.on_every_page(node)

    async def context(
        self,
        page: Page,
        node: Node,
        address: Address,
        session: Session | None = None,
        alike: OnEveryPage | None = None,
        *,
        reads: bool = False,
    ) -> dict[str, Any]:
        """Return all that a page's template shows, for one who has signed in or for anybody.

        Args:
            page: which kind of page.
            node: what it shows.
            address: of the page.
            session: of who has signed in.
            alike: what is told on every page, where that is known already.
            reads: whether they may read what the log tells, for a page that takes no role.
        """
        parts = [part for part in page.parts if part.context not in node.withheld]
        # All at once: each query waits for what was answered before it, and so they wait for that together.
        told, own, brought = await asyncio.gather(
            self._told(node, alike),
            page.model(node, address),
            asyncio.gather(*(part.model(node, address) for part in parts)),
        )
        shown = self.around(node, address, page.section, session)
        shown |= told.shown_to(reads=page.role is not None or reads) | {"travels": page.role == "read"} | own
        for one in brought:
            shown |= one | {"tables": (*shown["tables"], *one.get("tables", ()))}
        return shown | {"parts": parts}

    def around(self, node: Node, address: Address, section: str, session: Session | None) -> dict[str, Any]:
        """Return what stands around the content of every page; one that `travels` can be shown as of the past."""
        return {
            "side_groups": self._navigation.shown_to(session),
            "side_counts": {},
            "settings": self._settings,
            "section": section,
            "address": address,
            "position": node.position,
            "then": node.moment,
            "lag": node.lag,
            "healthy": node.unwritable is None,
            "silence": None if node.moment is not None or node.standing.holding else node.standing.silence,
            "out_of_touch": node.moment is None and node.standing.out_of_touch,
            "travels": False,
            "background": node.background.known,
            "unattended": unattended(node, self._settings),
            "starting": starting(node, self._settings),
            "hindrances": node.hindrances if node.moment is None else {},
            "degraded": (),
            "paused": (),
            "withheld": node.withheld.sentences.values(),
            "tables": (),
            "parts": (),
            "may": frozenset(),
            "session": session,
            "said": {},
            "sent_to": "",
            "problem": None,
            "leads_to": "",
            "answering": False,
        }

    async def render(self, template: str, context: Mapping[str, Any], status_code: int = 200) -> Response[str]:
        """Render a whole page while others have their turn; what is shown to one who has signed in is kept nowhere."""
        html = await self.write(template, context, past=context["then"] is not None)
        return answered(html, context, status_code)

    async def write(self, template: str, shown: Mapping[str, Any], *, past: bool = False) -> str:
        """Return what a template makes of what it shows, with nothing around it."""
        return "".join(await self._taken((template, past), self._pieces(template, shown, past=past)))

    async def regions(self, page: Page, context: Mapping[str, Any]) -> dict[str, str]:
        """Render only what changes while somebody looks, by the id of the element that holds it; others have their turn."""
        templates = (page.template, *(part.body for part in context["parts"] if part.body))
        taken = [await self._taken((one, False), self._blocks(one, context)) for one in templates]
        return _by_name(piece for pieces in taken for piece in pieces)

    async def everywhere(self, node: Node) -> dict[str, str]:
        """Render what is on every page alike, as it is now, by the id of the element that holds it."""
        told = await self.on_every_page(node)
        context = self.around(node, Address("/", {}, {}, ""), "", None) | told.shown_to(reads=True)
        pieces = await self._taken((_LAYOUT, False), self._blocks(_LAYOUT, context))
        return _by_name(pieces)

    async def _taken(self, key: tuple[str, bool], pieces: Iterable[T]) -> list[T]:
        """Take the pieces of a template while others have their turn: the first time in a thread, since it is compiled then."""
        if key in self._compiled:
            return [piece async for piece in in_turns(pieces)]
        taken = await asyncio.to_thread(list, pieces)
        self._compiled.add(key)
        return taken

    def _pieces(self, template: str, shown: Mapping[str, Any], *, past: bool) -> Iterator[str]:
        yield from _environment(self._templates, past=past).get_template(template).generate(shown)

    def _blocks(self, template: str, context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        loaded = _environment(self._templates, past=False).get_template(template)
        scope = loaded.new_context(dict(context))
        # This far, the template has defined its macros, which its blocks call, and taken over those of the layout around it.
        next(loaded.root_render_func(scope))
        for name, (block, *_) in scope.blocks.items():
            if name.startswith(LIVE):
                yield name, ""  # a region that has become empty is one too
                yield from ((name, piece) for piece in block(scope))


def _by_name(pieces: Iterable[tuple[str, str]]) -> dict[str, str]:
    regions: dict[str, list[str]] = {}
    for name, piece in pieces:
        regions.setdefault(name, []).append(piece)  # not added: what comes of a macro would escape the rest
    return {name: "".join(parts) for name, parts in regions.items()}


def answered(html: str, context: Mapping[str, Any], status_code: int) -> Response[str]:
    """Answer with a page that shows this."""
    headers = {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store" if context["session"] else "no-cache",
        "Vary": "Accept, Cookie",
    }
    return Response(html, media_type="text/html", status_code=status_code, headers=headers)

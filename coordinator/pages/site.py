"""From a template and what it shows to a page."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from litestar import Response
from markupsafe import Markup, escape
from msgspec import Struct
from msgspec.structs import astuple

from coordinator.http.attendance import unattended
from coordinator.http.sessions import Session
from coordinator.node import Node
from coordinator.settings import Settings
from coordinator.wallclock import now
from core.access.roles import Role
from core.bigint import abbreviate
from core.timestamps import SECOND, to_iso
from projections.runtime.checkpoint import degraded

STATIC = Path(__file__).with_name("static")
LIVE = "live_"
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none';"
    " form-action 'self'"
)
_PARTS = {
    "f": "factoring",
    "data": "data",
    "counts": "counting",
    "fed": "federation",
    "work_of": "tasks",
    "form": "forms",
    "people": "people",
}
"""Under which name templates find the macros of each file in `templates/parts`."""
_ZEROS_COUNTED = 4
"""So many or more of them are not told at a glance."""
_THOUSAND = 1000
_STEPS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


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


Model = Callable[[Node, Address], Awaitable[dict[str, Any]]]


class Section(Struct, frozen=True):
    """An entry of the navigation; `key` is the letter that leads there after `g`."""

    path: str
    name: str
    key: str


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
    """

    path: str
    template: str
    model: Model
    section: str
    role: Role | None = "read"
    parts: tuple[Part, ...] = ()


def asset(name: str) -> str:
    """Return the address of a static file; it changes with the content, so that browsers may keep it for ever."""
    return f"/static/{sha256((STATIC / name).read_bytes()).hexdigest()[:12]}/{name}"


def ago(microseconds: int) -> Markup:
    """Write a time as what has passed since, with the time itself in UTC on hover."""
    passed = max(now() - microseconds, 0) // SECOND
    words = "just now"
    for seconds, unit in _STEPS:
        if passed >= seconds:
            count = passed // seconds
            words = f"{count} {unit}{'' if count == 1 else 's'} ago"
            break
    stamp = to_iso(microseconds)
    return Markup('<time datetime="{0}" title="{1} UTC">{2}</time>').format(stamp, _plain(stamp), words)


def at(microseconds: int) -> Markup:
    """Write a time by itself, for pages of the past, which are kept for ever."""
    stamp = to_iso(microseconds)
    return Markup('<time datetime="{0}">{1} UTC</time>').format(stamp, _plain(stamp))


def _plain(stamp: str) -> str:
    return stamp[:19].replace("T", " ")


def span(microseconds: int) -> str:
    """Write how long something took or is old."""
    return duration(microseconds // 1000)


def cells(row: Struct) -> tuple[object, ...]:
    """Return what stands in the columns of a row, as people write it."""
    return tuple(("yes" if cell else "no") if isinstance(cell, bool) else cell for cell in astuple(row))


def digits(milli: int) -> str:
    """Write thousandths of a digit as a t-level, `t30.4`."""
    return f"t{milli / 1000:.1f}"


def whole(value: float) -> str:
    """Write a number with thin groups of three."""
    return (f"{value:,}" if isinstance(value, int) else f"{value:,.0f}").replace(",", "\N{NARROW NO-BREAK SPACE}")


def power(value: int) -> str | Markup:
    """Write a number as people say it: a power of ten or a small multiple of one, else with thin groups of three."""
    lead = str(value).rstrip("0")
    zeros = len(str(value)) - len(lead)
    if zeros < _ZEROS_COUNTED or len(lead) > 1:
        return whole(value)
    return Markup("{0}10<sup>{1}</sup>").format("" if lead == "1" else f"{lead}·", zeros)


def duration(milliseconds: int) -> str:
    """Write CPU time in the unit that suits it."""
    if milliseconds < _THOUSAND:
        return f"{milliseconds} ms" if milliseconds else "0 s"
    seconds = milliseconds / _THOUSAND
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"


def file_size(size: float) -> str:
    """Write bytes in the unit that suits them."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < _THOUSAND:
            return f"{size:.3g} {unit}"
        size /= _THOUSAND
    return f"{size:.3g} TB"


def number(value: str) -> Markup:
    """Write a big number short, with the whole of it to copy."""
    short = abbreviate(value)
    if short == value:
        return Markup('<span class="number">{0}</span>').format(value)
    return Markup('<span class="number" data-copy="{0}" title="{1}">{2}</span>').format(
        value, value if len(value) < 400 else f"{len(value)} digits", short
    )


def powers(factorisation: str) -> Markup:
    """Write `2^3 * 17` with raised exponents and dots."""
    factors = (factor.partition("^") for factor in factorisation.split(" * "))
    written = (
        Markup("{0}<sup>{1}</sup>").format(base, exponent) if exponent else escape(base)
        for base, _, exponent in factors
    )
    return Markup(" \N{MIDDLE DOT} ").join(written)


def bounds(b1: int | None, b2: int | None) -> str:
    """Write how far a curve was run: `B1 11e6`, with B2 when it is not the default."""
    if b1 is None:
        return ""
    lead = str(b1).rstrip("0")
    zeros = len(str(b1)) - len(lead)
    text = f"{lead}e{zeros}" if zeros >= _ZEROS_COUNTED - 1 and len(lead) <= _ZEROS_COUNTED - 1 else whole(b1)
    if b2 in (None, -1):
        return f"B1 {text}"
    return f"B1 {text}, stage 1 only" if b2 == 0 else f"B1 {text}, B2 {whole(b2)}"


@cache
def _environment(ago: Callable[[int], Markup], brought: tuple[BaseLoader, ...]) -> Environment:
    """Return the templates that write times in one way; they are compiled once, which takes a quarter of a second."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("coordinator.pages"), *brought]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (cells, digits, whole, duration, span, file_size, number, power, powers, to_iso)
    environment.filters.update({function.__name__: function for function in filters} | {"ago": ago})
    # A global, not an import of each template's: blocks that are rendered alone do not see what stands around them.
    environment.globals.update(asset=asset, bounds=bounds)
    for name, part in _PARTS.items():
        environment.globals[name] = environment.get_template(f"parts/{part}.html").module
    return environment


class Navigation(Struct, frozen=True):
    """The ways from page to page: the sections, and those of administration."""

    sections: Sequence[Section]
    administration: Sequence[Section]


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

    async def context(self, page: Page, node: Node, address: Address, session: Session | None = None) -> dict[str, Any]:
        """Return all that a page's template shows, for one who has signed in or for anybody."""
        around = self.around(node, address, page.section, session)
        around |= {
            "travels": page.role == "read",
            "degraded": [view for readers in node.served.values() for view in await readers.query(degraded)],
        }
        shown = around | await page.model(node, address)
        parts = [part for part in page.parts if part.context not in node.withheld]
        for part in parts:
            brought = await part.model(node, address)
            shown |= brought | {"tables": (*shown["tables"], *brought.get("tables", ()))}
        return shown | {"parts": parts}

    def around(self, node: Node, address: Address, section: str, session: Session | None) -> dict[str, Any]:
        """Return what stands around the content of every page; one that `travels` can be shown as of the past."""
        return {
            "sections": self._navigation.sections,
            "administration": self._navigation.administration,
            "settings": self._settings,
            "section": section,
            "address": address,
            "position": node.position,
            "then": node.moment,
            "lag": node.lag,
            "healthy": node.writer.unavailable is None,
            "travels": False,
            "background": node.background.known,
            "unattended": unattended(node, self._settings),
            "hindrances": node.hindrances if node.moment is None else {},
            "degraded": (),
            "withheld": node.withheld.sentences.values(),
            "tables": (),
            "parts": (),
            "may": frozenset(),
            "session": session,
            "said": {},
            "problem": None,
        }

    def render(self, template: str, context: Mapping[str, Any], status_code: int = 200) -> Response[str]:
        """Render a whole page; what is shown to one who has signed in is kept nowhere."""
        environment = _environment(ago if context["then"] is None else at, self._templates)
        html = environment.get_template(template).render(context)
        headers = {
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-store" if context["session"] else "no-cache",
            "Vary": "Accept, Cookie",
        }
        return Response(html, media_type="text/html", status_code=status_code, headers=headers)

    def regions(self, page: Page, context: Mapping[str, Any]) -> dict[str, str]:
        """Render only what changes while somebody looks, by the id of the element that holds it."""
        regions: dict[str, str] = {}
        for template in (page.template, *(part.body for part in context["parts"] if part.body)):
            loaded = _environment(ago, self._templates).get_template(template)
            scope = loaded.new_context(dict(context))
            next(loaded.root_render_func(scope))  # this far, the template has defined its macros, which its blocks call
            regions |= {name: "".join(block(scope)) for name, block in loaded.blocks.items() if name.startswith(LIVE)}
        return regions

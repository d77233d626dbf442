"""Every page, one line each, and the navigation between them."""

from collections.abc import Sequence
from functools import partial

from jinja2 import BaseLoader
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct
from msgspec.structs import replace

from coordinator.http.access.inviting import JOIN
from coordinator.http.places import AT_OFFICE
from coordinator.node import Node
from coordinator.pages.access.joining import HANDLERS as JOINING
from coordinator.pages.access.joining import invitation, taking_part
from coordinator.pages.access.signing_in import HANDLERS as SIGNING_IN
from coordinator.pages.access.signing_in import login
from coordinator.pages.administration.contents import COMMON as ADMINISTRATION
from coordinator.pages.administration.contents import HOME
from coordinator.pages.administration.overview import overview as administration_overview
from coordinator.pages.contributing.contribution import CONTRIBUTIONS, GROUPS, RECORD, Brought, Contribution
from coordinator.pages.describing import HANDLERS as DESCRIBING
from coordinator.pages.elsewhere import HANDLERS as ELSEWHERE
from coordinator.pages.forms.posting import LOGIN, handler
from coordinator.pages.log.audit import audit
from coordinator.pages.log.checking import read_checker
from coordinator.pages.log.events import event, events
from coordinator.pages.overview import overview
from coordinator.pages.rendering.navigation import Group, Navigation, Section
from coordinator.pages.rendering.site import Page
from coordinator.pages.searching import search
from coordinator.pages.workers import at_work


class Contents(Struct, frozen=True):
    """All pages.

    Attributes:
        navigation: between them.
        pages: the pages.
        forms: the routes of what is posted from them.
        templates: where those are found that contexts bring themselves.
    """

    navigation: Navigation
    pages: Sequence[Page]
    forms: Sequence[HTTPRouteHandler]
    templates: Sequence[BaseLoader]


def contents(contexts: Sequence[Contribution]) -> Contents:
    """Put together the pages that belong to all, and those that contexts bring."""
    brought: Brought = (*contexts, ADMINISTRATION)
    pages = (
        Page("/", "overview.html", partial(overview, contexts), "/"),
        *(page for one in brought for page in one.pages),
        Page("/workers", "workers.html", partial(at_work, contexts), "/workers"),
        Page("/events", "log/events.html", partial(events, contexts), "/events"),
        Page("/events/{position}", "log/event.html", partial(event, contexts), "/events"),
        Page("/audit", "log/audit.html", audit, "/audit", place=AT_OFFICE),
        Page(JOIN, "access/taking_part.html", taking_part, JOIN, None),
        Page(HOME, "administration/overview.html", partial(administration_overview, contexts), HOME, "admin"),
        Page("/search", "search.html", partial(search, contexts), ""),
        Page(LOGIN, "access/login.html", login, HOME, None),
        Page(f"{JOIN}/{{secret}}", "access/join.html", invitation, "", None),
    )
    parts = [replace(part, context=one.context) for one in brought for part in one.parts]
    entries = (
        Section("/", "Overview", "o"),
        Section("/events", "Log", "l", RECORD),
        Section("/audit", "Audit", "a", RECORD),
        *(section for one in contexts for section in one.sections),
        Section("/workers", "Workers", "w", CONTRIBUTIONS, "now"),
        Section(JOIN, "Join in", "i", CONTRIBUTIONS),
    )
    administration = (
        Section(HOME, "Overview", "m"),
        *(section for one in brought for section in one.administration),
    )
    groups = [Group(name, [entry for entry in entries if entry.group == name]) for name in GROUPS]
    counts = (("", _counts), *((one.context, one.counts) for one in contexts if one.counts))
    return Contents(
        navigation=Navigation([*groups, Group("Administration", administration, private=True)], counts),
        pages=[replace(page, parts=tuple(part for part in parts if part.page == page.path)) for page in pages],
        forms=[
            *(handler(form) for one in brought for form in one.forms),
            *SIGNING_IN,
            *JOINING,
            *ELSEWHERE,
            *DESCRIBING,
            read_checker,
        ],
        templates=[one.templates for one in brought if one.templates],
    )


async def _counts(node: Node) -> dict[str, int]:
    """Return how many workers there are now, where that is known, and where the log ends."""
    present = {"/workers": node.presence.count(node.time)} if node.knows_who_is_here else {}
    return {"/events": node.position} | present

"""Every page, one line each, and the navigation between them."""

from coordinator.pages.composites import composites
from coordinator.pages.events import event, events
from coordinator.pages.numbers import number
from coordinator.pages.overview import overview
from coordinator.pages.people import at_work, contributions, newest_factors
from coordinator.pages.site import Page

SECTIONS = {
    "/": "Overview",
    "/composites": "Numbers",
    "/factors": "Factors",
    "/contributors": "Contributors",
    "/workers": "Workers",
    "/events": "Log",
}

PAGES = (
    Page("/", "overview.html", overview, "/"),
    Page("/composites", "composites.html", composites, "/composites"),
    Page("/composites/{number}", "number.html", number, "/composites"),
    Page("/factors", "factors.html", newest_factors, "/factors"),
    Page("/contributors", "contributors.html", contributions, "/contributors"),
    Page("/workers", "workers.html", at_work, "/workers"),
    Page("/events", "events.html", events, "/events"),
    Page("/events/{position}", "event.html", event, "/events"),
)

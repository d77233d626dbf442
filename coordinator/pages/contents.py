"""Every page, one line each, and the navigation between them."""

from coordinator.pages.composites import composites
from coordinator.pages.overview import overview
from coordinator.pages.site import Page

SECTIONS = {
    "/": "Overview",
    "/composites": "Numbers",
}

PAGES = (
    Page("/", "overview.html", overview, "/"),
    Page("/composites", "composites.html", composites, "/composites"),
)

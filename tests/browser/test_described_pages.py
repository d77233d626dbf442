"""The description of the API, as Swagger UI and Redoc show it in the site's frame: at every width, in either theme, by everybody."""

import pytest

from tests.browser.test_accessibility import AXE, WCAG, needs_axe, violations
from tests.browser.test_pages import SMALL, WIDTHS

READERS = {"/docs": ".opblock", "/redoc": "[data-section-id]"}
THEIRS = {"nested-interactive", "select-name"}
"""What Swagger UI writes into the page itself: buttons that hold links, and selects that nothing names."""

PARTS = "[...document.querySelectorAll('.swagger-ui, [data-section-id]:nth-of-type(-n+3)')]"
"""All of Swagger UI, and the first operations of Redoc, which unfolds hundreds."""
AT_ONCE = 80
"""So many parts are looked at before the browser answers; each answer costs it some seconds."""

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module", params=READERS)
def described(opening, request):
    """The description in one reader, with an operation unfolded where they are folded."""
    page = opening(request.param)
    page.wait_for(f"document.querySelectorAll('{READERS[request.param]}').length > 3")
    if request.param == "/docs":
        page.value("document.querySelectorAll('.opblock-summary-control')[2].click()")
        page.wait_for("document.querySelector('.opblock.is-open .responses-wrapper .example') !== null")
    yield page
    page.close()


def test_the_description_fits_every_width_and_its_text_can_be_read(described):
    for width in WIDTHS:
        described.resize(width)
        assert described.value("document.documentElement.scrollWidth") <= width
    assert described.value(SMALL) == []


def test_redoc_puts_samples_beside_what_they_show_only_where_there_is_room(opening):
    page = opening("/redoc")
    page.wait_for(f"document.querySelectorAll('{READERS['/redoc']}').length > 3")
    sample = "[...document.querySelectorAll('[role=tabpanel] .redoc-json')].find((one) => one.checkVisibility())"
    for width in (1280, 1440, 1600):
        page.resize(width)
        assert page.value(f"{sample}.getBoundingClientRect().width") > 300
    page.close()


def test_redoc_is_as_dark_as_the_page_around_it(opening):
    page = opening("/redoc")
    page.wait_for(f"document.querySelectorAll('{READERS['/redoc']}').length > 3")
    turned = (
        "['.menu-content', '[data-section-id] h2'].map((one) => document.querySelector(one))"
        ".map((one) => one.closest('.menu-content, .api-content > div > div > *'))"
        ".map((one) => getComputedStyle(one).filter !== 'none')"
    )
    for wished, chosen, dark in ((False, "", False), (True, "", True), (True, "light", False), (False, "dark", True)):
        page.prefer(dark=wished)
        page.value(f"document.documentElement.dataset.theme = {chosen!r}")
        assert page.value(turned) == [dark, dark]
    samples = "document.querySelector('.api-content > div > div > :nth-child(2)')"
    assert page.value(f"getComputedStyle({samples}).filter") == "none"
    page.close()


@needs_axe
def test_what_our_style_sheet_can_mend_of_the_description_is_mended(described):
    described.resize(1280)
    described.value(AXE.read_text() + "; true")
    for dark in (False, True):
        described.prefer(dark=dark)
        # Redoc has no class for it.
        described.wait_for(
            f"!document.querySelector('.swagger-ui') || !!document.querySelector('.dark-mode') === {str(dark).lower()}"
        )
        for start in range(0, described.value(f"{PARTS}.length"), AT_ONCE):
            some = f"{PARTS}.slice({start}, {start + AT_ONCE})"
            found = violations(described, {"type": "tag", "values": WCAG}, some)
            assert [one for one in found if one[0] not in THEIRS] == []

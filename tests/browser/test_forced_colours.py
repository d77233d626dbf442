"""Pages as those see them who force colours of their own on all pages."""

import pytest

FORCED = [{"name": "forced-colors", "value": "active"}]


@pytest.fixture
def forced(visit):
    """A function that opens a page so."""

    def forced(path):
        page = visit(path)
        page.call("Emulation.setEmulatedMedia", media="screen", features=FORCED)
        return page

    return forced


def picture(page, place):
    """Return what is seen at a place, in pixels."""
    return page.call("Page.captureScreenshot", clip={**place, "scale": 1})["data"]


def test_the_shape_before_a_state_is_seen(forced):
    page = forced("/composites")
    shape, blank = page.value(
        "(() => { const { left: x, top: y, height } = document.querySelector('tbody .is').getBoundingClientRect();"
        " const at = (x) => ({ x, y: y + scrollY, width: 10, height }); return [at(x), at(x - 11)]; })()"
    )
    assert picture(page, shape) != picture(page, blank)


def test_the_chosen_row_and_the_current_section_have_an_edge(forced):
    page = forced("/composites")
    page.press("j")
    outline = "getComputedStyle(document.querySelector('{}')).outlineStyle"
    assert page.value(outline.format("tr.chosen")) == "solid"
    assert page.value(outline.format(".beside .nav a[aria-current]")) == "solid"
    assert page.value(outline.format(".beside .nav a:not([aria-current])")) == "none"

"""Every page can be used by everybody: looked through by axe-core, gone through by keyboard, printed, and kept still."""

import json
from pathlib import Path

import pytest

from coordinator.pages.contents import contents
from coordinator.server.contexts import CONTEXTS

SITE = contents([context.pages for context in CONTEXTS])
AXE = Path(__file__).parents[2] / ".ci/node_modules/axe-core/axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is installed by .ci/run only")


def violations(page, run_only, among="document"):
    """Return what axe-core calls serious or critical, each with where it is, once no colour is on its way to another."""
    page.wait_for("!document.getAnimations().some((one) => one instanceof CSSTransition)")
    options = json.dumps({"runOnly": run_only, "resultTypes": ["violations"]})
    found = page.value(f"axe.run({among}, {options}).then((results) => JSON.stringify(results.violations))")
    return [
        (one["id"], node["html"][:200], node["failureSummary"])
        for one in json.loads(found)
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


LAPPED = """[...document.querySelectorAll('main > *')].filter((one) => one.offsetHeight)
    .filter((one, place, all) => place && one.getBoundingClientRect().top < all[place - 1].getBoundingClientRect().bottom - 1)
    .map((one) => one.outerHTML.slice(0, 80))"""
BARE = """[...document.querySelectorAll('main h2, main dt')].filter((one) => one.offsetHeight)
    .filter((one) => one.matches('dt') ? !one.nextElementSibling.offsetHeight
        : one.closest('section') && one.closest('section').innerText.trim() === one.innerText.trim())
    .map((one) => one.outerHTML.slice(0, 80))"""
"""Parts of a page that lie over those before them; headings and labels of nothing."""


@needs_axe
def test_a_page_has_no_serious_violation_in_either_theme(shown):
    shown.value(AXE.read_text() + "; true")
    assert violations(shown, {"type": "tag", "values": WCAG}) == []
    shown.prefer(dark=True)
    assert violations(shown, {"type": "rule", "values": ["color-contrast"]}) == []


def test_a_page_has_one_heading_one_main_and_a_way_past_the_navigation(shown):
    assert (
        shown.value("[...document.querySelectorAll('h1, main')].map((one) => one.tagName).sort().join()") == "H1,MAIN"
    )
    shown.press("Tab")
    assert shown.value(
        "document.activeElement.matches('.skip') && document.activeElement.getBoundingClientRect().x >= 0"
    )
    shown.press("Enter")
    shown.wait_for("document.activeElement.id === 'main'")


def test_a_page_prints_its_content_alone_and_keeps_still_for_those_who_want_it(shown):
    shown.prefer(printed=True)
    beside = "[...document.querySelectorAll('.side, .tools, footer :is(details, p ~ p), main form')].filter((one) => one.offsetParent !== null).length"
    assert shown.value(beside) == 0
    grids = "[...document.querySelectorAll('main, .two, .stack')].map((one) => getComputedStyle(one).display)"
    assert set(shown.value(grids)) == {"block"}, "what a grid holds lies over each other where a sheet of paper ends"
    assert shown.value("document.querySelector('h1').offsetParent !== null")
    assert shown.value("document.querySelector('footer [data-shown]').offsetParent !== null"), (
        "of when it is, paper has to say"
    )
    assert shown.value(f"[...{LAPPED}, ...{BARE}]") == []
    shown.prefer(still=True)
    moving = "document.getAnimations().length + [...document.querySelectorAll('*')].filter((one) => parseFloat(getComputedStyle(one).transitionDuration) > 0).length"
    assert shown.value(moving) == 0


def test_what_is_printed_is_dark_on_white_in_the_dark_theme_too(visit):
    page = visit("/composites")
    page.value("document.documentElement.dataset.theme = 'dark'")
    colours = "['color', 'backgroundColor'].map((one) => getComputedStyle(document.body)[one]).join(' on ')"
    assert page.value(colours) == "rgb(237, 232, 220) on rgb(21, 20, 15)"
    page.prefer(dark=True, printed=True)
    assert page.value(colours) == "rgb(29, 26, 21) on rgb(255, 255, 255)"


UNSEEN = """[...document.querySelectorAll('main :is(a[href], button, input, select, textarea, summary)')].filter((one) => {
    let around = one;
    while (around && getComputedStyle(around).clipPath === 'none') around = around.parentElement;
    return around && one.checkVisibility();
}).map((one) => one.outerHTML.slice(0, 80))"""


def test_what_can_have_the_focus_can_be_seen_on_a_phone_too(shown_on_a_phone):
    assert shown_on_a_phone.value(UNSEEN) == []


def test_every_section_has_a_letter_of_its_own_and_the_list_of_keys_names_it(visit):
    letters = [section.key for section in SITE.navigation.sections]
    assert len(set(letters)) == len(letters)
    page = visit("/audit")
    page.press("?")
    listed = page.value("[...document.querySelectorAll('#keys .letters kbd')].map((one) => one.textContent).join('')")
    assert listed == "".join(letters)


@pytest.mark.parametrize("section", SITE.navigation.sections, ids=lambda section: section.name)
def test_g_and_a_letter_lead_to_each_section(visit, section):
    page = visit("/audit" if section.path != "/audit" else "/events")
    page.press("g")
    page.press(section.key)
    page.wait_for(f"location.pathname === {json.dumps(section.path)} && document.readyState === 'complete'")


def test_rows_are_gone_through_with_j_and_k_and_opened_with_enter(visit):
    page = visit("/events")
    chosen = "[...document.querySelectorAll('tbody tr')].findIndex((row) => row.matches('.chosen'))"
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.press(key)
        assert page.value(chosen) == row
    address = page.value("document.querySelector('tr.chosen a').pathname")
    page.press("Enter")
    page.wait_for(f"location.pathname === {json.dumps(address)}")


def test_enter_opens_the_chosen_row_unless_what_has_the_focus_takes_it(visit):
    page = visit("/events")
    page.value("document.getElementById('main').focus()")  # there stands who has skipped the navigation
    page.press("j")
    address = page.value("document.querySelector('tr.chosen a').pathname")
    page.press("Enter")
    page.wait_for(f"location.pathname === {json.dumps(address)}")
    page = visit("/events")
    page.press("j")
    page.value("document.querySelector('.brand').focus()")
    page.press("Enter")
    page.wait_for("location.pathname === '/'")


def test_what_has_the_focus_is_outlined(visit):
    page = visit("/admin/keys")
    for _ in range(6):
        page.press("Tab")
        outline = page.value(
            "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth"
        )
        assert outline == "solid2px"


def test_nothing_is_bound_while_somebody_types(visit):
    page = visit("/events")
    page.press("/")
    page.press("?")
    assert not page.value("document.getElementById('keys').open")
    assert page.value("document.activeElement.value") == "?"

"""Every page in a real browser: quiet console, no other host, live, by keyboard, and text that stays text."""

import json
import re

import pytest

from coordinator.pages.contents import contents
from coordinator.server.contexts import CONTEXTS
from tests.real.servers import HTTP

SITE = contents([context.pages for context in CONTEXTS])


def test_a_page_renders_without_complaint_and_asks_no_other_host(shown, site):
    assert shown.value("document.querySelector('h1').textContent.trim().length") > 0
    assert shown.errors() == []
    assert {address.split("/")[2] for address in shown.requested() if address.startswith("http")} == {
        f"127.0.0.1:{site.port}"
    }


EVERYWHERE = {"live_banners", "live_sections"}
"""The regions that stand around every page, and make none of them live."""


def test_what_changes_in_a_page_can_be_rendered_alone(site, fetch, path):
    shown = set(re.findall(r'id="(live_\w+)"', fetch(path).text))
    if shown != EVERYWHERE:
        asked = {"params": {"page": path.format(**site.values)}, "cookies": {"tallystick_session": site.session}}
        with HTTP.stream("GET", f"{site.address}/live", timeout=10, **asked) as answer:
            frame = next(line for line in answer.iter_lines() if line.startswith("data: "))
        regions = json.loads(frame.removeprefix("data: "))
        assert regions.keys() == shown
        assert [html for html in regions.values() if "&lt;d" in html or "&lt;t" in html] == []


def test_a_page_states_the_strict_policy_and_has_nothing_inline(fetch, path):
    page = fetch(path)
    assert page.headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in page.headers["content-security-policy"]
    tags = re.sub(r'"[^"]*"', '""', page.text)  # values may hold anything, quotes escaped
    assert len(page.content) < 100_000
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|<[^>]+\s(?:style|on\w+)=", tags) == []


def test_a_page_tells_of_one_thing_as_one_and_labels_nothing_that_it_does_not_tell(shown):
    assert shown.value(f"[...{ONES}, ...{UNSAID}]") == []


SAID = """[document.body.innerText,
    ...[...document.querySelectorAll('*')].flatMap((one) => [...one.attributes].map((attribute) => attribute.value))]"""


def test_text_full_of_markup_stays_text_and_what_makes_it_legible_is_markup(shown):
    assert shown.value("document.querySelectorAll('main script, main img').length") == 0
    assert shown.value(f"{SAID}.filter((text) => /<bdi|<span/.test(text))") == []


WIDTHS = (320, 360, 390, 641, 820, 993, 1240, 1280, 1600)
SMALL = """[...document.querySelectorAll('body *')].filter((one) => one.checkVisibility() && !one.closest('sup')
    && [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
    && parseFloat(getComputedStyle(one).fontSize) < 11.9).map((one) => one.outerHTML.slice(0, 80))"""
CUT = """[...document.querySelectorAll('main *')].filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1
    && ['hidden', 'clip'].includes(getComputedStyle(one).overflowX) && !one.closest('.visually-hidden, .cards thead'))
    .map((one) => one.outerHTML.slice(0, 80))"""
SCROLLED = """[...document.querySelectorAll('main *')].filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1
    && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && !one.matches('.tabs'))
    .map((one) => one.outerHTML.slice(0, 80))"""
BROKEN = r"""(() => {
    const broken = [], range = document.createRange(), lies = 'pre, .digits, .number, .long, svg, .visually-hidden, .cards thead';
    const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode, holder = text.parentElement;
        if (!holder.checkVisibility() || holder.closest(lies)) continue;
        for (const { 0: word, index } of text.textContent.matchAll(/\S+/g)) {
            if (word.length > 14) continue;
            let at = index;
            for (const piece of word.split(/(?<=[\p{L}]-)(?=\p{L})|(?<=[/&…])/u)) {
                range.setStart(text, at);
                range.setEnd(text, (at += piece.length));
                if (new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size > 1) broken.push(word);
            }
        }
    }
    return broken;
})()"""
SPILLED = """[...document.querySelectorAll('main *')].filter((one) => one.checkVisibility() && one.clientWidth
    && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'visible' && !one.closest('svg'))
    .map((one) => one.outerHTML.slice(0, 80))"""
TOUCHING = r"""(() => {
    const close = [], range = document.createRange();
    for (const row of document.querySelectorAll('main tr')) {
        if (!row.checkVisibility() || getComputedStyle(row).display !== 'table-row' || row.closest('.cards thead')?.offsetWidth === 1) continue;
        const told = [...row.cells].filter((one) => one.checkVisibility() && one.innerText.trim()
            && !one.querySelector('.visually-hidden:only-child'));
        const edges = told.map((one) => {
            range.selectNodeContents(one);
            const boxes = [...range.getClientRects()].filter((box) => box.width > 1);
            return [Math.min(...boxes.map((box) => box.left)), Math.max(...boxes.map((box) => box.right))];
        });
        edges.slice(1).forEach(([left], index) => { if (left - edges[index][1] < 5) close.push(row.innerText.slice(0, 80)); });
    }
    return close;
})()"""
"""Elements whose text is smaller than 12 px, those that hide what they hold without a sign, and those that scroll sideways;
short words that lines break within, other than after a hyphen between letters; and elements whose text lies over others;
and rows of tables in which what stands in one column runs into the next."""
ONES = r"(document.querySelector('main').innerText.match(/(?<![\d\u202f.,:-])1[ \u00a0](?!is|was|has|waits)[a-z]+s\b/g) ?? [])"
UNSAID = """[...document.querySelectorAll('main dl:not(.figures) > dd, main .figures .big')].filter((one) => one.checkVisibility()
    && !one.textContent.trim() && !one.querySelector('svg, input')).map((one) => one.previousElementSibling.textContent)"""
"""One thing that is told as many, and labels without what they tell."""


@pytest.mark.parametrize("dark", [False, True])
def test_a_page_fits_every_width_and_its_text_can_be_read(shown_on_a_phone, dark):
    shown_on_a_phone.prefer(dark=dark)
    assert shown_on_a_phone.value("matchMedia('(prefers-color-scheme: dark)').matches") is dark
    for width in WIDTHS:
        shown_on_a_phone.resize(width)
        assert shown_on_a_phone.value("document.documentElement.scrollWidth") <= width
        assert (
            shown_on_a_phone.value(f"[...{SMALL}, ...{CUT}, ...{SCROLLED}, ...{BROKEN}, ...{SPILLED}, ...{TOUCHING}]")
            == []
        )


def test_assignments_fit_beside_the_side_also_when_they_are_long_and_hours_old(visit):
    page = visit("/admin/assignments", width=993)
    page.value("document.querySelectorAll('main td.at').forEach((one) => { one.textContent = '23 h'; })")
    page.value(
        "document.querySelectorAll('[data-label=Runs]').forEach((one) => { one.innerHTML = '<span class=run>1,190 curves, B1 1.1e4</span>'; })"
    )
    assert page.value(SCROLLED) == []


def test_a_card_has_the_whole_width_of_a_phone(visit):
    page = visit("/events", width=360)
    widths = page.value("[...document.querySelectorAll('#live_events .told')].map((one) => one.offsetWidth)")
    assert min(widths) > 300


def test_a_date_and_its_hour_have_room_in_a_form_on_a_phone(visit):
    page = visit("/admin/shares", width=320)
    widths = page.value("[...document.querySelectorAll('[type=datetime-local]')].map((one) => one.offsetWidth)")
    assert len(widths) == 2
    assert min(widths) >= 224


def test_the_overview_shows_a_new_number_within_a_second_of_its_commit(visit, site):
    page = visit("/")
    page.wait_for("document.getElementById('stream-state').dataset.state === 'live'")
    page.value("window.seen = 0; document.addEventListener('refreshed', () => { window.seen ||= Date.now(); })")
    began = page.value("Date.now()")
    HTTP.post(f"{site.address}/api/v1/composites/bulk", json=["2^149-1"]).raise_for_status()
    page.wait_for("document.querySelector('[data-copy=\"2^149-1\"]') !== null")
    assert page.value("window.seen") - began < 2_000


def test_a_page_that_is_paused_stays_as_it_is_until_it_is_resumed(visit, client):
    page = visit("/")
    state = "document.getElementById('stream-state').dataset.state"
    page.wait_for(f"{state} === 'live'")
    page.press("p")
    assert page.value(state) == "paused"
    client.post("/api/v1/composites/bulk", json=["2^179-1"]).raise_for_status()
    assert page.value("document.querySelector('[data-copy=\"2^179-1\"]') === null")
    page.press("p")
    page.wait_for(f"{state} === 'live' && document.querySelector('[data-copy=\"2^179-1\"]') !== null")


@pytest.fixture
def reading(visit):
    """The log, live, while its first row is read."""
    page = visit("/events")
    page.wait_for("document.getElementById('stream-state').dataset.state === 'live'")
    page.press("j")
    return page


def test_rows_that_are_read_stay_where_they_are_until_the_new_ones_are_asked_for(reading, client):
    first = "document.querySelector('#live_events tbody a').textContent"
    before = reading.value(first)
    client.post("/api/v1/composites/bulk", json=["2^163-1", "2^167-1"]).raise_for_status()
    reading.wait_for("!document.getElementById('fresh').hidden")
    assert reading.value(first) == before
    assert reading.value("/^[0-9]+ new$/.test(document.getElementById('announced').textContent)")
    reading.value("document.getElementById('fresh').click()")
    assert reading.value(first) != before
    assert reading.value("document.getElementById('fresh').hidden")


def test_who_asks_by_key_for_what_is_new_goes_on_in_the_list_and_not_before_the_page(reading, client):
    client.post("/api/v1/composites/bulk", json=["2^173-1"]).raise_for_status()
    reading.wait_for("!document.getElementById('fresh').hidden")
    reading.value("document.getElementById('fresh').focus()")
    reading.press("Enter")
    reading.wait_for("document.getElementById('fresh').hidden")
    assert reading.value("document.activeElement.id") == "live_events"


def test_the_badge_says_how_many_rows_are_gone_where_none_is_new(visit):
    page = visit("/composites?sort=digits")
    page.wait_for("document.getElementById('stream-state').dataset.state === 'live'")
    page.press("j")
    page.value(
        "(() => { const copy = document.getElementById('live_list').cloneNode(true);"
        " [...copy.querySelectorAll('tbody tr')].slice(-2).forEach((row) => row.remove());"
        " const detail = { live_list: copy.innerHTML };"
        " document.dispatchEvent(new CustomEvent('arrived', { detail })); })()"
    )
    assert page.value("document.getElementById('fresh').textContent") == "2 gone"


def test_what_is_new_is_put_in_while_a_link_in_it_has_the_focus(visit, client):
    page = visit("/")
    page.wait_for("document.getElementById('stream-state').dataset.state === 'live'")
    link = "#live_figures a, #live_numbers a"
    page.value(f"document.querySelector('{link}').focus()")
    address = page.value("document.activeElement.getAttribute('href')")
    before = page.value("document.querySelector('[data-shown]').textContent")
    client.post("/api/v1/composites/bulk", json=["2^191-1"]).raise_for_status()
    page.wait_for(f"document.querySelector('[data-shown]').textContent !== {json.dumps(before)}")
    assert page.value("document.activeElement.getAttribute('href')") == address


def test_a_number_is_copied_from_the_keyboard_over_plain_http_too(visit):
    page = visit("/composites/1")
    page.value("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.value("document.addEventListener('copy', () => { window.copied = getSelection().toString(); })")
    page.value(
        "document.querySelector('dd details').open = true; document.querySelector('dd [data-copy][tabindex]').focus()"
    )
    page.press("Enter")
    page.wait_for("document.getElementById('announced').textContent === 'copied'")
    assert page.value("document.querySelector('.copied').dataset.copy") == str(2**137 - 1)


def test_the_keyboard_goes_everywhere(visit):
    page = visit("/")
    page.press("?")
    assert page.value("document.getElementById('keys').open")
    page.value("document.getElementById('keys').close()")
    page.press("j")
    assert page.value("document.querySelectorAll('.chosen').length") == 1
    page.press("g")
    page.press(next(section.key for section in SITE.navigation.sections if section.path == "/composites"))
    page.wait_for(
        "location.pathname === '/composites' && document.querySelector('[data-does=theme]')?.hidden === false"
    )
    page.press("/")
    assert page.value("document.activeElement.matches('main input[type=search]')")


def test_filters_stand_in_the_address_and_survive_reload_and_back(visit, site):
    page = visit("/composites?status=prime")
    rows = page.value("document.querySelectorAll('tbody tr').length")
    assert rows >= 1
    assert page.value("document.querySelector('select[name=status]').value") == "prime"
    page.go(f"{site.address}/composites")
    page.value("history.back()")
    page.wait_for("location.search === '?status=prime' && document.readyState === 'complete'")
    assert page.value("document.querySelectorAll('tbody tr').length") == rows


def test_an_event_says_what_it_means(client):
    factors = client.get("/factors", params={"as": "json"}).json()["factors"]
    position = next(one["position"] for one in factors if one["factor"] == "32032215596496435569")
    page = client.get(f"/events/{position}", headers={"Accept": "text/html"})
    assert "found the factor 32032215596496435569 of <a href=" in page.text


def test_numbers_are_searched_by_terms_and_what_is_wrong_with_them_is_said_beside_the_box(client):
    html = {"Accept": "text/html"}
    narrowed = client.get("/composites", params={"search": "status:prime digits:..40", "as": "json"}).json()["numbers"]
    assert narrowed
    assert {number["status"] for number in narrowed} == {"prime"}
    page = client.get("/composites", params={"search": "9 colour:red"}, headers=html)
    assert page.status_code == 400
    assert "search has &#39;colour:red&#39; at character 3" in page.text
    assert 'value="9 colour:red"' in page.text
    assert client.get("/composites", params={"search": "9 colour:red", "as": "csv"}).status_code == 400


def test_the_theme_is_switched_and_remembered(visit):
    page = visit("/")
    page.press("t")
    assert page.value("document.documentElement.dataset.theme") == "dark"
    page.call("Page.reload")
    page.wait_for("document.readyState === 'complete' && document.documentElement.dataset.theme === 'dark'")
    page.press("t")
    assert page.value("localStorage.getItem('theme')") == "light"


def test_a_page_is_readable_without_javascript(site):
    answer = HTTP.get(f"{site.address}/", headers={"Accept": "text/html"})
    assert "2^137-1" in answer.text
    assert "32032215596496435569" in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")


def test_every_section_has_a_letter_of_its_own(visit):
    letters = [section.key for section in SITE.navigation.sections]
    assert len(set(letters)) == len(letters)
    page = visit("/")
    for section in SITE.navigation.sections[-4:]:
        page.press("g")
        page.press(section.key)
        page.wait_for(
            f"location.pathname === '{section.path}' && document.querySelector('[data-does=theme]')?.hidden === false"
        )


def test_a_page_asks_again_how_far_long_work_is_until_it_has_ended(visit):
    page = visit("/admin/projections")
    page.value("document.querySelector('form[action$=\"/all/rebuild\"] button').click()")
    completed = "[...document.querySelectorAll('#work-rebuilds .is')].filter((one) => one.textContent === 'completed')"
    page.wait_for(f"{completed}.length >= 7")
    page.wait_for("!document.querySelector('[data-going]')")
    assert page.value("document.querySelector('#work-all .is').textContent") == "completed"


def test_what_was_searched_for_stays_within_a_phone(visit):
    page = visit(f"/search?q={'8' * 9_000}", width=320)
    assert page.value("document.documentElement.scrollWidth") == 320

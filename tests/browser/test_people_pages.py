"""Factors, contributors, workers and projects on pages: sorted by their address, given away, and linked to each other."""

import pytest

from tests.browser.seeded import HOSTILE

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize("order", ["newest", "largest", "records"])
def test_factors_come_in_each_order(client, order):
    rows = client.get("/factors", params={"order": order, "as": "json"}).json()["factors"]
    found = next(row for row in rows if row["factor"] == "32032215596496435569")
    assert (found["digits"], found["b1"], found["sigma"]) == (20, 2000, "8")
    assert client.get("/factors", params={"order": order}, headers=HTML).status_code == 200


def test_what_is_folded_into_a_line_leaves_the_line_whole(visit):
    page = visit("/factors")
    folded = "[...document.querySelectorAll('.finds details.inline:not([open])')]"
    assert page.value(f"{folded}.length") >= 1
    assert page.value(f"{folded}.filter((one) => one.getClientRects().length > 1).length") == 0
    page.value(f"{folded}[0].open = true")
    assert "sigma" in page.value("document.querySelector('.finds details.inline[open]').innerText")


def test_a_contributor_of_the_leaderboard_has_its_days_in_full_on_a_phone(visit):
    page = visit("/contributors?since=all", width=360)
    assert page.value("document.querySelector('.board tbody .spark').getBoundingClientRect().width") > 60


def test_only_what_was_largest_when_found_is_a_record(client):
    rows = client.get("/factors", params={"order": "records", "as": "json"}).json()["factors"]
    digits = [row["digits"] for row in rows]
    assert digits == sorted(set(digits), reverse=True)


def test_a_contributor_has_a_page_with_a_chart_and_factors(visit):
    page = visit("/contributors?by=factors")
    assert page.value("document.querySelector('th[aria-sort]').textContent").startswith("Factors")
    page.value("document.querySelector('#live_boards tbody a').click()")
    page.wait_for("/^.contributors.[0-9]+$/.test(location.pathname) && document.readyState === 'complete'")
    assert page.value("document.querySelector('h1').textContent").startswith("<script>")
    assert page.value("document.querySelector('#live_factors').textContent.includes('32032215596496435569')")
    assert "curves since" in page.value("document.querySelector('#live_days figcaption').textContent")
    page.value("history.back()")
    page.wait_for("location.search === '?by=factors' && document.readyState === 'complete'")
    assert page.errors() == []


def test_a_worker_appears_with_its_work_as_it_takes_it(visit, client):
    page = visit("/workers")
    page.wait_for("document.getElementById('stream-state').dataset.state === 'live'")
    client.post("/api/v1/composites/bulk", json=[{"number": "2^151-1", "target_t_level": 30}]).raise_for_status()
    client.get("/api/v1/work/request", params={"client_id": "fresh-worker"}).raise_for_status()
    row = "[...document.querySelectorAll('#live_here tr')].find(row => row.textContent.includes('fresh-worker'))"
    page.wait_for(f"/^fresh-worker *working.* c\\d+, B1 \\d+e\\d/.test({row}?.textContent.replace(/\\s+/g, ' '))")
    assert page.value(f"{row}.querySelectorAll('td')[6].textContent") == ""  # its speed is not measured yet
    assert page.errors() == []


def test_a_project_shows_what_is_left_and_done(client, site):
    numbers = client.get("/projects", params={"as": "json"}).json()["projects"][0]
    page = client.get(f"/projects/{site.values['project']}", headers=HTML).text
    assert numbers["total_composites"] == 3
    assert numbers["factored_composites"] == 2
    assert "<script>" not in page.split("<main")[1]
    assert client.get("/projects/999", headers=HTML).status_code == 404
    assert client.get("/contributors/999", headers=HTML).status_code == 404


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("2^137-1", "number", "2^137-1"),
        ("320322155964964", "number", "3203"),
        ("1", "event", "event 1"),
        ("client-1", "contributor", "client-1"),
        ("ONERROR", "contributor", "onerror"),
        ("onerror", "project", "onerror"),
        ("onerror", "simulation", "onerror"),
        ("a/b?c", "agent", "a/b?c"),
        ("{job}", "counting job", "the primes up to 10000"),
        ("{task}", "task", "gcd"),
        ("no such thing", None, None),
        ("<img src=x>", None, None),
    ],
)
def test_search_finds_everything_by_what_people_know_of_it(client, site, text, kind, name):
    text = text.format(**site.values)
    rows = client.get("/search", params={"q": text, "as": "json"}).json()["found"]
    if kind is None:
        assert rows == []
        return
    found = [row for row in rows if row["kind"] == kind and name in row["name"]]
    assert found, rows
    assert client.get(found[0]["address"], headers=HTML).status_code == 200


def test_search_is_reached_by_key_from_every_page(visit):
    page = visit("/counting")
    page.press("/")
    assert page.value("document.activeElement.name") == "q"
    page.value("document.activeElement.value = '2^137-1'; document.activeElement.form.requestSubmit()")
    page.wait_for("location.pathname.startsWith('/composites/') && document.readyState === 'complete'")
    assert page.value("document.querySelector('h1').textContent").startswith(
        "2137"
    )  # 2^137 - 1, where that is one number
    assert page.errors() == []


def test_the_menu_of_a_phone_leads_to_every_section(visit):
    page = visit("/", width=360, height=700)
    seen = "[...document.querySelectorAll('.nav a')].filter((one) => one.checkVisibility()).length"
    assert page.value(seen) == 0
    where = "JSON.stringify(document.querySelector('.menu summary').getBoundingClientRect())"
    before = page.value(where)
    page.value("document.querySelector('.menu summary').click()")
    assert page.value(seen) >= 12
    assert page.value(where) == before
    page.value("document.querySelector('.menu a[href=\"/projects\"]').click()")
    page.wait_for("location.pathname === '/projects'")


def test_the_menu_of_a_phone_is_folded_by_who_goes_on(visit):
    page = visit("/", width=360)
    menu = "document.querySelector('.menu')"
    page.value(f"{menu}.open = true; [...{menu}.querySelectorAll('.tools > :not([hidden])')].at(-1).focus()")
    page.press("Tab")
    page.wait_for(f"!{menu}.contains(document.activeElement)")
    assert page.value(f"{menu}.open") is False
    page.value(f"{menu}.open = true; {menu}.querySelector('a').focus()")
    page.press("Escape")
    assert page.value(f"[{menu}.open, document.activeElement.textContent]") == [False, "Menu"]


def test_workers_are_given_away_with_what_waits_and_what_failed_by_cause(client):
    client.get("/api/v1/work/request", params={"client_id": "present"}).raise_for_status()
    given = client.get("/workers", params={"as": "json"}).json()
    assert {one["work"] for one in given["queues"]} == {"composites", "residue files", "chunks of counts", "tasks"}
    assert next(one for one in given["queues"] if one["work"] == "tasks")["waiting"] >= 1
    causes = {(one["work"], one["times"]) for one in given["failures"] if HOSTILE in one["cause"]}
    assert causes == {("counts of primes", 1), ("tasks", 1)}
    assert "present" in {one["client_id"] for one in given["workers"]}

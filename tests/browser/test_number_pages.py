"""The page of a number: what is planned and why, its charts with their data, and its history in pages."""

import pytest
from gmpy2 import next_prime

from tests.browser.seeded import NUMBER
from tests.browser.test_pages import SCROLLED, SPILLED
from tests.real.servers import HTTP

HTML = {"Accept": "text/html"}


def page_of(client, text):
    found = client.get("/api/v1/composites", params={"search": text}).json()["composites"][0]
    return f"/composites/{found.get('id', found.get('number'))}"


def test_curves_move_the_charts_and_the_plan(visit, client):
    address = page_of(client, NUMBER)
    page = visit(address)
    page.wait_for("document.getElementById('stream-state').dataset.state === 'live'")
    ecm = "document.getElementById('live_ecm').textContent.replaceAll('\u00a0', ' ')"
    assert "with B1 2e3, see why" in page.value(ecm)
    why = "document.getElementById('live_next').textContent"
    assert "it promises the most finds for its time" in page.value(why)
    steps = page.value("document.querySelectorAll('#live_timeline .done').length")
    item = {
        "type": "factoring.curves_run",
        "id": f"more-{steps}",
        "client_id": "more",
        "composite": NUMBER,
        "b1": 2000,
        "param": 1,
        "curves": 30,
    }
    client.post("/api/v1/events", json=[item]).raise_for_status()
    page.wait_for(f"document.querySelectorAll('#live_timeline .done').length > {steps}")
    assert "searched to" in page.value("document.getElementById('live_state').textContent")
    assert "ECM pays up to" in page.value(ecm)
    assert "30 of 43" in page.value(ecm) or "35 of" in page.value(ecm)
    assert page.value("document.querySelectorAll('#live_missed polyline').length") == 2
    assert "with B1 11e3" in page.value(why)
    assert page.errors() == []


@pytest.mark.parametrize("width", [641, 768, 993, 1240])
def test_a_factor_too_long_for_its_column_does_not_lie_over_the_next(visit, client, width):
    number = str(1009 * next_prime(10**60))
    client.post("/api/v1/composites/bulk", json=[number]).raise_for_status()
    page = visit(page_of(client, number), width=width)
    assert "…" in page.value("document.querySelector('.factors').textContent")
    assert page.value(SPILLED) == []


def test_when_a_factor_was_found_stands_beside_how_on_a_phone(visit, client):
    number = str(1009 * next_prime(10**61))
    client.post("/api/v1/composites/bulk", json=[number]).raise_for_status()
    page = visit(page_of(client, number), width=360)
    bottoms = """['.told', '.at'].map((one) => document.querySelector('.factors tbody ' + one).getBoundingClientRect().bottom)"""
    how, when = page.value(bottoms)
    assert abs(how - when) < 2


def test_residue_files_of_a_number_can_be_read_on_a_phone(visit, client):
    page = visit(page_of(client, NUMBER), width=320)
    assert "stage-1" in page.value("document.querySelector('#live_residues').textContent")
    assert page.value(SCROLLED) == []


def test_every_chart_and_table_is_given_away_by_the_address_of_the_page(client, site):
    sheets = client.get(f"/composites/{site.values['number']}", headers={"Accept": "application/json"}).json()
    assert {"missed", "t-levels", "curves", "reports"} == set(sheets)
    digits = client.get(f"/api/v1/composites/{site.values['number']}").json()["composite"]["digit_length"]
    assert [row["digits"] for row in sheets["missed"]] == list(range(10, digits))
    assert sheets["reports"][0]["curves"] == 5
    for name in sheets:
        table = client.get(f"/composites/{site.values['number']}", params={"as": "csv", "of": name})
        assert len(table.text.splitlines()) == len(sheets[name]) + 1


def test_the_history_leads_to_each_event_and_to_older_ones(client, site):
    page = HTTP.get(f"{site.address}/composites/{site.values['number']}", headers=HTML).text
    history = f"/events?stream=composite-{site.values['number']}"
    assert f'href="{history}"' in page
    events = client.get(f"{history}&as=json").json()["events"]
    assert len(events) > 2
    assert [event["position"] for event in events] == sorted((event["position"] for event in events), reverse=True)
    older = client.get(f"{history}&before=2&as=json").json()["events"]
    assert older == []
    assert client.get(f"{history}&before=two").status_code == 400


@pytest.mark.parametrize("width", [640, 500, 320])
def test_what_a_card_tells_at_its_right_stands_at_the_right_edge(visit, client, width):
    page = visit(page_of(client, NUMBER), width=width)
    places = """[...document.querySelectorAll('.cards tbody tr > :is(.level, .status, .at)')].filter((one) =>
        one.checkVisibility() && getComputedStyle(one).textAlign === 'right'
    ).map((one) => one.closest('tr').getBoundingClientRect().right - one.getBoundingClientRect().right)"""
    off = page.value(places)
    assert off
    assert max(map(abs, off)) < 1

"""The page of a number: what is planned and why, its charts with their data, and its history in pages."""

from tests.browser.seeded import NUMBER
from tests.servers import HTTP

HTML = {"Accept": "text/html"}


def page_of(client, text):
    found = client.get("/api/v1/composites", params={"search": text}).json()["composites"][0]
    return f"/composites/{found.get('id', found.get('number'))}"


def test_curves_move_the_charts_and_the_plan(visit, client):
    address = page_of(client, NUMBER)
    page = visit(address)
    page.wait_for("document.getElementById('stream-state').dataset.state === 'live'")
    assert "lowest step of the standard ladder" in page.value("document.getElementById('live_next').textContent")
    steps = page.value("document.querySelector('#live_rise polyline')?.getAttribute('points').length ?? 0")
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
    page.wait_for(f"(document.querySelector('#live_rise polyline')?.getAttribute('points').length ?? 0) > {steps}")
    assert "curves with B1 2e3, to reach t15.0" in page.value("document.getElementById('live_next').textContent")
    assert "ECM for now" in page.value("document.getElementById('live_sieve').textContent")
    assert page.errors() == []


def test_every_chart_and_table_is_given_away_by_the_address_of_the_page(client, site):
    sheets = client.get(f"/composites/{site.values['number']}", headers={"Accept": "application/json"}).json()
    assert {"missed", "t-levels", "curves", "reports"} == set(sheets)
    assert len(sheets["missed"]) == 91
    assert sheets["reports"][0]["curves"] == 5
    for name in sheets:
        table = client.get(f"/composites/{site.values['number']}", params={"as": "csv", "of": name})
        assert len(table.text.splitlines()) == len(sheets[name]) + 1


def test_the_history_leads_to_each_event_and_to_older_ones(client, site):
    address = f"{site.address}/composites/{site.values['number']}"
    newest = HTTP.get(address, headers=HTML).text
    positions = [int(part.split('"')[0]) for part in newest.split("<td><code>")[0].split('href="/events/')[1:]]
    assert positions
    older = HTTP.get(address, params={"before": "2"}, headers=HTML)
    assert "Nothing before event 2." in older.text
    assert HTTP.get(address, params={"before": "two"}, headers=HTML).status_code == 400

"""Simulations on pages: the chart grows with the log, on the scale that the address asks for."""

LINE = "document.querySelector('#live_chart polyline')?.getAttribute('points').split(' ').length"


def test_the_chart_grows_with_each_commit_and_keeps_its_scale(visit, client, site):
    page = visit("/convergence/{simulation}?scale=logarithmic")
    page.wait_for("document.getElementById('stream-state').dataset.state === 'live'")
    before = page.value(LINE)
    page.value("document.querySelector('#table-convergence').open = true")
    body = {"simulation_id": int(site.values["simulation"]), "loss_value": 1e-30}
    client.post("/convergence/data", json=body).raise_for_status()
    page.wait_for(f"{LINE} === {before + 1}")
    assert page.value("document.querySelector('#table-convergence').open")
    assert page.value("document.querySelector('.tabs [aria-current]').textContent") == "logarithmic"
    page.call("Page.reload")
    page.wait_for("document.readyState === 'complete'")
    assert page.value("document.querySelector('.tabs [aria-current]').textContent") == "logarithmic"
    assert "10⁻" in page.value("document.querySelector('#live_chart svg').textContent")
    assert page.errors() == []


def test_the_chart_is_there_in_words_as_a_table_as_csv_and_as_json(client, site):
    address = f"/convergence/{site.values['simulation']}"
    html = client.get(address, headers={"Accept": "text/html"}).text
    assert "the loss went from 1 to" in html
    assert "<caption>Loss over time" in html
    rows = client.get(address, headers={"Accept": "application/json"}).json()["convergence"]
    assert (rows[0]["at"], rows[0]["mean"]) == ("2026-01-01T00:00:00.000000Z", 1.0)
    table = client.get(address, params={"as": "csv", "of": "convergence"}).text.splitlines()
    assert table[0] == "at,points,least,mean,greatest"
    assert len(table) == len(rows) + 1


def test_a_simulation_without_points_says_how_the_first_comes(client):
    number = client.post("/simulations/", json={"name": "empty"}).json()["id"]
    page = client.get(f"/convergence/{number}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "POST /convergence/data" in page.text
    assert client.get("/convergence/999999", headers={"Accept": "text/html"}).status_code == 404


def test_filters_of_the_list_stand_in_the_address(visit, site):
    page = visit("/convergence?status=running&order_by=name")
    assert page.value("document.querySelector('select[name=status]').value") == "running"
    rows = page.value("document.querySelectorAll('#live_list tbody tr').length")
    page.call("Page.reload")
    page.wait_for("document.readyState === 'complete'")
    assert page.value("document.querySelectorAll('#live_list tbody tr').length") == rows >= 1


def test_values_of_any_size_are_told_on_a_phone_without_scrolling_sideways(visit, client):
    number = client.post("/simulations/", json={"name": "extreme"}).json()["id"]
    for minute, loss in enumerate((1.2345678901234567e300, -1e-300, 0.015625, 3.051757e-5)):
        body = {"simulation_id": number, "loss_value": loss, "timestamp": f"2026-01-01T00:0{minute}:00.123456"}
        client.post("/convergence/data", json=body).raise_for_status()
    page = visit(f"/convergence/{number}", width=320)
    page.value("document.querySelector('#table-convergence').open = true")
    assert page.value("document.querySelector('.tall').scrollWidth <= document.querySelector('.tall').clientWidth")
    headings = "[...document.querySelectorAll('.tall th')].filter((one) => one.checkVisibility()).map((one) => one.textContent)"
    assert page.value(headings) == ["Up to", "Points", "Mean"]
    page.resize(1280)
    assert page.value(headings) == ["Up to", "Points", "Least", "Mean", "Greatest"]

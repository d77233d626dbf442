"""The old dashboards' addresses."""

import pytest

P12, P16 = 10**11 + 3, 10**15 + 37
DASHBOARD = "/api/v1/dashboard"


@pytest.mark.parametrize(
    "old",
    ["", "/", "/testing-status", "/p1-testing-status", "/residue-status", "/curves", "/factors", "/leaderboard"],
)
def test_every_page_of_the_old_dashboard_leads_to_one_that_there_is(client, old):
    page = client.get(f"{DASHBOARD}{old}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert not page.url.path.startswith(DASHBOARD)


@pytest.mark.parametrize(
    "old",
    ["dashboard", "login", "inactive-composites", "outstanding-work", "recent-composites", "residue-status"],
)
def test_every_page_of_the_old_administration_leads_to_one_that_there_is(client, admin, old):
    page = client.get(f"/api/v1/admin/{old}", headers={"Accept": "text/html", **admin})
    assert page.status_code == 200
    assert not page.url.path.startswith("/api/v1")


@pytest.mark.parametrize("meant", ["1", str(P12 * P16), "100000000003 * 1000000000000037"])
def test_a_number_is_found_by_its_id_its_digits_or_an_expression(client, known, meant):
    known(P12 * P16)
    answer = client.get(f"{DASHBOARD}/composites/find", params={"q": meant}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (302, "/composites/1")


def test_what_is_not_on_record_is_not_found(client):
    answer = client.get(f"{DASHBOARD}/composites/find", params={"q": "2^67-1"})
    assert (answer.status_code, answer.json()["detail"]) == (404, "No number on record is '2^67-1'.")


def test_a_page_that_the_dashboard_never_had_is_not_found(client):
    assert client.get(f"{DASHBOARD}/weather").status_code == 404

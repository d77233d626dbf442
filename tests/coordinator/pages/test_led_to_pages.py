"""Addresses of the API whose answer a page shows: a browser is led there, and whoever is none gets what it always got."""

import pytest


@pytest.fixture
def addresses(client):
    """Such addresses, each with the page that shows it."""
    client.post("/simulations/", json={"name": "relax"}).raise_for_status()
    task = client.post("/task", json={"operation": "gcd", "args": ["12", "18"]}).json()["task_id"]
    return {
        "/simulations": "/convergence",
        "/simulations/": "/convergence",
        "/simulations/?status=pending&order_by=name": "/convergence?status=pending&order_by=name",
        "/simulations/1": "/convergence/1",
        "/simulations/1/detailed": "/convergence/1",
        "/machines/": "/convergence",
        f"/tasks/{task}/status": f"/tasks/{task}",
    }


def test_a_browser_is_led_to_the_page(addresses, visitor):
    for address, page in addresses.items():
        led = visitor.get(address, follow_redirects=False)
        assert (led.status_code, led.headers["location"], led.headers["vary"]) == (303, page, "Accept")
        assert visitor.get(page).status_code == 200


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/plain, */*", None])
def test_whoever_is_none_gets_the_answer(addresses, client, accept):
    for address in addresses:
        request = client.build_request("GET", address)
        del request.headers["accept"]
        if accept is not None:
            request.headers["accept"] = accept
        answer = client.send(request, follow_redirects=False)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        assert answer.headers["vary"] == "Accept"


def test_an_address_that_says_its_form_is_answered_in_it(addresses, visitor):
    for address in addresses:
        answer = visitor.get(address, params={"format": "json"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


def test_a_moment_of_the_past_goes_along(addresses, visitor):
    led = visitor.get("/simulations/1", params={"as_of": "1"}, follow_redirects=False)
    assert led.headers["location"] == "/convergence/1?as_of=1"
    assert len(addresses) == 7


def test_what_a_path_holds_stays_a_path(visitor):
    led = visitor.get("/tasks/a%3Fb%23c/status", follow_redirects=False)
    assert led.headers["location"] == "/tasks/a%3Fb%23c"


def test_pages_lead_to_the_answer_itself(addresses, visitor):
    for page in set(addresses.values()):
        for address in visitor.get(page).text.split('href="')[1:]:
            path = address.partition('"')[0]
            if path.startswith(("/simulations", "/machines")) or path.endswith("status?format=json"):
                assert visitor.get(path).headers["content-type"] == "application/json"

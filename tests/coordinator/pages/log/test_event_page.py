"""The page of one event: whatever was recorded is shown, and only what can be withdrawn leads to where it is."""

import pytest

from coordinator.reactors.relatives import Look

COMPOSITE = 3 * (2**61 - 1) * (2**89 - 1)


@pytest.fixture
def event_of(client):
    """A function that returns the newest event of a type."""

    def event_of(kind):
        return client.get("/api/v1/events", params={"type": kind, "limit": 1000}).json()["events"][-1]

    return event_of


@pytest.mark.parametrize("value", ["7" * 5000, '{"a":' * 400 + "1" + "}" * 400], ids=["digits", "depth"])
def test_what_an_agent_said_is_shown_however_long_its_numbers_and_however_deep_it_is(visitor, client, value):
    summary = f'{{"agent_id": "a", "timestamp": "2026-11-22", "metadata": {{"said": {value}}}}}'
    pushed = client.post("/push", content=f'{{"summary": {summary}}}', headers={"Content-Type": "application/json"})
    assert pushed.status_code == 200, pushed.text
    page = visitor.get(f"/events/{pushed.headers['tallystick-position']}")
    assert page.status_code == 200
    assert value[:40] in page.text or "&#34;said&#34;: {" in page.text


def test_a_factor_by_division_which_nobody_reported_leads_to_no_correction(administrator, client, event_of):
    (made,) = client.post("/api/v1/composites/bulk", json=[{"number": str(COMPOSITE)}]).json()["composites"]
    found = event_of("factoring.factor_found.v1")
    correction = f"/admin/corrections?positions={found['position']}"
    assert administrator.get(correction).status_code == 400
    for path in (f"/events/{found['position']}", f"/composites/{made['id']}", f"/factors/{found['data']['factor']}"):
        page = administrator.get(path)
        assert (page.status_code, correction in page.text) == (200, False), path


def test_what_numbers_have_in_common_is_told_as_found_by_the_coordinator(visitor, client):
    shared = 2**89 - 1
    numbers = [{"number": str(shared * other)} for other in (2**61 - 1, 2**107 - 1)]
    client.post("/api/v1/composites/bulk", json=numbers).raise_for_status()
    with client.portal() as portal:
        portal.call(Look(client.app.state.shared.node).again)
    log = visitor.get("/events?show=all").text
    assert "the coordinator tried factors of other numbers on <a " in log
    assert "the coordinator found the factor " in log
    assert "somebody" not in log

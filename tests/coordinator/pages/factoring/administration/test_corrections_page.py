"""Corrections on their page: what goes with what is withdrawn, before it is and after."""

import json
import re
from html import unescape

import pytest

from tests.coordinator.pages.conftest import banner
from tests.coordinator.pages.factoring.administration.conftest import P20, P21
from tests.waiting import until


def report(client, factor):
    work = client.get("/api/v1/work/request", params={"client_id": "alice"}).json()
    result = {
        "work_assignment_id": work["work_id"],
        "client_id": "alice",
        "curves_completed": 3,
        "b1": 2000,
        "sigmas": ["7", "8", "9"],
        "factors_found": [{"factor": str(factor), "sigma": "8"}],
    }
    client.post("/api/v1/results/ecm", json=result).raise_for_status()


def test_a_correction_shows_what_goes_with_it_and_withdraws_it_when_it_is_confirmed(
    administrator, client, number, last_event
):
    report(client, P20)
    run = last_event("factoring.curves_run.v1")["position"]
    found = last_event("factoring.factor_found.v1")["position"]
    address = f"/admin/corrections?positions={run}&reason=a+broken+worker"
    looked = until(lambda: told(administrator.get(address), "Withdraw"))
    assert f'href="/events/{found}"' in looked
    assert administrator.post("/admin/corrections", {"positions": str(run), "reason": "no"}).status_code == 400
    begun = administrator.post(
        "/admin/corrections", {"positions": str(run), "reason": "a broken worker", "confirmed": "yes"}
    )
    assert begun.url.path == "/admin/corrections"
    until(lambda: "a broken worker" in administrator.get("/admin/corrections").text)
    until(lambda: "data-going" not in administrator.get("/admin/corrections").text)
    (shown,) = client.get("/api/v1/composites").json()["composites"]
    assert (shown["id"], shown["status"]) == (number, "open")
    assert last_event("corrections.withdrawn.v2")["data"]["positions"] == [run]
    assert f'withdrawn as wrong: event <a href="/events/{run}">{run}</a>' in administrator.get("/events").text


def told(answer, word):
    return answer.text if f">{word}</button>" in answer.text else None


def test_of_very_many_that_are_named_the_first_are_shown_and_all_are_sent_on(administrator, client, number):
    value = str(P20 * P21)
    told_of = [
        {
            "type": "factoring.curves_run",
            "id": f"r{one}",
            "client_id": "alice",
            "composite": value,
            "b1": 2000,
            "param": 1,
            "curves": 1,
        }
        for one in range(300)
    ]
    body = "".join(json.dumps(one) + "\n" for one in told_of)
    client.post("/api/v1/events", content=body, headers={"Content-Type": "application/x-ndjson"})
    runs = client.get("/api/v1/events", params={"type": "factoring.curves_run", "limit": 1_000}).json()["events"]
    assert len(runs) == 300
    positions = ", ".join(str(run["position"]) for run in runs)
    looked = until(lambda: told(administrator.get("/admin/corrections", params={"positions": positions}), "Withdraw"))
    assert re.search(r"<caption>What you named: the first 200 of 300\sevents</caption>", looked)
    assert looked.count('<td data-label="Stream">') == 200
    (sent_on,) = re.findall(r'action="/admin/corrections">.*?name="positions" value="([^"]+)"', looked, re.DOTALL)[-1:]
    assert sent_on == positions
    (longest,) = re.findall(r'name="positions" required maxlength="(\d+)"', looked)
    assert len(positions) < int(longest)


def test_a_preview_says_how_far_it_is_and_goes_on_while_nobody_looks(administrator, client, number, last_event):
    report(client, P20)
    run = last_event("factoring.curves_run.v1")["position"]
    node = client.app.state.shared.node
    address = f"/admin/corrections?positions={run}"
    with client.portal() as portal:
        portal.call(node.correcting.acquire)  # by another correction
        looked = [administrator.get(address).text for _ in range(2)]
        assert all("data-going" in text and ">Withdraw</button>" not in text for text in looked)
        assert administrator.get("/audit").text.count("the preview of a correction of 1") == 1
        administrator.post("/admin/corrections/cancel", {"positions": str(run)})
        ended = administrator.get(address).text
        assert "data-going" not in ended
        (again,) = re.findall(r'<a href="(/admin/corrections\?[^"]+)">Look again</a>', ended)
        assert "data-going" in administrator.get(unescape(again)).text
        portal.call(node.correcting.release)
    until(lambda: told(administrator.get(address), "Withdraw"))


@pytest.mark.parametrize(
    ("positions", "sentence"),
    [
        ("99999", "The log has no event 99999."),
        ("1", "Event 1 is a log.opened.v1; attempts and factors can be withdrawn"),
        ("x", "'x' is not an id; a whole number from 1 is."),
        (",", "0 positions were named; 1 to 100000 are accepted"),
    ],
)
def test_what_is_no_attempt_or_factor_is_not_withdrawn(administrator, positions, sentence):
    answer = administrator.post("/admin/corrections", {"positions": positions, "reason": "?", "confirmed": "yes"})
    assert answer.status_code in {400, 404}
    assert banner(answer).startswith(sentence)


def test_what_can_not_be_withdrawn_is_said_beside_what_was_filled_in(administrator):
    asked = {"positions": "1, two", "reason": "a broken machine"}
    answer = administrator.get("/admin/corrections", params=asked)
    assert (answer.status_code, banner(answer)) == (400, "'two' is not an id; a whole number from 1 is.")
    assert [f'value="{text}"' in answer.text for text in asked.values()] == [True, True]

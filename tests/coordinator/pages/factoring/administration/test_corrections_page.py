"""Corrections on their page: what goes with what is withdrawn, before it is and after."""

import re
from html import unescape

import pytest

from tests.coordinator.pages.conftest import banner
from tests.coordinator.pages.factoring.administration.conftest import P20
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


def told(answer, word):
    return answer.text if f">{word}</button>" in answer.text else None


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

"""Counting on pages: handed in by a plain form, watched live, and what is wrong said beside the form."""

from tests.browser.seeded import report_chunk
from tests.real.servers import HTTP

HTML = {"Accept": "text/html"}
SEE_OTHER = 303


def test_a_job_is_handed_in_without_javascript_and_once_for_two_clicks(client):
    form = {"n": "2 * 10^5", "chunks": "3", "once": "0" * 64}
    turned_down = client.post("/counting", data=form, headers=HTML)
    assert turned_down.status_code == 400
    assert "whole number such as 200000 or 10^9 is accepted" in turned_down.text
    assert 'value="2 * 10^5"' in turned_down.text
    answers = [client.post("/counting", data=form | {"n": "10^5"}, headers=HTML) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [SEE_OTHER] * 2
    assert answers[0].headers["location"] == answers[1].headers["location"]
    job = answers[0].headers["location"].removeprefix("/counting/")
    assert client.get(f"/api/jobs/{job}").json()["progress"] == {"completed": 0, "total": 3}
    again = client.post(f"/counting/{job}/cancel", headers=HTML)
    assert again.headers["location"] == f"/counting/{job}"
    assert client.get(f"/api/jobs/{job}").json()["state"] == "REVOKED"


def test_a_page_of_another_origin_may_not_hand_in_a_job(client):
    answer = client.post("/counting", data={"n": "10^5", "chunks": "3"}, headers={"Origin": "http://elsewhere.example"})
    assert answer.status_code == 403


def test_the_form_is_filled_in_by_hand_and_its_progress_is_live(visit, client):
    page = visit("/counting")
    page.value("document.querySelector('form.sheet [name=n]').value = '10000'")
    page.value("document.querySelector('form.sheet [name=chunks]').value = '2'")
    page.value("document.querySelector('form.sheet').requestSubmit()")
    page.wait_for("/^.counting.[0-9a-f-]{36}$/.test(location.pathname)")
    page.wait_for("document.getElementById('stream-state')?.dataset.state === 'live'")
    assert report_chunk(client, "counter")
    page.wait_for("document.querySelector('#live_state .bar svg').getAttribute('aria-label') === '1 of 2 chunks'")
    assert report_chunk(client, "counter")
    page.wait_for("document.getElementById('live_state').textContent.includes('agrees with the known value')")
    assert page.errors() == []


def test_the_jobs_come_as_csv_and_json_from_the_address_of_their_page(client):
    rows = client.get("/counting", params={"state": "SUCCESS", "as": "json", "of": "jobs"}).json()["jobs"]
    assert {row["state"] for row in rows} == {"SUCCESS"}
    assert {"n": "10000", "prime_count": "1229", "known": "1229"}.items() <= rows[-1].items()
    table = client.get("/counting", headers={"Accept": "text/csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.text.splitlines()[0] == (
        "job_id,n,chunks,state,completed,prime_count,known,duration_sec,submitted_at,error"
    )


def test_what_the_address_asks_for_wrongly_is_said(site):
    for query in ("state=DONE", "page=0", "as=xls", "as=csv&of=rows"):
        answer = HTTP.get(f"{site.address}/counting?{query}")
        assert answer.status_code == 400, query
        assert answer.json()["detail"].count(" ") > 4

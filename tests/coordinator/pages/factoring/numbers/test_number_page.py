"""The page of one number: what it tells of the whole, of what is left, and of when that is done."""

import re

import pytest

from coordinator.explaining import finishing
from coordinator.pages.factoring.numbers import number as page_of_number

P, Q, R = 10**15 + 37, 10**17 + 3, 10**20 + 39
APART = (10**16 + 61) * (10**18 + 9)
"""Without a factor in common with numbers of the other primes, of which it would be found to be one after a moment."""


def test_the_cpu_time_of_a_number_is_that_of_all_its_parts_as_lists_tell_it(visitor, hand_in):
    hand_in(P * Q * R, client_id="ada", execution_time=60.0, factors_found=[{"factor": str(P)}])
    hand_in(Q * R, client_id="ada", execution_time=30.0, factors_found=[{"factor": str(Q)}])
    page = visitor.get("/composites/1").text
    assert "Fully factored in 1.5\xa0min of CPU time." in page
    assert "<dt>CPU time</dt><dd>1.5\xa0min</dd>" in page
    assert ">1.5\xa0min</td></tr>" in visitor.get("/composites").text


def test_the_work_that_is_left_of_a_number_is_told_as_lists_and_workers_tell_it_however_slow_its_curves_were(
    visitor, client, hand_in
):
    client.post("/api/v1/composites/bulk", json=[{"number": str(APART), "target_t_level": 20}]).raise_for_status()
    hand_in(APART, b1=2000, curves_completed=10, execution_time=10_000.0)
    told = re.search(r"about ([0-9.]+)(\xa0m?s) of work away", visitor.get("/composites/1").text)
    listed = re.search(r'data-label="Work left">([0-9.]+)(\xa0m?s)<', visitor.get("/composites").text)
    assert told[2] == listed[2]
    assert float(told[1]) == pytest.approx(float(listed[1]), rel=0.1)


def test_a_number_in_parts_stands_as_what_is_left_of_it_does(administrator, client, hand_in):
    client.post("/api/v1/composites/bulk", json=[{"number": str(P * Q * R), "target_t_level": 10}]).raise_for_status()
    hand_in(P * Q * R, factors_found=[{"factor": str(P)}], b1=11_000, curves_completed=100)
    for page in ("/composites/1", "/composites"):
        assert re.findall(r'class="is \w+">([^<]+)', administrator.get(page).text) == ["at target"], page
    listed = re.findall(r'class="is \w+">([^<]+)', administrator.get("/admin/numbers").text)
    assert listed == ["in parts", "proven prime", "at target"]


def test_a_number_with_more_reports_than_are_shown_says_where_all_are(visitor, hand_in, monkeypatch):
    monkeypatch.setattr(page_of_number, "_SHOWN", 2)
    for seconds in (1.0, 2.0):
        hand_in(APART, curves_completed=1, execution_time=seconds)
    assert "CSV and JSON have" not in visitor.get("/composites/1").text
    hand_in(APART, curves_completed=1, execution_time=3.0)
    shown = visitor.get("/composites/1").text
    assert 'The newest 2; CSV and JSON have 3, and <a href="/events?stream=composite-1">the log</a> has all.' in shown
    assert len(visitor.get("/composites/1?format=json&of=reports").json()["reports"]) == 3


def test_no_figure_tells_the_chance_of_a_factor_where_nothing_is_run(visitor, client):
    client.post("/api/v1/composites/bulk", json=[{"number": str(P * Q), "project": "idle"}]).raise_for_status()
    assert "A factor in the next day" not in visitor.get("/projects/1").text


def test_a_target_beyond_what_ecm_pays_for_is_said_to_be_one(visitor, client, hand_in):
    wanted = [{"number": str(P * Q * R), "target_t_level": 30}, {"number": str(APART), "target_t_level": 10}]
    client.post("/api/v1/composites/bulk", json=wanted).raise_for_status()
    hand_in(P * Q * R, curves_completed=50)
    page = visitor.get("/composites/1").text
    assert "and beyond t16.3: from there on the quadratic sieve is faster than ECM" in page
    assert "faster than ECM" not in visitor.get("/composites/2").text
    for listing in ("/composites", "/"):
        rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", visitor.get(listing).text, re.DOTALL)
        marked = ['<line class="sieve"' in row and "beyond t16.3" in row for row in rows if "composites/" in row]
        assert marked.count(True) == 1, listing


def test_when_a_number_is_at_its_target_is_told_at_the_pace_of_the_curves_on_it(visitor, client, hand_in, monkeypatch):
    monkeypatch.setattr(finishing, "_LEAST", 0)
    wanted = [{"number": str(n), "target_t_level": 30} for n in (P * Q * R, 3 * APART)]
    client.post("/api/v1/composites/bulk", json=wanted).raise_for_status()
    hand_in(P * Q * R, curves_completed=5, b1=2000)
    assert re.search(
        r"<dt>Target</dt><dd>done (in|about) .*, at the pace of the last (&lt;1|[0-9.]+)\xa0(ms|s), ",
        visitor.get("/composites/1").text,
    )
    assert "<dt>Target</dt><dd>no curves in the last day</dd>" in visitor.get("/composites/2").text


def test_what_may_have_been_missed_is_told_in_per_cent_however_little_that_is(visitor, hand_in):
    hand_in(P * Q * R, curves_completed=900, b1=50_000)
    page = visitor.get("/composites/1").text
    table = page[page.index('id="table-missed"') :].partition("</table>")[0]
    assert '<td class="count">&lt;0.0001\xa0%</td>' in table
    assert not re.search(r"[0-9]e-[0-9]", table)


def test_a_project_of_which_no_composite_is_left_shows_no_empty_table_of_levels(visitor, client, hand_in):
    for number, project in ((P * Q, "done"), (P * R, "open")):
        client.post("/api/v1/composites/bulk", json=[{"number": str(number), "project": project}]).raise_for_status()
    hand_in(P * Q, factors_found=[{"factor": str(P)}])
    assert "Composites by t-level" not in visitor.get("/projects/1").text
    assert "Composites by t-level" in visitor.get("/projects/2").text


def test_why_it_can_be_trusted_stands_at_the_top_of_the_overview(visitor):
    page = visitor.get("/").text
    assert page.index("check it yourself") < page.index('id="live_figures"')


def test_a_prime_has_no_table_of_reports_that_nobody_can_make(visitor, hand_in):
    hand_in(P * Q, factors_found=[{"factor": str(P)}])
    pages = {number: visitor.get(f"/composites/{number}").text for number in (1, 2)}
    assert (str(P) in pages[2], "proven prime" in pages[2]) == (True, True)
    for words in (">Reports<", "Curves that count", "/composites/{}/why"):
        shown = [words.format(number) in pages[number] for number in (1, 2)]
        assert shown == [True, False], words
    assert "/events?stream=composite-2" in pages[2]
    assert ["<dt>Submitted</dt>" in page for page in pages.values()] == [True, False]
    assert "<dt>Known since</dt>" in pages[2]


def test_no_factor_may_have_been_missed_that_is_longer_than_its_number(visitor, hand_in):
    hand_in(P * Q, curves_completed=50)
    rows = visitor.get("/composites/1?format=json&of=missed").json()["missed"]
    assert [row["digits"] for row in rows] == list(range(10, len(str(P * Q))))
    assert "at 35" not in visitor.get("/composites/1").text


def test_no_t_level_is_told_of_what_was_factored_without_curves(visitor, client, hand_in):
    client.post("/api/v1/composites/bulk", json=["91"]).raise_for_status()
    assert "at</span> t" not in visitor.get("/composites").text
    hand_in(P * Q, curves_completed=900, b1=50_000)
    hand_in(P * Q, factors_found=[{"factor": str(P)}], curves_completed=1, b1=50_000)
    levels = re.findall(r'<span class="of">at</span> t([0-9.]+)<', visitor.get("/composites").text)
    assert len(levels) == 1
    assert float(levels[0]) > 20


def test_steps_count_curves_of_the_parametrisation_that_is_handed_out_on_the_number(visitor, client):
    """To t15 at B1 = 2,000 it takes 34 curves of parametrisation 0, in which GMP-ECM does 2^n - 1, and 43 of 1."""
    wanted = [{"number": str(n), "target_t_level": 20} for n in ("2^677-1", P * Q * R)]
    client.post("/api/v1/composites/bulk", json=wanted).raise_for_status()
    for number, curves in ((1, 34), (2, 43)):
        assert f'0 <span class="of">of {curves}</span>' in visitor.get(f"/composites/{number}").text


def test_a_single_size_that_is_unlikely_is_told_once(visitor, hand_in):
    hand_in(P * Q * R, curves_completed=3, b1=2000)
    page = visitor.get("/composites/1").text
    assert re.search(r"<b>10 digits: unlikely</b>Missed: [0-9]+\xa0% at 10\. The t-level", page)


def test_what_was_told_of_work_done_elsewhere_stands_apart_from_its_b1(visitor, client):
    number = {"number": str(P * Q * R), "target_t_level": 20, "work": "30@2000"}
    client.post("/api/v1/composites/bulk", json=[number]).raise_for_status()
    assert '2e3</span> <span class="quiet">30@2000,p=1</span>' in visitor.get("/composites/1").text


def test_nobody_is_led_to_reserve_what_nothing_is_left_of(administrator, client, hand_in):
    prime, open_one = 10**9 + 7, (10**29 + 319) * (10**30 + 57)
    client.post("/api/v1/composites/bulk", json=[str(prime), str(open_one)]).raise_for_status()
    for number, may in ((1, False), (2, True)):
        for page in (f"/composites/{number}", f"/admin/numbers/{number}"):
            assert (f"/admin/reservations?number={number}" in administrator.get(page).text) == may, page
    assert "Nothing is left of it to work on." in administrator.get("/admin/numbers/1").text

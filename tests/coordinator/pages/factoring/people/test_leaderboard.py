"""The leaderboard: who did how much, in pages, each with its share of the whole."""

import re

import pytest

from coordinator.pages.factoring.people import leaderboard
from projections.factoring.credit.contributors import DAY, HOUR, Day

PLACE = re.compile(r'class="count rank">(\d+)<.*?>(\w+)</a>.*?class="count wide widest">([\d.]+)', re.DOTALL)
"""Its rank, the name, and the share of all in per cent."""


def test_places_go_on_from_page_to_page(visitor, hand_in, monkeypatch):
    monkeypatch.setattr(leaderboard, "_SHOWN", 2)
    for client, seconds in (("ada", 600.0), ("emmy", 300.0), ("sophie", 100.0)):
        hand_in(10**44 + 7, client_id=client, execution_time=seconds)
    first, second = (visitor.get(f"/contributors?per=name&page={page}").text for page in (1, 2))
    assert PLACE.findall(first) == [("1", "ada", "60"), ("2", "emmy", "30")]
    assert PLACE.findall(second) == [("3", "sophie", "10")]
    assert 'rel="next" href="/contributors?per=name&amp;page=2"' in first
    assert 'rel="next"' not in second


def test_a_place_draws_its_days_with_one_path(visitor, hand_in):
    hand_in(10**44 + 7, client_id="ada", execution_time=600.0)
    (path,) = re.findall(r'viewBox="0 0 28 18".*?<path class="columns" d="([^"]+)"', visitor.get("/contributors").text)
    assert path == "M-.5 18" + "m1 0v-1v1" * 27 + "m1 0v-18v18"


def test_what_all_did_stands_above_the_board_and_the_largest_primes_below(visitor, hand_in):
    p, q = 10**15 + 37, 10**17 + 3
    hand_in(p * q * (10**20 + 39), client_id="ada", execution_time=7200.0, factors_found=[{"factor": str(p * q)}])
    hand_in(p * q * (10**20 + 39), client_id="emmy", execution_time=3600.0, factors_found=[{"factor": str(p)}])
    page = visitor.get("/contributors").text
    figures = dict(re.findall(r'<dt>(\w+) this week</dt><dd class="big">([^<]+?) ?<', page))
    assert figures == {"Work": "3.0", "Factors": "1", "Curves": "20", "Active": "2"}
    assert "largest p16" in page
    assert re.search(r'>p16</a></td><th scope="row" class="told"><a href="/composites/\d+">.*?>emmy</a>', page)
    (row,) = [one for one in visitor.get("/contributors?format=json&of=work").json()["work"] if one["core_days"]]
    assert row["core_days"] == 0.125
    assert (row["factors"], row["contributors"]) == (1, 2)
    overview = visitor.get("/").text
    assert "Most work this week" in overview
    assert re.search(r'>ada</a></th><td class="count">2.0\xa0core-hours</td><td class="count">0</td>', overview)


def test_steady_work_is_as_much_as_in_the_days_before_whatever_time_of_day_it_is():
    days = [Day(day, 0, 0, 86_400, 1) for day in range(100, 107)]
    for hour in (0, 6, 23):
        before = sum(leaderboard._until_now(day, 106 * DAY + hour * HOUR) for day in days)
        assert before == pytest.approx(6 * 86_400 + hour * 3_600)


@pytest.mark.parametrize(
    ("seconds", "unit", "told"),
    [
        (7.0, "seconds", "7.0 s"),
        (600.0, "minutes", "10 min"),
        (9_000.0, "hours", "2.5 core-hours"),
        (900_000.0, "days", "10 core-days"),
    ],
)
def test_the_work_of_a_day_is_drawn_and_told_in_a_unit_that_fits_it(visitor, hand_in, seconds, unit, told):
    hand_in(10**44 + 7, client_id="ada", execution_time=seconds)
    page = visitor.get("/contributors").text
    assert f'<h2 id="work-title">Core-{unit} per day</h2>' in page
    chart = page[page.index('id="live_work"') :]
    assert float(re.search(r'<text class="end" x="100%" y="36.0">([\d.]+)</text>', chart)[1]) >= 2
    headings, last = re.findall(r"<tr>(.*?)</tr>", chart[: chart.index("</table>")])[::30]
    assert re.findall(r">([^<]+)</t[hd]>", headings)[1] == "CPU time"
    assert re.findall(r">([^<]+)</t[hd]>", last)[1] == told.replace(" ", "\xa0")


def test_everybody_is_told_their_own_place_by_cpu_time(visitor, hand_in):
    for client, seconds in (("ada", 600.0), ("emmy", 300.0), ("sophie", 100.0)):
        hand_in(10**44 + 7, client_id=client, execution_time=seconds)
    found = dict(re.findall(r'href="(/contributors/\d+)">(\w+)</a>', visitor.get("/contributors?per=name").text))
    places = {name: re.search(r"rank (\d+) of 3<", visitor.get(path).text)[1] for path, name in found.items()}
    assert places == {"ada": "1", "emmy": "2", "sophie": "3"}
    assert "rank 1 of 1<" in visitor.get("/users/anonymous").text


def test_the_list_of_projects_tells_the_work_that_is_left(visitor, client):
    number = str((10**29 + 319) * (10**30 + 57))
    client.post("/api/v1/composites/bulk", json=[{"number": number, "target_t_level": 30, "project": "mine"}])
    (row,) = visitor.get("/projects?format=json").json()["projects"]
    assert row["core_seconds_left"] > 60
    assert re.search(r'data-label="Work left">[\d.]+\xa0(min|core-hours?)<', visitor.get("/projects").text)


def test_what_is_to_be_expected_of_few_curves_is_told_and_no_zero(visitor, client):
    number = {"number": str(10**97 + 7), "target_t_level": 35, "work": "500@50000"}
    client.post("/api/v1/composites/bulk", json=[number]).raise_for_status()
    work = client.get("/api/v1/work/request", params={"client_id": "ada"}).json()
    done = {"work_assignment_id": work["work_id"], "client_id": "ada", "curves_completed": 1, "b1": work["b1"]}
    client.post("/api/v1/results/ecm", json=done).raise_for_status()
    assert re.search(r"were expected to find 0\.00[0-9]+ times; 0\xa0reports", visitor.get("/contributors/1").text)

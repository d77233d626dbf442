"""Lists that grow with use: a page shows a part, and leads to the others."""

import re
from itertools import pairwise

import pytest

from coordinator.pages.serving import asking
from tests.residue_files import residue_file

NUMBERS = [str((10**19 + 51) * prime) for prime in (10**20 + 39, 10**20 + 129, 10**20 + 151)]


@pytest.fixture
def full(administrator, client, monkeypatch):
    """A coordinator with three of everything that is listed, two of which fit on a page."""
    monkeypatch.setattr(asking, "ROWS", 2)
    numbers = [{"number": number, "project": f"project {number}"} for number in NUMBERS]
    client.post("/api/v1/composites/bulk", json=numbers).raise_for_status()
    for at, one in enumerate(numbers, start=1):
        administrator.post("/admin/keys", {"roles": "work", "user": f"person {at}"})
        administrator.post("/admin/invitations", {"roles": "work", "user": f"guest {at}"})
        administrator.post("/admin/deadlines", {"number": str(at), "deadline": "2031-01-01T00:00"})
        administrator.post("/submit", {"text": f"2^{60 + at}-1"})
        client.get("/api/v1/work/request", params={"client_id": f"box {at}"}).raise_for_status()
        administrator.post("/admin/clients/give", {"client": f"box {at}", "users": "user-1"})
        residue = ("residue.txt", residue_file(NUMBERS[0], [at], b1=2000))
        client.post("/api/v1/residues/upload", files={"file": residue}, headers={"X-Client-ID": "a"}).raise_for_status()
        administrator.post("/admin/pauses", {"of": "project", "name": one["project"]})
    return administrator


@pytest.mark.parametrize(
    ("path", "name", "pages"),
    [
        ("/projects", "page", 2),
        ("/workers", "page", 2),
        ("/residues", "page", 2),
        ("/users/user-1", "page", 2),
        ("/admin/shares", "page", 2),
        ("/admin/shares", "deadlines", 2),
        ("/admin/pauses", "page", 2),
        ("/admin/users", "page", 3),
        ("/admin/keys", "page", 2),
        ("/admin/keys", "invitations", 2),
        ("/admin/uploads", "page", 2),
        ("/admin/assignments", "page", 2),
    ],
)
def test_a_long_list_is_shown_in_pages_that_lead_to_each_other(full, path, name, pages):
    rows = [rows_of(full.get(path, params={name: str(at)}).text) for at in range(1, pages + 1)]
    assert f'rel="next" href="{path}?{name}=2"' in full.get(path).text
    assert f'rel="prev" href="{path}?{name}={pages - 1}"' in full.get(path, params={name: str(pages)}).text
    assert all(one != other for one, other in pairwise(rows))
    assert rows_of(full.get(path, params={name: "999"}).text) == rows[-1]


def test_a_list_of_many_pages_leads_to_its_first_and_its_last(full):
    def leads(at):
        page = full.get("/admin/users", params={"page": str(at)}).text
        ways = re.search(r'<nav class="pages".*?</nav>', page, re.DOTALL)[0]
        return dict(re.findall(r'href="/admin/users\?page=(\d)">(\w+)<', ways))

    assert [leads(at) for at in (1, 2, 3)] == [
        {"2": "Next", "3": "Last"},
        {"1": "Previous", "3": "Next"},
        {"1": "First", "2": "Previous"},
    ]


def test_a_list_that_grows_at_its_top_leads_back_there(full):
    for path in ("/tasks", "/events"):
        assert ">Newest</a>" not in full.get(path).text
        assert f'<a href="{path}">Newest</a>' in full.get(path, params={"before": "1000"}).text


def rows_of(page):
    return re.findall(r'<th scope="row".*?</th>', page)


def test_a_page_of_the_projects_gives_itself_away_and_all_of_them(full):
    assert f"project {NUMBERS[-1]}" not in full.get("/projects", params={"format": "csv"}).text
    whole = full.get("/projects", params={"format": "csv", "of": "projects", "size": "all"}).text
    assert [f"project {number}" in whole for number in NUMBERS] == [True] * 3


def test_what_asks_for_a_page_is_named_when_it_is_no_number(full):
    assert "deadlines is &#39;x&#39;; a whole number from 1 is accepted." in full.get("/admin/shares?deadlines=x").text


@pytest.mark.parametrize(
    ("page", "action"),
    [
        ("/admin/keys?page=2", "/admin/keys/{id}/revoke"),
        ("/admin/keys?page=2&invitations=2", "/admin/invitations/{id}/withdraw"),
        ("/admin/users?page=3", "/admin/users/{id}/rename"),
        ("/admin/pauses?page=2", "/admin/pauses/end"),
        ("/admin/shares?deadlines=2", "/admin/deadlines"),
    ],
)
def test_acting_on_a_page_of_a_list_leads_back_to_that_page(full, page, action):
    pattern = re.escape(action).replace(r"\{id\}", r"[\w-]+")
    sent_to = re.search(rf'action="({pattern}\?[^"]*)"', full.get(page).text)[1].replace("&amp;", "&")
    fields = {"confirmed": "yes", "name": "other", "of": "project", "number": "1"}
    fields["name"] = NAMED.get(action, "other")
    led = full.post(sent_to, fields)
    asked = dict(one.split("=") for one in page.partition("?")[2].split("&"))
    assert led.url.path == page.partition("?")[0]
    assert {name: led.url.params[name] for name in asked} == asked
    assert int(led.url.params["done"]) > 0


NAMED = {"/admin/pauses/end": f"project {NUMBERS[0]}"}


def test_a_row_that_is_refused_is_shown_on_its_page_opened_and_with_what_was_written(full):
    sent_to = re.search(r'action="(/admin/keys/\d+/renew\?page=2)"', full.get("/admin/keys?page=2").text)[1]
    answer = full.post(sent_to, {"expires": "2001-02-03"})
    assert answer.status_code == 400
    assert "page 2 of 2" in answer.text
    row = answer.text[answer.text.index(f'action="{sent_to}"') - 120 :]
    assert row.index("<details open>") < 120
    assert 'name="expires" type="date" value="2001-02-03"' in row[:500]
    assert answer.text.count('value="2001-02-03"') == 1


def test_a_reservation_that_was_made_is_not_asked_for_again(administrator, client):
    client.post("/api/v1/composites/bulk", json=["2^67-1"]).raise_for_status()
    fields = {"composite_identifier": "1", "client_id": "siever", "method": "snfs", "duration_hours": "5"}
    led = administrator.post("/admin/reservations?number=1", fields)
    assert (led.url.path, "number" in led.url.params) == ("/admin/reservations", False)

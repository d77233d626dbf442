"""Lists that grow with use: a page shows a part, and leads to the others."""

import re
from itertools import pairwise

import pytest

from coordinator.pages import asking
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


def rows_of(page):
    return re.findall(r'<th scope="row".*?</th>', page)


def test_a_page_of_the_projects_gives_itself_away_and_all_of_them(full):
    assert f"project {NUMBERS[-1]}" not in full.get("/projects", params={"format": "csv"}).text
    whole = full.get("/projects", params={"format": "csv", "of": "projects", "size": "all"}).text
    assert [f"project {number}" in whole for number in NUMBERS] == [True] * 3


def test_what_asks_for_a_page_is_named_when_it_is_no_number(full):
    assert "deadlines is &#39;x&#39;; a whole number from 1 is accepted." in full.get("/admin/shares?deadlines=x").text

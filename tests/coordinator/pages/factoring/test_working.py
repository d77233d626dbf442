"""The page of workers: what each runs and how long that takes, and the composites by their next step."""

import re

import pytest

from coordinator.pages.serving import asking
from coordinator.time.wallclock import now
from projections.factoring.lists import catalogue
from tests.residue_files import residue_file

NUMBER = (10**29 + 319) * (10**30 + 57)


@pytest.fixture
def reserve(administrator):
    """A function that reserves a number for somebody."""

    def reserve(number, who):
        fields = {"composite_identifier": str(number), "client_id": who, "method": "nfs"}
        assert administrator.post("/admin/reservations", fields).status_code == 200

    return reserve


def test_a_worker_stands_with_what_it_runs_and_how_much_of_it_is_left(visitor, client, hand_in):
    client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER), "target_t_level": 25, "project": "mine"}])
    hand_in(NUMBER, client_id="ada", b1=2000, curves=10, curves_completed=10, execution_time=1.0)
    given = client.get("/api/v1/work/request", params={"client_id": "ada"}).json()
    page = visitor.get("/workers").text
    row = re.search(r"(?s)>ada</a></th>.*?</tr>", page)[0]
    assert re.search(r'(?s)<a href="/composites/1">.*?</a> c60, B1 ', row)
    assert f'0 <span class="of">of {given["curves"]}</span>'.replace(",", "") in row.replace("\u202f", "")
    assert re.search(r'data-label="Left">[\d.]+\xa0(ms|s|min)<', row)
    assert f'href="/admin/assignments/{given["work_id"]}"' in row


def test_the_page_its_figures_the_menu_and_the_overview_count_the_same_workers(visitor, client, hand_in):
    client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER), "target_t_level": 25}])
    client.get("/api/v1/work/request", params={"client_id": "ada"}).raise_for_status()
    hand_in(NUMBER, client_id="bob")
    page = visitor.get("/workers").text
    assert "1 working, 1 idle, none late" in page
    assert '<dt>Working</dt><dd class="big">1 <small>of 2</small>' in page
    assert '<span data-count="/workers">2 now</span>' in page
    assert '<dt>Workers</dt><dd class="big">2 <small>now</small></dd><dd>1 working<' in visitor.get("/").text
    assert client.get("/health").json()["workers"] == 2


def test_however_many_are_silent_for_a_minute_are_late_and_count_as_here_no_more(visitor, client):
    client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER), "target_t_level": 60}])
    for box in range(120):
        assert client.get("/api/v1/work/request", params={"client_id": f"box-{box}"}).json()["work_id"]
    assert "120 working, none late" in visitor.get("/workers").text
    for box in range(120):
        client.app.state.shared.node.presence.forget(f"box-{box}")
    page = visitor.get("/workers").text
    assert "0 working, 120 late" in page
    assert '<dt>Working</dt><dd class="big">0 <small>of 0</small></dd><dd>here in the last minute; 120 late<' in page
    assert '<span data-count="/workers">0 now</span>' in page


def test_just_after_a_start_those_who_hold_work_are_here_and_nobody_says_when_they_were_heard(
    serving, browsing, admin_key
):
    with serving() as client:
        client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER), "target_t_level": 25}, "2^523+1"])
        client.get("/api/v1/work/request", params={"client_id": "ada", "max_digits": 70}).raise_for_status()
        administrator = browsing(client)
        administrator.sign_in(admin_key)
        fields = {"composite_identifier": "2^523+1", "client_id": "carl", "method": "nfs"}
        assert administrator.post("/admin/reservations", fields).status_code == 200
    with serving() as client:
        page = browsing(client).get("/workers").text
        assert "1 working, none late" in page
        assert '<span data-count="/workers">1 now</span>' in page
        (row,) = client.get("/workers?format=json&of=workers").json()["workers"]
        assert (row["client_id"], row["holds"], row["last_seen"]) == ("ada", 1, None)


def test_whoever_works_elsewhere_on_what_was_reserved_is_no_worker_here(visitor, client, administrator, reserve):
    client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER), "target_t_level": 25}])
    reserve(1, "ada")
    presence = client.app.state.shared.node.presence
    presence.seen("ada", now(), "factoring")
    row = re.search(r"(?s)>ada</a></th>.*?</tr>", visitor.get("/workers").text)[0]
    assert "waits for work" in row
    presence.forget("ada")
    assert client.get("/workers?format=json&of=workers").json() == {"workers": []}
    assert "0 working, none late" in visitor.get("/workers").text


@pytest.mark.parametrize("listing", ["/composites", "/composites?status=open", "/", "/composites/1", "/admin/numbers"])
def test_a_number_that_is_reserved_is_called_so_and_not_assigned(client, administrator, reserve, hand_in, listing):
    client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER), "target_t_level": 25}])
    hand_in(NUMBER, client_id="bob", curves_completed=3)
    reserve(1, "ada")
    page = administrator.get(listing).text
    assert re.search(r">\s*reserved\s*<", page), listing
    assert "assignment<" not in page


def test_a_residue_file_in_hands_stands_with_its_number(visitor, client):
    client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER), "target_t_level": 25}])
    kept = {"file": ("residue.txt", residue_file(str(NUMBER), [11, 12], b1=2000))}
    client.post("/api/v1/residues/upload", files=kept, headers={"X-Client-ID": "ada"}).raise_for_status()
    client.get("/api/v1/residues/work", headers={"X-Client-ID": "bob"}).raise_for_status()
    page = visitor.get("/workers").text
    assert "1 working, 1 idle, none late" in page
    assert "<dd>1 working<" in visitor.get("/").text
    row = re.search(r"(?s)>bob</a></th>.*?</tr>", page)[0]
    assert re.search(r'(?s)<a href="/composites/1">.*?</a>, stage 2 of <a href="/residues">residue file 1</a>', row)
    assert "2\xa0curves B1 2e3" in row


def test_workers_are_ordered_by_any_column_that_says_so(visitor, client, hand_in):
    client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER), "target_t_level": 25}])
    for name in ("box-10", "box-2"):
        assert client.get("/api/v1/work/request", params={"client_id": name}).json()["work_id"]
    hand_in(NUMBER, client_id="cy", b1=2000, curves_completed=10, execution_time=1.0)
    named = {
        (sort, order): [
            one["client_id"]
            for one in client.get(f"/workers?sort={sort}&order={order}&format=json&of=workers").json()["workers"]
        ]
        for sort in ("name", "state", "sign", "speed")
        for order in ("asc", "desc")
    }
    assert named["name", "asc"] == ["box-2", "box-10", "cy"]
    assert named["name", "desc"] == ["cy", "box-10", "box-2"]
    assert named["state", "desc"][0] == "cy"
    assert named["sign", "asc"] == ["box-10", "box-2", "cy"]
    assert named["sign", "desc"] == ["cy", "box-2", "box-10"]
    page = visitor.get("/workers?sort=name&order=asc").text
    assert '<th scope="col" aria-sort="ascending"><a href="/workers?sort=name&amp;order=desc">Worker ↑</a>' in page
    assert visitor.get("/workers?sort=colour").status_code == 400


def test_workers_stand_as_people_count_them_and_those_without_work_last(visitor, client, hand_in):
    client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER), "target_t_level": 25}])
    for name in ("box-10", "box-2", "box-1b"):
        assert client.get("/api/v1/work/request", params={"client_id": name}).json()["work_id"]
    hand_in(NUMBER, client_id="ada")
    here = visitor.get("/workers").text.partition('id="live_here"')[2].partition("</table>")[0]
    assert re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', here) == ["box-1b", "box-2", "box-10", "ada"]


def test_numbers_wait_by_their_next_step_with_the_work_that_it_takes(visitor, client):
    client.post(
        "/api/v1/composites/bulk",
        json=[{"number": str(NUMBER + 2 * i), "target_t_level": 14 + 10 * i} for i in (0, 3, 8)],
    )
    client.get("/api/v1/work/request", params={"client_id": "ada"}).raise_for_status()
    steps = visitor.get("/workers?format=json&of=steps").json()["steps"]
    assert [(one["to_t"], one["b1"], one["waiting"] + one["running"]) for one in steps] == [(15, 2000, 3)]
    assert steps[0]["running"] == 1
    assert steps[0]["core_seconds"] > 0


def test_open_numbers_are_drawn_every_five_minutes_while_the_log_is_young(visitor, client, hand_in):
    p, q = 10**9 + 7, 10**11 + 3
    numbers = [str(NUMBER + 2 * i) for i in (0, 3, 8)] + [str(p * q)]
    client.post("/api/v1/composites/bulk", json=[{"number": one, "target_t_level": 30} for one in numbers])
    hand_in(p * q, client_id="ada", factors_found=[{"factor": str(p)}])
    page = visitor.get("/workers").text
    assert "Numbers not factored, every five minutes" in page
    assert "3 now; 3\xa0hours ago 0." in page
    recent = visitor.get("/workers?format=json&of=recent").json()["recent"]
    assert len(recent) == 36
    assert recent[-1]["numbers"] == visitor.get("/workers?format=json&of=stock").json()["stock"][-1]["numbers"] == 3


def test_what_is_held_of_a_number_is_counted_as_assignments_also_where_one_worker_holds_it_all(
    visitor, client, administrator
):
    client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER), "target_t_level": 25, "project": "mine"}])
    for _ in range(3):
        asked = {"client_id": "ada", "max_seconds": 1}
        assert client.get("/api/v1/work/request", params=asked).json()["composite_id"] == 1
    for listing in ("/composites", "/composites?status=open", "/"):
        assert "3\xa0assignments" in visitor.get(listing).text, listing
    for listing in ("/projects/1", "/admin/numbers"):
        page = visitor.get(listing).text
        assert '<th scope="col" class="count">Assignments</th>' in page, listing
        assert re.search(r'<td class="count(?: wide)?">3</td>', page), listing


def test_what_they_run_is_read_of_those_workers_that_a_page_shows(visitor, client, monkeypatch):
    client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER), "target_t_level": 25}])
    for name in ("ada", "bob", "cy"):
        client.get("/api/v1/work/request", params={"client_id": name}).raise_for_status()
    monkeypatch.setattr(asking, "ROWS", 2)
    read = []
    monkeypatch.setattr(catalogue, "live_of", lambda _connection, clients: read.extend(clients) or [])
    here = visitor.get("/workers").text.partition('id="live_here"')[2].partition("</table>")[0]
    assert re.findall(r'<th scope="row"><a href="/contributors/(\d+)">', here) == [str(one) for one in read]
    assert len(read) == 2

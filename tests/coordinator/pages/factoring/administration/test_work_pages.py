"""Work that administrators take from somebody, or reserve for them."""

import re

from tests.coordinator.pages.conftest import banner
from tests.coordinator.pages.factoring.administration.conftest import P20, P21


def test_an_assignment_is_taken_from_its_worker(administrator, client, number, last_event):
    work = client.get("/api/v1/work/request", params={"client_id": "alice"}).json()["work_id"]
    assert "alice" in administrator.get("/admin/assignments").text
    administrator.post(f"/admin/assignments/{work}", {"confirmed": "yes", "reason": "gone"})
    assert (last_event()["data"]["outcome"], last_event()["data"]["reason"]) == ("revoked", "gone")
    assert work not in administrator.get("/admin/assignments").text
    assert "assignments had run out" in administrator.post("/admin/assignments").text
    assert administrator.get("/admin/assignments/nothing").status_code == 404


def test_assignments_that_were_given_at_once_are_told_apart(administrator, client):
    numbers = [str((10**29 + 319 + 2 * k) * (10**30 + 57)) for k in range(20)]
    client.post("/api/v1/composites/bulk", json=numbers).raise_for_status()
    first = client.get("/api/v1/work/request", params={"client_id": "alice"}).json()["work_id"]
    fast = {"work_assignment_id": first, "client_id": "alice", "b1": 2000, "curves_completed": 10}
    client.post("/api/v1/results/ecm", json=fast | {"execution_time": 0.03}).raise_for_status()
    given = client.get("/api/v1/work/request", params={"client_id": "alice", "numbers": 3}).json()
    works = [first, given["work_id"], *(one["work_id"] for one in given["further"])]
    listed = re.findall(r"<code>(.*?)</code>", administrator.get("/admin/assignments").text)
    assert len(set(listed)) == len(works) == 4
    for work in works:
        (name,) = re.findall(r"<h1>Assignment (.*?)</h1>", administrator.get(f"/admin/assignments/{work}").text)
        assert name in listed


def test_a_number_is_reserved_and_released(administrator, client, admin, number):
    fields = {"composite_identifier": str(number), "client_id": "cado", "method": "gnfs", "duration_hours": "5"}
    assert "cado" in administrator.post("/admin/reservations", fields).text
    assert banner(administrator.post("/admin/reservations", fields | {"duration_hours": "0"})) == (
        "duration_hours is '0'; a whole number from 1 to 8760 is accepted."
    )
    assert administrator.post("/admin/reservations", fields).status_code == 409
    (reserved,) = client.get("/api/v1/admin/work/assignments", headers=admin).json()["reservations"]
    assert "cado" not in administrator.post(f"/admin/reservations/{reserved['work_id']}/release").text


def test_a_number_of_which_a_part_is_reserved_says_so_wherever_it_is_told_of(administrator, client):
    client.post("/api/v1/composites/bulk", json=[{"number": str(1009 * P20 * P21), "name": "whole"}]).raise_for_status()
    assert "nobody works on it" in administrator.get("/composites/1").text
    fields = {"composite_identifier": "1", "client_id": "cado", "method": "gnfs", "duration_hours": "5"}
    listed = administrator.post("/admin/reservations", fields).text
    assert re.search(r'<th scope="row">.*"/composites/1".* <a href="/composites/\d+">c40</a></th>', listed)
    assert "is held by an assignment or a reservation" in banner(administrator.post("/admin/reservations", fields))
    administered = administrator.get("/admin/numbers/1").text
    assert "reserved by cado (general number field sieve)" in administered
    shown = administrator.get("/composites/1").text
    assert "cado</a> works on it elsewhere (general number field sieve), until" in shown
    assert ["Reserve it for" in administered, "/admin/reservations?number=" in shown] == [False, False]
    assert "for the general number field sieve" in administrator.get("/events").text
    assert "It is not assigned: it is reserved." in shown
    assert ("nobody works on it" in shown, 'id="next-title"' in shown) == (False, False)


def test_work_that_is_no_curves_is_named_by_its_method(administrator, client):
    client.post("/api/v1/composites/bulk", json=[{"number": str(P20 * P21), "prior_t_level": 15}])
    work = client.get("/api/v1/work/request", params={"client_id": "alice", "method": "qs"}).json()["work_id"]
    assert (
        '<dt>Work</dt><dd><span class="run">quadratic sieve</span></dd>'
        in administrator.get(f"/admin/assignments/{work}").text
    )
    page = administrator.get("/composites/1").text
    assert re.search(r'data-label="Curves">quadratic sieve</td><td data-label="B1"></td>', page)
    assert "B1 0" not in page

"""Several short assignments that come with one request."""

import pytest

SHORT = [str((10**29 + 319 + 2 * k) * (10**30 + 57)) for k in range(40)]
LONG = "2^727-1"


@pytest.fixture
def measured(client):
    """Put a client on record whose speed is known: what an unknown one gets first is not short."""
    client.post("/api/v1/composites/bulk", json=[str((10**30 + 57) * (10**31 + 33))]).raise_for_status()
    work = client.get("/api/v1/work/request", params={"client_id": "alice"}).json()["work_id"]
    body = {
        "work_assignment_id": work,
        "client_id": "alice",
        "b1": 2000,
        "curves_completed": 10,
        "execution_time": 0.03,
    }
    client.post("/api/v1/results/ecm", json=body).raise_for_status()
    client.delete(f"/api/v1/work/{work}", params={"client_id": "alice"}).raise_for_status()


def ask(client, key="", **query):
    headers = {"Idempotency-Key": key} if key else {}
    answer = client.get("/api/v1/work/request", params={"client_id": "alice", **query}, headers=headers)
    return answer.raise_for_status().json()


def test_several_short_assignments_come_at_once_each_with_a_lease_of_its_own(client, measured):
    client.post("/api/v1/composites/bulk", json=SHORT).raise_for_status()
    given = ask(client, numbers=16)
    further = given["further"]
    assert len(further) == 15
    works = [given["work_id"], *(one["work_id"] for one in further)]
    assert len({given["composite_id"], *(one["composite_id"] for one in further)}) == 16
    assert len(set(works)) == 16
    alone = ask(client)
    assert "further" not in alone
    assert alone["curves"] > max(one["curves"] for one in further if one["b1"] == alone["b1"])
    for work in works[1:]:
        status = client.put(f"/api/v1/work/{work}/progress", params={"client_id": "alice"}).json()["status"]
        assert status == "updated"
        body = {"work_assignment_id": work, "client_id": "alice", "b1": 2000, "curves_completed": 1}
        client.post("/api/v1/results/ecm", json=body).raise_for_status()
    client.delete(f"/api/v1/work/{works[1]}", params={"client_id": "alice"}).raise_for_status()
    assert client.put(f"/api/v1/work/{works[2]}/progress", params={"client_id": "alice"}).json()["status"] == "updated"


def test_the_same_question_is_told_the_same_assignments_again(client, measured):
    client.post("/api/v1/composites/bulk", json=SHORT[:5]).raise_for_status()
    given = ask(client, numbers=4, key="once")
    assert len(given["further"]) == 3
    assert ask(client, numbers=4, key="once") == given
    assigned = client.get("/api/v1/events", params={"type": "factoring.work_assigned"}).json()["events"]
    assert len(assigned) == 1 + 4


def test_nothing_comes_along_that_is_not_short_nor_with_what_is_not(client):
    client.post("/api/v1/composites/bulk", json=[LONG, SHORT[0]]).raise_for_status()
    first = ask(client, numbers=16)
    assert first["digit_length"] == len(SHORT[0])
    assert "further" not in first, "the second number takes long"
    second = ask(client, numbers=16)
    assert (second["digit_length"], "further" in second) == (219, False)
    assert "further" not in ask(client, numbers=16), "there is nothing"


@pytest.mark.parametrize("query", [{"strategy": "ladder"}, {"method": "qs"}])
def test_other_orders_of_work_give_one_number_at_a_time(client, measured, query):
    client.post("/api/v1/composites/bulk", json=SHORT[:5]).raise_for_status()
    assert "further" not in ask(client, numbers=16, **query)


@pytest.mark.parametrize("numbers", [0, 17, "all"])
def test_a_count_that_nobody_is_given_is_refused(client, numbers):
    answer = client.get("/api/v1/work/request", params={"client_id": "alice", "numbers": numbers})
    assert answer.status_code == 400
    assert "numbers" in answer.json()["detail"]

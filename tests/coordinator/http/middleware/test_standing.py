"""How numbers stand, projects and the feed of factors, in the middleware's shapes."""

import pytest

P12, P16, P20, P64 = 10**11 + 3, 10**15 + 37, 10**19 + 51, 10**63 + 121
N = P16 * P20 * P64


def test_a_number_is_found_however_it_is_spelled(client, known, standing):
    known(f"{P16}*{P64}")
    for spelled in (f"{P16}*{P64}", P16 * P64, f"{P64}*{P16}", f"00{P16 * P64}"):
        assert standing(spelled)["composite"] == f"{P16}*{P64}", spelled
    assert standing(f"({P16}*{P64}*3)/3")["current_composite"] == str(P16 * P64)
    for unknown in ("12345", "abc", "2^^2", "9^9^9"):
        assert client.get(f"/api/v1/stats/{unknown}").status_code == 404


def test_a_split_number_shows_what_is_left_of_it(known, hand_in, standing):
    known(N, target_t_level=30, project="one")
    hand_in(N)
    hand_in(N, factors_found=[{"factor": str(P16), "sigma": "1:77"}], execution_time=0.9)
    found = standing(N)
    assert (found["composite"], found["current_composite"]) == (str(N), str(P20 * P64))
    assert (found["status"], found["factors_found"], found["projects"]) == ("composite", [str(P16)], ["one"])
    assert found["digit_length"] == len(str(P20 * P64))
    assert found["ecm_work"]["total_curves"] == 20
    assert found["ecm_work"]["effort_by_level"] == [{"b1": 11000, "curves": 20}]
    assert found["ecm_work"]["last_attempt"]
    assert found["current_t_level"] > 0


def test_a_prime_and_a_factored_number_say_so(known, standing):
    known(P64)
    known(P12 * 8)
    assert standing(P64)["status"] == "prime"
    assert (standing(P12 * 8)["status"], standing(P12 * 8)["factors_found"]) == (
        "fully_factored",
        ["2", "2", "2", str(P12)],
    )


def test_many_numbers_are_asked_about_at_once(client, known):
    known(N, target_t_level=30)
    rows = client.post("/api/v1/composites/batch-status", json={"numbers": [str(N), "77", "x"]}).json()["composites"]
    assert [row["found"] for row in rows] == [True, False, False]
    assert (rows[0]["target_t_level"], rows[0]["digit_length"]) == (30.0, len(str(N)))
    assert rows[1]["target_t_level"] is None
    too_many = client.post("/api/v1/composites/batch-status", json={"numbers": ["6"] * 10_001})
    assert too_many.status_code == 400


def test_numbers_are_listed_by_progress(client, known, hand_in):
    known(P16 * P64, target_t_level=20)
    known(N, target_t_level=20, project="one")
    known(P12 * 2)
    hand_in(P16 * P64, curves_completed=3)
    hand_in(N, curves_completed=50)
    hand_in(N, factors_found=[{"factor": str(P16), "sigma": None}], execution_time=0.9)

    def ask(**wanted):
        return client.post("/api/v1/composites/top-progress", json=wanted).json()["composites"]

    first, second = ask()
    assert (first["number"], first["current_composite"]) == (str(N), str(P20 * P64))
    assert first["completion_pct"] > second["completion_pct"] > 0
    assert [row["number"] for row in ask(project_name="one")] == [str(N)]
    assert [row["number"] for row in ask(formulas=[str(P16 * P64)])] == [str(P16 * P64)]
    assert [row["is_fully_factored"] for row in ask(include_factored=True)].count(True) == 1
    assert ask(min_difficulty=90) == []
    assert len(ask(limit=1)) == 1
    unknown = client.post("/api/v1/composites/top-progress", json={"project_name": "none"})
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "accepted"),
    [
        ("min_priority", 10**30, "a whole number from -2147483647 to 2147483647 or null"),
        ("min_difficulty", "NaN", "a number from 0 to 1000000000 or null"),
        ("max_difficulty", "Infinity", "a number from 0 to 1000000000 or null"),
    ],
)
def test_progress_is_listed_within_bounds_only(client, field, value, accepted):
    answer = client.post("/api/v1/composites/top-progress", json={field: value})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(f"{field} is ")
    assert answer.json()["detail"].endswith(f"; {accepted} is accepted.")


def test_the_feed_of_factors_can_be_polled(client, known, hand_in):
    known(N)
    hand_in(N, factors_found=[{"factor": str(P16), "sigma": "1:5"}], curves_completed=1, client_id="alice-box1")
    hand_in(N, factors_found=[{"factor": str(P20), "sigma": 6}], curves_completed=1, client_id="bob-box2")
    newest, oldest = client.get("/api/v1/factors").json()["factors"]
    assert (newest["factor"], newest["sigma"], newest["client_id"]) == (str(P20), "1:6", "bob-box2")
    assert (oldest["factor"], oldest["is_prime"], oldest["method"]) == (str(P16), True, "ecm")
    # Compared by id: the order of the group is counted meanwhile, and added when it is known.
    assert client.get(f"/api/v1/factors/{oldest['id']}").json()["factor"] == oldest["factor"]
    page = client.get("/api/v1/factors?limit=1&offset=1").json()
    assert [factor["id"] for factor in page["factors"]] == [oldest["id"]]
    assert (page["total"], page["page"], page["page_size"]) == (2, 2, 1)
    since = client.get("/api/v1/factors", params={"since": newest["created_at"]}).json()
    assert [factor["id"] for factor in since["factors"]] == [newest["id"]]
    assert client.get("/api/v1/factors?since=yesterday").status_code == 400
    assert client.get("/api/v1/factors/99").status_code == 404


def test_projects_have_ids_and_count_each_number_once(client, admin, known, hand_in):
    known(N, project="first")
    known(P12 * 2, project="second")
    hand_in(N, factors_found=[{"factor": str(P16), "sigma": None}])
    created = client.post("/api/v1/admin/projects", json={"name": "third", "description": "x"}, headers=admin)
    assert (created.status_code, created.json()["id"]) == (200, 3)
    listed = client.get("/api/v1/projects").json()
    assert [(one["project"]["id"], one["project"]["name"]) for one in listed] == [
        (1, "first"),
        (2, "second"),
        (3, "third"),
    ]
    counts = [(one["total_composites"], one["unfactored_composites"], one["factored_composites"]) for one in listed]
    assert counts == [(1, 1, 0), (1, 0, 1), (0, 0, 0)]
    assert [{**one["project"], **one} for one in listed] == listed
    assert client.get("/api/v1/projects/2").json() == client.get("/api/v1/projects/by-name/second").json() == listed[1]
    assert client.get("/api/v1/projects/9").status_code == 404
    assert client.post("/api/v1/admin/projects", json={"name": "first"}, headers=admin).status_code == 409


def test_a_deleted_project_leaves_its_numbers_and_its_id_is_not_given_again(client, admin, known, standing):
    known(N, project="first")
    deleted = client.delete("/api/v1/admin/projects/by-name/first", headers=admin).json()
    assert (deleted["project_id"], deleted["project_name"], deleted["associations_deleted"]) == (1, "first", 1)
    assert standing(N)["projects"] == []
    known(P16 * P64, project="first")
    (again,) = client.get("/api/v1/projects").json()
    assert (again["project"]["id"], again["total_composites"]) == (2, 1)
    assert client.delete("/api/v1/admin/projects/1", headers=admin).status_code == 404


@pytest.mark.parametrize("name", ["", "x" * 101, "a\nb"])
def test_a_project_without_a_readable_name_is_refused(client, admin, name):
    answer = client.post("/api/v1/admin/projects", json={"name": name}, headers=admin)
    assert answer.status_code == 400


def test_a_projects_description_is_text(client, admin):
    answer = client.post("/api/v1/admin/projects", json={"name": "first", "description": 5}, headers=admin)
    assert (answer.status_code, answer.json()["detail"]) == (400, "description is 5; text or null is accepted.")
    assert client.get("/api/v1/projects").json() == []

"""Declaring what was done elsewhere, through every door, and taking it back."""

import pytest

P16, P20, P64 = 10**15 + 37, 10**19 + 51, 10**63 + 121
N, M = P16 * P64, P20 * P64
CURVES = [{"b1": 2000, "curves": 10}, {"b1": 2000, "b2": 0, "param": 3, "curves": 5}]


def detail(client, number):
    return client.get(f"/api/v1/composites/{number}").json()


def effort(client, number):
    return [(row["b1"], row["b2"], row["parametrization"], row["curves"]) for row in detail(client, number)["effort"]]


def test_a_t_level_and_curves_are_declared_where_numbers_are_handed_in(client, known):
    by_level = known(N, prior_t_level=25)
    assert by_level["current_t_level"] == pytest.approx(25, abs=0.05)
    by_curves = known(M, work=CURVES)
    assert effort(client, by_curves["id"]) == [(2000, None, 1, 10), (2000, 0, 3, 5)]
    (row,) = detail(client, by_curves["id"])["attempts"]
    assert (row["method"], row["curves"], row["program"]) == ("prior", 15, "10@2000,p=1; 5@2000,0,p=3")


def test_how_a_number_stands_tells_its_prior_t_level(client, known, standing):
    known(N, prior_t_level=25)
    known(M)
    assert [standing(number)["prior_t_level"] for number in (N, M)] == [25.0, None]


def test_the_grammar_of_tlevel_says_the_same(client, known):
    assert known(N, work="10@2e3;5@2e3,0,p=3")["status"] == "open"
    assert known(N, work=CURVES)["current_t_level"] == known(N)["current_t_level"]
    assert effort(client, 1) == [(2000, None, 1, 10), (2000, 0, 3, 5)]


def test_administration_and_the_bulk_address_take_it_too(client, admin):
    item = {"number": str(N), "prior_t_level": 20, "work": CURVES}
    structured = client.post("/api/v1/admin/composites/bulk-structured", json={"composites": [item]}, headers=admin)
    assert (structured.status_code, structured.json()["errors"]) == (200, [])
    declared = detail(client, 1)["attempts"][0]["program"]
    assert declared == "t20; 10@2000,p=1; 5@2000,0,p=3"
    client.post("/api/v1/admin/composites/bulk", json=[{"number": str(M), "work": "3@300"}], headers=admin)
    assert effort(client, 2) == [(300, None, 1, 3)]
    event = {"type": "factoring.composite_submitted", "id": "a", "client_id": "bob", "number": str(M), "work": "4@300"}
    (result,) = client.post("/api/v1/events", json=[event]).json()["results"]
    assert result["status"] == "accepted"
    assert effort(client, 2) == [(300, None, 1, 4)]


def test_a_declaration_is_taken_back_like_any_attempt(client, admin, known):
    known(N, work="10@2e3")
    before = detail(client, 1)["composite"]["current_t_level"]
    known(N, work="1000@2e3")
    assert detail(client, 1)["composite"]["current_t_level"] > before
    wrong = detail(client, 1)["attempts"][0]
    answer = client.delete(f"/api/v1/admin/attempts/{wrong['id']}?reason=a+slip", headers=admin)
    assert answer.status_code == 200
    assert detail(client, 1)["composite"]["current_t_level"] == before
    assert effort(client, 1) == [(2000, None, 1, 10)]
    known(N, work="20@2e3")
    assert effort(client, 1) == [(2000, None, 1, 20)]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"prior_t_level": 101}, "prior_t_level 101 is out of bounds: more than 0 and at most 100 is accepted."),
        ({"prior_t_level": 0}, "prior_t_level 0 is out of bounds"),
        ({"prior_t_level": "high"}, "prior_t_level"),
        ({"work": "10 curves"}, "'10 curves' is not a piece of work"),
        ({"work": [{"b1": 5, "curves": 1}]}, "B1 = 5 is out of bounds"),
        ({"work": [{"b1": 2000, "curves": 0}]}, "curves = 0 is out of bounds"),
        ({"work": [{"b1": 2000, "curves": 1, "param": 4}]}, "param = 4 is unknown"),
        ({"work": [{"b1": 2000, "curves": 1, "b3": 4}]}, "b3"),
    ],
)
def test_a_bad_declaration_is_named_and_its_neighbours_are_taken(client, fields, sentence):
    items = [{"number": str(N), **fields}, {"number": str(M), "work": "3@300"}]
    answer = client.post("/api/v1/composites/bulk", json=items).json()
    assert (answer["new_composites"], answer["invalid_numbers"]) == (1, 1)
    assert answer["errors"][0]["index"] == 0
    assert sentence in answer["errors"][0]["error"]


def test_the_page_of_a_number_tells_prior_work_from_reports(client, known):
    known(N, prior_t_level=20, work=CURVES)
    page = client.get("/composites/1", headers={"Accept": "text/html"}).text
    assert "done elsewhere" in page
    assert "t20; 10@2000,p=1; 5@2000,0,p=3" in page

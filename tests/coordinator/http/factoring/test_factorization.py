"""A number as one product."""

from coordinator.http.factoring.factorization import Factorization

P, Q = 10**15 + 37, 10**20 + 39


def test_a_number_is_shown_as_one_product(client):
    number = 2**3 * 11 * P * Q
    sent = client.post("/api/v1/composites/bulk", json=[f"{number}", "10403", "7"]).json()["composites"]
    answers = [client.get(f"/api/v1/composites/{one['id']}/factorization").json() for one in sent]
    assert all(tuple(answer) == Factorization.__struct_fields__ for answer in answers)
    assert [answer["product"] for answer in answers] == ["2^3 * 11 * c36", "101 * 103", "7"]
    first = answers[0]
    assert [(prime["factor"], prime["times"]) for prime in first["primes"]] == [("2", 3), ("11", 1)]
    assert [(part["composite"], part["target_t_level"]) for part in first["open"]] == [(str(P * Q), 15.0)]
    assert (answers[1]["open"], answers[2]["status"]) == ([], "prime")
    assert client.get("/api/v1/composites/999/factorization").status_code == 404

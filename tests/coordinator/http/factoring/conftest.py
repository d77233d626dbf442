"""Numbers to work on."""

import pytest

P12, P16, P20, P64 = 10**11 + 3, 10**15 + 37, 10**19 + 51, 10**63 + 121


@pytest.fixture
def known(client):
    """A function that has a number on record, and returns what the coordinator says of it."""

    def submit(number, **fields):
        answer = client.post("/api/v1/composites/bulk", json=[{"number": str(number), **fields}])
        assert answer.status_code == 200, answer.text
        (composite,) = answer.json()["composites"]
        return composite

    return submit


@pytest.fixture
def ask(client):
    """A function that asks for work as the client of the ECM Coordination Middleware does."""

    def ask(client_id="alice", address="ecm-work", **wanted):
        answer = client.get(f"/api/v1/{address}", params={"client_id": client_id, **wanted})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


@pytest.fixture
def hand_in(client):
    """A function that hands in a step of the client's; fields of `parameters` and `results` are given by their names."""

    def hand_in(number, *, status=200, **fields):
        parameters = {"b1": 11000, "b2": None, "curves": 10, "parametrization": 1, "sigma": None}
        results = {"factor_found": None, "factors_found": None, "curves_completed": 10, "execution_time": 0.7}
        payload = {
            "composite": str(number),
            "project": None,
            "client_id": "alice-box1",
            "method": "ecm",
            "program": "gmp-ecm-ecm",
            "program_version": "unknown",
            "parameters": parameters,
            "results": results,
            "raw_output": "",
        }
        for name, value in fields.items():
            place = next((part for part in (parameters, results) if name in part), payload)
            place[name] = value
        answer = client.post("/api/v1/submit_result", json=payload)
        assert answer.status_code == status, answer.text
        return answer.json()

    return hand_in


@pytest.fixture
def standing(client):
    """A function that returns how a number stands."""

    def standing(number):
        answer = client.get(f"/api/v1/stats/{number}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    return standing

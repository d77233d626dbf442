"""Group orders and proofs are found after the answer: kills before, between and after lose none and repeat none."""

import pytest

from tests.real.servers import HTTP, CoordinatorProcess, tallystick
from tests.waiting import until

P, SIGMA = 8_000_000_000_012_429, "1:716873880"  # GMP-ECM found it with B1 = 2000, B2 = 200000
Q = 2**107 - 1


@pytest.fixture
def coordinator(tmp_path):
    process = CoordinatorProcess(tmp_path / "data").start()
    yield process
    process.close()


def report(coordinator):
    payload = {
        "composite": str(P * Q),
        "client_id": "alice-box1",
        "method": "ecm",
        "program": "gmp-ecm-ecm",
        "parameters": {"b1": 2000, "b2": 200_000, "curves": 1, "parametrization": 1, "sigma": SIGMA},
        "results": {"factors_found": [{"factor": str(P), "sigma": SIGMA}], "curves_completed": 1},
    }
    answer = HTTP.post(f"{coordinator.address}/api/v1/submit_result", json=payload)
    assert answer.json()["factor_status"] == "new_factor", answer.text


def events(coordinator, kind):
    answer = HTTP.get(f"{coordinator.address}/api/v1/events", params={"type": kind, "limit": 100})
    return answer.json()["events"]


def wait_for(coordinator, kind):
    return until(lambda: events(coordinator, kind), said=coordinator.output.read_text)


@pytest.mark.slow
def test_orders_and_proofs_come_once_over_kills(coordinator):
    report(coordinator)
    coordinator.kill()
    coordinator.start()
    (counted,) = wait_for(coordinator, "factoring.group_order_computed.v1")
    coordinator.kill()
    coordinator.start()
    (settled,) = wait_for(coordinator, "factoring.primality_settled.v1")
    assert (counted["data"]["verdict"], settled["data"]["primality"]) == ("smooth", "proven")
    coordinator.kill()
    coordinator.start()
    (factor,) = HTTP.get(f"{coordinator.address}/api/v1/factors").json()["factors"]
    assert factor["group_order_factorization"] == "2^6 * 3 * 23 * 43 * 449 * 701 * 133853"
    assert (factor["primality"], factor["doubt"]) == ("proven", None)
    assert HTTP.get(f"{coordinator.address}/api/v1/composites/3").json()["composite"]["primality"] == "proven"
    assert len(events(coordinator, "factoring.group_order_computed.v1")) == 1
    assert len(events(coordinator, "factoring.primality_settled.v1")) == 1
    assert coordinator.stop() == 0
    assert tallystick("verify", "--data-dir", str(coordinator.directory)).returncode == 0

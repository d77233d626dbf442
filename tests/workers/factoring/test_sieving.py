"""Small leftovers: what ECM leaves at its target below 71 digits is finished by the quadratic sieve."""

import math
import signal

import gmpy2
import pytest

from tests.real.servers import HTTP
from workers.factoring.quadratic_sieve import sieve

C9 = 10_007 * 10_037
C44 = (10**20 + 39) * (10**23 + 117)
C57 = (10**27 + 103) * (10**29 + 319)
ATTEMPTS = "factoring.attempt_made.v1"


def at_its_target(coordinator, *numbers):
    """Hand in numbers on which all was done elsewhere; return their ids."""
    body = [{"number": str(number), "target_t_level": 15, "prior_t_level": 16} for number in numbers]
    answer = HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=body).raise_for_status().json()
    assert [taken["status"] for taken in answer["composites"]] == ["finished"] * len(numbers)
    return [taken["id"] for taken in answer["composites"]]


def test_what_is_left_at_its_target_is_finished_and_recorded_as_what_it_was(coordinator, hire):
    numbers = at_its_target(coordinator, C9, C44, C57, (10**49 + 9) * (10**50 + 151))
    assert hire("--kinds", "sieving", "--exit-when-idle").wait() == 0
    assert [coordinator.status(number) for number in numbers] == ["factored", "factored", "factored", "finished"]
    assert [(fact["number"], fact["method"]) for fact in coordinator.facts(ATTEMPTS)] == [
        (numbers[0], "auto"),
        (numbers[1], "qs"),
        (numbers[2], "qs"),
    ]
    assert all(fact["program"].startswith("flint 3") for fact in coordinator.facts(ATTEMPTS))
    assert [fact["method"] for fact in coordinator.facts("factoring.work_assigned.v2")] == ["qs"] * 3
    assert [fact["outcome"] for fact in coordinator.facts("leases.ended.v1")] == ["completed"] * 3


def test_a_worker_that_is_stopped_or_killed_leaves_the_number_to_others(coordinator, hire):
    (number,) = at_its_target(coordinator, gmpy2.next_prime(10**33) * gmpy2.next_prime(10**36))
    stopped = hire("--kinds", "sieving")
    stopped.wait_for("sieving_started")
    stopped.tell(signal.SIGTERM)
    assert stopped.wait() == 0
    assert [fact["outcome"] for fact in coordinator.facts("leases.ended.v1")] == ["released"]
    killed = hire("--kinds", "sieving")
    killed.wait_for("sieving_started")
    killed.kill()
    assert coordinator.status(number) == "finished"
    hire("--kinds", "sieving").wait_for("sieving_started")  # once the lease of the other has run out


@pytest.mark.parametrize("number", [C9, C9**2, 10_007**3, 2**67 - 1, C44 * 10_007])
def test_a_number_is_sieved_completely(number):
    found = sieve(str(number))
    assert found.method == ("auto" if number < 2**64 else "qs")
    rest = number
    for prime in map(int, found.primes):
        while rest % prime == 0:
            rest //= prime
    assert rest == 1
    assert math.prod(map(int, found.primes)) <= number

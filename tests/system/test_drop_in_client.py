"""What the unmodified client of the ECM Coordination Middleware sends, in its order, byte for byte as it sends it."""

import itertools
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import gmpy2
import httpx
import pytest

from tests.real.servers import CoordinatorProcess

USERNAME, CPU_NAME = "alice", "box1"
CLIENT = f"{USERNAME}-{CPU_NAME}"
_LENGTHS = itertools.count(15)
HEADER = "GMP-ECM 7.0.5 [configured with GMP 6.2.1, --enable-asm-redc] [ECM]\nInput number is {0} ({1} digits)\n"


class Client:
    """The client's own ways with HTTP: no key ever, three tries, whatever is not 2xx counts as a failure."""

    def __init__(self, address):
        self.api = f"{address}/api/v1"
        self.http = httpx.Client(timeout=30)

    def work(self, **wanted):
        """Ask as `--auto-work` does, and format what comes as it does."""
        query = {"client_id": USERNAME, "timeout_days": 5, "work_type": "standard", **wanted}
        answer = self.http.get(f"{self.api}/ecm-work", params=query)
        answer.raise_for_status()
        work = answer.json()
        if work.get("work_id"):
            shown = f"t{work['current_t_level']:.1f} to t{work['target_t_level']:.1f}"
            assert int(work["composite"]) > 1, shown
            assert len(work["composite"]) == work["digit_length"]
        return work

    def submit(self, payload):
        """POST the JSON as it is kept in files of failed submissions."""
        answer = self.http.post(
            f"{self.api}/submit_result", content=json.dumps(payload), headers={"Content-Type": "application/json"}
        )
        answer.raise_for_status()
        return answer.json()

    def complete(self, work_id):
        answer = self.http.post(f"{self.api}/work/{work_id}/complete", params={"client_id": USERNAME})
        answer.raise_for_status()
        return answer.json()

    def abandon(self, work_id):
        """On Ctrl-C: with no query at all."""
        return self.http.delete(f"{self.api}/work/{work_id}")

    def stats(self, composite):
        answer = self.http.get(f"{self.api}/stats/{composite.value}")
        answer.raise_for_status()
        return answer.json()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A running coordinator for all tests here; one of them kills it and starts it again."""
    process = CoordinatorProcess(tmp_path_factory.mktemp("drop-in") / "data").start()
    yield process
    process.close()


@pytest.fixture
def client(running):
    """A client of it."""
    client = Client(running.address)
    yield client
    client.http.close()


@pytest.fixture
def number(client):
    """A number that no other test works on, of a length of its own."""
    number = Composite(gmpy2.next_prime(10 ** next(_LENGTHS)))
    submitted = [{"number": number.value, "target_t_level": 20}]
    client.http.post(f"{client.api}/composites/bulk", json=submitted).raise_for_status()
    return number


class Composite:
    """A product of two primes; `only` is how the client asks for it and no other."""

    def __init__(self, prime):
        self.prime = str(prime)
        # Of no other number here: those that share a factor are taken apart as soon as they are held against each other.
        self.cofactor = str(gmpy2.next_prime(10**63 + 10**6 * len(self.prime)))
        self.value = str(prime * int(self.cofactor))
        self.only = {"min_digits": len(self.value), "max_digits": len(self.value)}


def output(composite, sigmas, b1=11000, b2=1873422, param=1, factors=None):
    """What GMP-ECM prints: the sigmas of its curves, and after some of them the factor that they found."""
    lines = [HEADER.format(composite.value, len(composite.value))]
    polynomial = "x^1" if b2 < 10**7 else "x^2"
    for run, sigma in enumerate(sigmas, 1):
        lines.append(f"Run {run} out of {len(sigmas)}:\n")
        lines.append(f"Using B1={b1}, B2={b2}, polynomial {polynomial}, sigma={param}:{sigma}\n")
        lines.append("Step 1 took 21ms\nStep 2 took 18ms\n")
        if factor := (factors or {}).get(sigma):
            lines.append(f"********** Factor found in step 2: {factor}\nFound prime factor of 16 digits: {factor}\n")
    return "".join(lines)


def payload(composite, *, curves=75, raw_output="", **changes):
    """One step of the client's, as it sends it; fields of `parameters` and `results` are given by their names."""
    made = {
        "composite": composite.value,
        "project": None,
        "client_id": CLIENT,
        "method": "ecm",
        "program": "gmp-ecm-ecm",
        "program_version": "unknown",
        "parameters": {"b1": 11000, "b2": None, "curves": curves, "parametrization": 1, "sigma": None},
        "results": {
            "factor_found": None,
            "factors_found": None,
            "curves_completed": curves,
            "execution_time": 0.7,
        },
        "raw_output": raw_output,
    }
    for name, value in changes.items():
        place = next((part for part in (made["parameters"], made["results"]) if name in part), made)
        place[name] = value
    return made


def test_auto_work_goes_from_a_number_to_its_completion(client, number):
    work = client.work(**number.only)
    assert (work["composite"], work["current_t_level"], work["target_t_level"]) == (number.value, 0.0, 20.0)
    first = client.submit(payload(number, raw_output=output(number, range(1, 76))))
    assert first["status"] == "success"
    assert first["attempt_id"] >= 1
    assert (first["factor_status"], first["errors"]) == ("no_factor", None)
    second = client.submit(payload(number, raw_output=output(number, range(101, 176)), execution_time=0.8))
    assert second["attempt_id"] > first["attempt_id"]
    assert client.complete(work["work_id"])["status"] == "completed"
    standing = client.stats(number)
    assert standing["ecm_work"]["total_curves"] == 150
    assert standing["current_t_level"] >= standing["target_t_level"]
    nothing = client.work(**number.only)
    assert nothing["work_id"] is None
    assert nothing["message"]


def test_a_found_prime_makes_an_end_of_the_number(client, number):
    work = client.work(**number.only)
    found = payload(
        number,
        raw_output=output(number, range(1, 4), factors={3: number.prime}),
        curves=3,
        sigma="1:3",
        factors_found=[{"factor": number.prime, "sigma": "1:3"}],
    )
    assert client.submit(found)["factor_status"] == "new_factor"
    client.complete(work["work_id"])
    standing = client.stats(number)
    assert (standing["status"], standing["factors_found"]) == ("fully_factored", [number.prime, number.cofactor])
    factor = client.http.get(f"{client.api}/factors").json()["factors"][0]
    assert (factor["factor"], factor["sigma"], factor["client_id"]) == (number.prime, "1:3", CLIENT)
    assert client.work(**number.only)["work_id"] is None


def test_a_saved_failure_is_resent_and_counts_once_even_after_a_kill(running, client, number):
    step = payload(number, raw_output=output(number, range(1, 76)))
    saved = json.dumps({"submitted": False, "retry_count": 3, "api_payload": step})
    first = client.submit(step)
    again = client.submit(json.loads(saved)["api_payload"])
    running.kill()
    running.start()
    third = client.submit(json.loads(saved)["api_payload"])
    assert first == again == third
    assert client.stats(number)["ecm_work"]["total_curves"] == 75


def test_a_later_client_says_more_and_is_given_nothing_past_its_own_level(client, number):
    """It adds `--tlevel` and its mode to what it asks for, and the assignment to what it submits."""
    work = client.work(max_current_tlevel=15, stage1_only=True, requested_b1=11000, **number.only)
    step = payload(number, curves=40, raw_output=output(number, range(1, 41)))
    client.submit({**step, "residue_checksum": None, "work_id": work["work_id"]})
    client.complete(work["work_id"])
    assert 15 < client.stats(number)["current_t_level"] < 20
    assert client.work(max_current_tlevel=15, **number.only)["work_id"] is None
    assert client.work(max_current_tlevel=20, **number.only)["composite"] == number.value


def test_ctrl_c_hands_the_number_back_without_saying_who(client, number):
    work = client.work(**number.only)
    assert client.work(client_id="bob", **number.only)["work_id"] is None
    answer = client.abandon(work["work_id"])
    assert (answer.status_code, answer.json()["status"]) == (200, "abandoned")
    assert client.work(client_id="bob", **number.only)["composite"] == number.value


def test_clients_that_ask_at_the_same_instant_get_different_numbers(client, running):
    count = 24
    numbers = [
        str(gmpy2.next_prime(10**40 + 10**20 * n) * gmpy2.next_prime(2 * 10**63 + 10**20 * n)) for n in range(count)
    ]
    client.http.post(f"{client.api}/composites/bulk", json=numbers).raise_for_status()
    ready = threading.Barrier(count)

    def ask(n):
        with httpx.Client(timeout=30) as http:
            http.get(f"{running.address}/health/live")
            ready.wait()
            query = {"client_id": f"racer-{n}", "min_digits": len(numbers[0])}
            return http.get(f"{client.api}/ecm-work", params=query).json()

    with ThreadPoolExecutor(count) as pool:
        given = list(pool.map(ask, range(count)))
    assert sorted(work["composite"] for work in given) == sorted(numbers)
    assert len({work["work_id"] for work in given}) == count


def test_what_the_output_says_beats_wrong_fields(client, number):
    shown = output(number, [8, 9], b1=50000, b2=12746592)
    made = client.submit(payload(number, curves=2, parametrization=3, b2=0, raw_output=shown))
    detail = client.http.get(f"{client.api}/composites/{made['composite_id']}").json()
    (row,) = detail["effort"]
    assert (row["b1"], row["b2"], row["parametrization"], row["curves"]) == (50000, None, 1, 2)


@pytest.mark.parametrize("b2", [None, -1])
def test_in_the_mode_with_several_processes_the_fields_are_all_there_is(client, number, b2):
    made = client.submit(payload(number, b2=b2, parametrization=None))
    detail = client.http.get(f"{client.api}/composites/{made['composite_id']}").json()
    assert [(row["b2"], row["parametrization"], row["curves"]) for row in detail["effort"]] == [(None, 1, 75)]


@pytest.mark.parametrize("sigma", [123, "123", "1:123"])
def test_a_sigma_comes_as_a_number_or_as_text(client, number, sigma):
    assert client.submit(payload(number, curves=1, sigma=sigma))["factor_status"] == "no_factor"
    again = client.submit(payload(number, curves=1, sigma="1:123", execution_time=0.9))
    assert again["factor_status"] == "duplicate"


def test_more_curves_than_fit_into_an_event_are_all_counted(client, number):
    many = payload(number, curves=4000, raw_output=output(number, range(2**63, 2**63 + 4000), param=0))
    assert client.submit(many) == client.submit(many)
    assert client.stats(number)["ecm_work"]["total_curves"] == 4000


def test_wrappers_of_other_programs_ask_and_submit_likewise(client, number):
    p1 = client.http.get(f"{client.api}/p1-work", params={"client_id": CLIENT, "method": "p1", **number.only}).json()
    assert f"{p1['pm1_b1']:,} t{p1['current_t_level']:.1f} to t{p1['target_t_level']:.1f}" == "50,000 t0.0 to t20.0"
    step = payload(number, curves=1, method="pm1", program="yafu", b1=p1["pm1_b1"])
    step["results"]["factors_found"] = [{"factor": number.prime, "sigma": None}]
    assert client.submit(step)["factor_status"] == "new_factor"
    assert client.http.delete(f"{client.api}/work/{p1['work_id']}", params={"client_id": CLIENT}).status_code == 200
    standing = client.stats(number)
    assert (standing["status"], standing["ecm_work"]["total_curves"]) == ("fully_factored", 0)
    any_work = client.http.get(f"{client.api}/work", params={"client_id": "carol", "methods": "pm1"})
    assert any_work.status_code == 200


def test_a_result_for_a_number_that_nobody_submitted_is_not_lost(client):
    unknown = Composite(10**12 + 39)
    assert client.submit(payload(unknown, raw_output=output(unknown, range(1, 76))))["status"] == "success"
    assert client.stats(unknown)["ecm_work"]["total_curves"] == 75
    assert client.work(**unknown.only)["composite"] == unknown.value

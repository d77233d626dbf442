"""What the unmodified client of the ECM Coordination Middleware sends, in its order, byte for byte as it sends it."""

import json

import httpx
import pytest

P16, P64 = 10**15 + 37, 10**63 + 121
N = str(P16 * P64)
USERNAME, CPU_NAME = "alice", "box1"
CLIENT = f"{USERNAME}-{CPU_NAME}"
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
        answer = self.http.get(f"{self.api}/stats/{composite}")
        answer.raise_for_status()
        return answer.json()


@pytest.fixture
def client(coordinator):
    """A client of a coordinator that has one number."""
    submit_number(coordinator, N, target_t_level=20)
    client = Client(coordinator.address)
    yield client
    client.http.close()


def submit_number(coordinator, number, **fields):
    answer = httpx.post(f"{coordinator.address}/api/v1/composites/bulk", json=[{"number": number, **fields}])
    answer.raise_for_status()
    return answer.json()["composites"][0]


def output(composite, sigmas, b1=11000, b2=1873422, param=1, factors=None):
    """What GMP-ECM prints: the sigmas of its curves, and after some of them the factor that they found."""
    lines = [HEADER.format(composite, len(str(composite)))]
    for run, sigma in enumerate(sigmas, 1):
        lines.append(f"Run {run} out of {len(sigmas)}:\n")
        lines.append(f"Using B1={b1}, B2={b2}, polynomial x^1, sigma={param}:{sigma}\n")
        lines.append("Step 1 took 21ms\nStep 2 took 18ms\n")
        if factor := (factors or {}).get(sigma):
            lines.append(f"********** Factor found in step 2: {factor}\nFound prime factor of 16 digits: {factor}\n")
    return "".join(lines)


def payload(composite=N, *, curves=75, raw_output="", **changes):
    """One step of the client's; `changes` are dotted into it."""
    made = {
        "composite": composite,
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


def test_auto_work_goes_from_a_number_to_its_completion(client):
    work = client.work()
    assert (work["composite"], work["current_t_level"], work["target_t_level"]) == (N, 0.0, 20.0)
    first = client.submit(payload(raw_output=output(N, range(1, 76))))
    assert first["status"] == "success"
    assert first["attempt_id"] >= 1
    assert (first["factor_status"], first["errors"]) == ("no_factor", None)
    second = client.submit(payload(raw_output=output(N, range(101, 176)), execution_time=0.8))
    assert second["attempt_id"] > first["attempt_id"]
    assert client.complete(work["work_id"])["status"] == "completed"
    standing = client.stats(N)
    assert standing["ecm_work"]["total_curves"] == 150
    assert standing["current_t_level"] == pytest.approx(20.8, abs=0.5)
    nothing = client.work()
    assert nothing["work_id"] is None
    assert nothing["message"]


def test_a_found_prime_makes_an_end_of_the_number(client):
    work = client.work()
    found = payload(
        raw_output=output(N, range(1, 4), factors={3: P16}),
        curves=3,
        sigma="1:3",
        factors_found=[{"factor": str(P16), "sigma": "1:3"}],
    )
    answer = client.submit(found)
    assert answer["factor_status"] == "new_factor"
    client.complete(work["work_id"])
    standing = client.stats(N)
    assert standing["status"] == "fully_factored"
    assert standing["factors_found"] == [str(P16), str(P64)]
    (factor,) = client.http.get(f"{client.api}/factors").json()["factors"]
    assert (factor["factor"], factor["sigma"], factor["client_id"]) == (str(P16), "1:3", CLIENT)


def test_a_saved_failure_is_resent_and_counts_once_even_after_a_restart(coordinator, client):
    step = payload(raw_output=output(N, range(1, 76)))
    saved = json.dumps({"submitted": False, "retry_count": 3, "api_payload": step})
    first = client.submit(step)
    again = client.submit(json.loads(saved)["api_payload"])
    coordinator.kill()
    coordinator.start()
    third = client.submit(json.loads(saved)["api_payload"])
    assert first == again == third
    assert client.stats(N)["ecm_work"]["total_curves"] == 75


def test_known_curves_under_another_name_are_a_duplicate(client):
    client.submit(payload(raw_output=output(N, range(1, 76))))
    other = client.submit(payload(raw_output=output(N, range(1, 76)), client_id="bob-box2"))
    assert other["factor_status"] == "duplicate"
    assert client.stats(N)["ecm_work"]["total_curves"] == 75


def test_ctrl_c_hands_the_number_back_without_saying_who(client):
    work = client.work()
    assert client.work(client_id="bob")["work_id"] is None
    answer = client.abandon(work["work_id"])
    assert (answer.status_code, answer.json()["status"]) == (200, "abandoned")
    assert client.work(client_id="bob")["composite"] == N


def test_what_the_output_says_beats_wrong_fields(client):
    client.submit(payload(curves=2, parametrization=3, b2=0, raw_output=output(N, [8, 9], b1=50000, b2=12746592)))
    effort = client.stats(N)["ecm_work"]["effort_by_level"]
    assert effort == [{"b1": 50000, "curves": 2}]
    detail = client.http.get(f"{client.api}/composites/1").json()
    assert [(row["parametrization"], row["b2"], row["curves"]) for row in detail["effort"]] == [(1, None, 2)]


@pytest.mark.parametrize("b2", [None, -1])
def test_a_b2_of_null_or_minus_one_is_the_default(client, b2):
    client.submit(payload(b2=b2, parametrization=None))
    detail = client.http.get(f"{client.api}/composites/1").json()
    assert [(row["b2"], row["parametrization"]) for row in detail["effort"]] == [(None, 1)]


@pytest.mark.parametrize("sigma", [123, "123", "1:123"])
def test_a_sigma_comes_as_a_number_or_as_text(client, sigma):
    assert client.submit(payload(curves=1, sigma=sigma))["factor_status"] == "no_factor"
    again = client.submit(payload(curves=1, sigma="1:123", execution_time=0.9))
    assert again["factor_status"] == "duplicate"


def test_more_curves_than_fit_into_an_event_are_all_counted(client):
    many = payload(curves=4000, raw_output=output(N, range(2**63, 2**63 + 4000), param=0))
    answer = client.submit(many)
    assert client.submit(many) == answer
    assert client.stats(N)["ecm_work"]["total_curves"] == 4000


def test_a_result_for_a_number_that_nobody_submitted_is_not_lost(client):
    unknown = str(P64 * (10**20 + 39))
    answer = client.submit(payload(unknown, raw_output=output(unknown, range(1, 76))))
    assert answer["factor_status"] == "no_factor"
    standing = client.stats(unknown)
    assert standing["ecm_work"]["total_curves"] == 75
    assert standing["target_t_level"] > 0


def test_a_factor_that_is_none_is_refused_by_name_and_the_curves_count(client):
    answer = client.submit(payload(factors_found=[{"factor": "12347", "sigma": None}]))
    assert answer["status"] == "success"
    assert "12347" in answer["errors"][0]
    assert client.stats(N)["ecm_work"]["total_curves"] == 75


def test_other_methods_add_no_effort_but_their_factors_count(client):
    step = payload(curves=1, method="pm1", program="yafu", factors_found=[{"factor": str(P16), "sigma": None}])
    answer = client.submit(step)
    assert answer["factor_status"] == "new_factor"
    standing = client.stats(N)
    assert standing["status"] == "fully_factored"
    assert standing["ecm_work"]["total_curves"] == 0
    (factor,) = client.http.get(f"{client.api}/factors").json()["factors"]
    assert factor["method"] == "pm1"

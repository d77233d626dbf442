"""Clients as both repositories have them, with the real GMP-ECM, until there is no work left: what ran is what is credited.

What each sends is what the unmodified clients were seen to send; `tests/system/test_drop_in_client.py` has it byte for byte.
"""

import hashlib
import re
from collections import Counter

import gmpy2
import pytest

from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.mathematics.levels.effort import t_level_milli
from core.factoring.worth import CurveWorth
from tests.real.gmp_ecms import both_builds, run
from tests.real.servers import HTTP, CoordinatorProcess, tallystick

B1, STEP = 2000, 15
FINDABLE = [(10**11 + 3, 10**44 + 31), (10**12 + 39, 10**45 + 9)]
HARD = [(10**29 + 331, 10**31 + 319), (10**29 + 331, 10**32 + 57)]
_RAN = re.compile(r"sigma=(\d):(\d+)\nStep 1 took \d+ms\n(Step 2 took)?")
_FOUND = re.compile(r"Factor found in step \d: (\d+)")


class Client:
    """One client: `alice-box1` wherever it names itself, as the newest does, or `alice` where it asks, as the older does."""

    def __init__(self, address, ecm, directory, ran, *, newest):
        self.api, self.ecm, self.directory, self.ran = f"{address}/api/v1", ecm, directory, ran
        self.asks = "alice-box1" if newest else "bob"
        self.submits = "alice-box1" if newest else "bob-box2"

    def request(self, method, address, **options):
        answer = HTTP.request(method, f"{self.api}/{address}", timeout=60, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def run(self, number, *options):
        """Run GMP-ECM, and keep what ran: number, parametrisation and how far, by its own words."""
        printed = run(self.ecm, *options, numbers=[] if "-resume" in options else number)
        kinds = Counter((number, int(param), bool(stage_2)) for param, _, stage_2 in _RAN.findall(printed))
        return printed, kinds

    def submit(self, number, printed, curves, *, b1=B1, b2=None, checksum=None):
        factors = list(dict.fromkeys(_FOUND.findall(printed)))
        results = {
            "factor_found": factors[0] if factors else None,
            "factors_found": [{"factor": factor, "sigma": None} for factor in factors] or None,
            "curves_completed": curves,
            "execution_time": 0.5,
        }
        parameters = {"b1": b1, "b2": b2, "curves": curves, "parametrization": 3, "sigma": None}
        payload = {
            "composite": number,
            "project": "demo",
            "client_id": self.submits,
            "method": "ecm",
            "program": "gmp-ecm-ecm",
            "program_version": "unknown",
            "parameters": parameters,
            "results": results,
            "raw_output": printed[:10_000],
            "residue_checksum": checksum,
        }
        return self.request("POST", "submit_result", json=payload)

    def work(self, **wanted):
        query = {"client_id": self.asks, "timeout_days": 1, "work_type": "standard", **wanted}
        return self.request("GET", "ecm-work", params=query)

    def complete(self, work):
        self.request("POST", f"work/{work['work_id']}/complete", params={"client_id": self.asks})

    def go_to_the_target(self, work):
        """`--auto-work`: step by step to the target, or to a factor."""
        number, level = work["composite"], work["current_t_level"]
        while level < work["target_t_level"]:
            printed, kinds = self.run(number, "-c", STEP, B1)
            self.ran.update(kinds)
            answer = self.submit(number, printed, sum(kinds.values()))
            level = answer["current_t_level"]
            if answer["factor_status"] == "new_factor":
                break
        self.complete(work)

    def run_stage_1(self, work, curves):
        """`--stage1-only`: the file is handed in, whatever was found."""
        saved = self.directory / "residue.txt"
        saved.unlink(missing_ok=True)
        printed, kinds = self.run(work["composite"], "-param", 1, "-save", saved, "-c", curves, B1, 0)
        self.ran.update(kinds)
        attempt = self.submit(work["composite"], printed, curves, b2=0)["attempt_id"]
        with saved.open("rb") as file:
            self.request(
                "POST",
                "residues/upload",
                params={"expiry_days": 7, "stage1_attempt_id": attempt},
                files={"file": ("residue.txt", file.read(), "text/plain")},
                headers={"X-Client-ID": self.asks},
            )
        self.complete(work)

    def run_stage_2(self, part=1.0):
        """`--stage2-only`: a part of the curves when it is stopped by hand; return how many it was told of."""
        holder = {"X-Client-ID": self.asks}
        work = self.request("GET", "residues/work", params={"claim_timeout_hours": 24}, headers=holder)
        if not work["residue_id"]:
            return 0
        number, residue, fetched = work["composite"], work["residue_id"], self.directory / "fetched.txt"
        content = HTTP.get(f"{self.api}/residues/{residue}/download", headers=holder).content
        lines = content.splitlines(keepends=True)
        assert len(lines) == work["curve_count"]
        fetched.write_bytes(b"".join(lines[: round(part * len(lines))]))
        printed, kinds = self.run(number, "-resume", fetched, B1, work["suggested_b2"])
        self.ran.subtract({(number, 1, False): sum(kinds.values())})
        self.ran.update(kinds)
        checksum = hashlib.sha256(content).hexdigest()
        stage_2 = self.submit(number, printed, sum(kinds.values()), b2=work["suggested_b2"], checksum=checksum)
        named = {"stage2_attempt_id": stage_2["attempt_id"]}
        self.request("POST", f"residues/{residue}/complete", json=named, headers=holder)
        return work["curve_count"]


@pytest.mark.drill
@both_builds
def test_what_ran_is_what_is_credited_and_nothing_is_left_in_anybodys_hands(tmp_path, ecm):
    process = CoordinatorProcess(tmp_path / "data", TALLYSTICK_ADMIN_KEY="sesame").start()
    try:
        _to_the_end(process, tmp_path, ecm)
        process.stop()
        assert tallystick("verify", "--data-dir", process.directory).returncode == 0
    finally:
        process.close()


def _to_the_end(process, directory, ecm):
    ran = Counter()
    newest, older = (Client(process.address, ecm, directory, ran, newest=one) for one in (True, False))
    numbers = [str(gmpy2.next_prime(p) * gmpy2.next_prime(q)) for p, q in (*FINDABLE, *HARD)]
    targets = [{"number": number, "target_t_level": 12} for number in numbers]
    newest.request("POST", "composites/bulk", json=targets)
    hard = numbers[2]
    only = {"min_digits": len(hard), "max_digits": len(hard)}
    newest.run_stage_1(newest.work(**only), 20)
    assert newest.work(**only)["work_id"] is None
    assert older.run_stage_2(part=0.85) == 20
    assert newest.run_stage_2() == 3
    assert older.run_stage_2() == 0
    for client in (newest, older, newest):
        while (work := client.work())["work_id"]:
            client.go_to_the_target(work)
    assert _credited(newest) == +ran
    _check_levels(newest, numbers)
    held = newest.request(
        "GET", "admin/work/assignments", params={"status_filter": "active"}, headers={"X-Admin-Key": "sesame"}
    )
    assert (held["total_count"], newest.request("GET", "residues/stats/summary")["total_claimed"]) == (0, 0)
    for client in (newest, older):
        work = newest.request("GET", f"work/status/{client.asks}")["work_assignments"]
        assert {one["status"] for one in work} <= {"completed"}
    assert newest.request("GET", "projects") == []


def _details(client):
    listed = client.request("GET", "composites", params={"size": 1000})["composites"]
    return [client.request("GET", f"composites/{one['id']}") for one in listed]


def _credited(client):
    """Return the curves that are credited: number that they were run on, parametrisation, and whether with stage 2."""
    credited = Counter()
    for detail in _details(client):
        for row in detail["effort"]:
            if row["run_on"] == detail["composite"]["id"]:
                credited[detail["composite"]["composite"], row["parametrization"], row["b2"] != 0] += row["curves"]
    return +credited


def _check_levels(client, numbers):
    """Hold each t-level against the mathematics of `ecm -v` for what ran on the number."""
    details = [detail for detail in _details(client) if detail["composite"]["composite"] in numbers]
    for detail in details:
        effort = sum(
            row["curves"] * CurveWorth(bounds_of(row["b1"], row["b2"], row["parametrization"])).find()
            for row in detail["effort"]
        )
        assert abs(t_level_milli(effort) / 1000 - detail["composite"]["current_t_level"]) <= 0.02
    assert len(details) == len(numbers)

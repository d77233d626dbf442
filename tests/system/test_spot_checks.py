"""Curves that are run again by others, with real GMP-ECM: who invents checksums is found out, and nobody else."""

import json
import subprocess
import time
from contextlib import ExitStack
from itertools import cycle

import httpx
import pytest

from core.factoring.formats.residues.lines import read_residues
from tests.real.servers import HTTP, CoordinatorProcess
from tests.waiting import PATIENCE_SECONDS, until
from workers.display import LogLines
from workers.executors import Desk, Seat
from workers.factoring import checking
from workers.factoring import executor as factoring
from workers.factoring.curves import BatchOrder, run_batch
from workers.factoring.executor import FactoringExecutor
from workers.factoring.gmp_ecm import Binary, candidates
from workers.halting import Halt
from workers.wire.coordinator import Coordinator
from workers.wire.courier import Courier
from workers.wire.spool import Spool

NUMBER = str((10**49 + 9) * (10**50 + 151))
CURVES = 40


class Farm:
    """A coordinator, with an administrator and users who each have a machine with a key of its own."""

    def __init__(self, directory):
        self.directory = directory
        self.coordinator = CoordinatorProcess(directory / "data", TALLYSTICK_ADMIN_KEY="open-sesame").start()
        self.closing = ExitStack()
        self.reported = 0
        self.admin = self.closing.enter_context(
            httpx.Client(
                base_url=self.coordinator.address, headers={"X-Admin-Key": "open-sesame"}, timeout=PATIENCE_SECONDS
            )
        )

    def key(self, user):
        body = {"roles": ["work", "read"], "user": user}
        return self.admin.post("/api/v1/admin/keys", json=body).raise_for_status().json()["key"]

    def machine(self, user, corrupt=lambda _, checksum: checksum):
        """Make a machine of a user, in whose reports checksums are corrupted."""
        there = self.closing.enter_context(Coordinator(self.coordinator.address, self.key(user)))
        courier = Courier(Spool(self.directory / user), there)
        hand_in = courier.hand_in

        def corrupted(address, body):
            if isinstance(body, dict) and "checksums" in body:
                self.reported += body["curves_completed"]
                body |= {"checksums": [corrupt(*one) for one in enumerate(body["checksums"])]}
            return hand_in(address, body)

        courier.hand_in = corrupted
        return FactoringExecutor(Desk(there, courier, f"{user}'s"))

    def upload(self, user, content):
        headers = {"X-Client-ID": f"{user}'s", "X-API-Key": self.key(user)}
        url, files = f"{self.coordinator.address}/api/v1/residues/upload", {"file": ("residue.txt", content)}
        self.reported += HTTP.post(url, headers=headers, files=files).raise_for_status().json()["curve_count"]

    def submit(self, *numbers, target=25):
        body = [{"number": number, "target_t_level": target} for number in numbers]
        self.admin.post("/api/v1/composites/bulk", json=body).raise_for_status()

    def get(self, path, **query):
        return self.admin.get(path, params=query).raise_for_status().json()

    def facts(self, kind):
        return [event["data"] for event in self.get("/api/v1/events", type=kind, limit=1000)["events"]]

    def waiting(self):
        return [one for one in self.get("/api/v1/checks/")["checks"] if one["status"] == "open"]

    def standing(self, client):
        return next(one for one in self.get("/api/v1/checks/")["machines"] if one["client_id"] == client)

    def weighed(self):
        return self.get("/api/v1/checks/")["share"]["curves"] == self.reported

    def close(self):
        self.closing.close()
        self.coordinator.close()


@pytest.fixture
def farm(tmp_path, ecm, monkeypatch):
    monkeypatch.setattr(factoring, "find_binary", lambda: Binary(ecm, "7", "PATH"))
    farm = Farm(tmp_path)
    yield farm
    farm.close()


@pytest.fixture(scope="session")
def ecm():
    return candidates()[0].path


def work(machine):
    """Do one piece of work, a check or an assignment; return it."""
    asked = machine.ask(f"ask-{time.monotonic_ns()}", 0)
    if asked is not None:
        machine.perform(asked, Seat(1, Halt(), LogLines()))
    return asked


def check_all(farm, *machines):
    """Have machines check until nothing is left that they may."""
    until(farm.weighed)
    while sum(work_check(machine) is not None for machine in machines):
        until(farm.weighed)


def work_check(machine):
    check = checking.ask_for_check(machine._desk, f"ask-{time.monotonic_ns()}")
    if check is not None:
        machine.perform(check, Seat(1, Halt(), LogLines()))
    return check


@pytest.mark.drill
def test_a_machine_that_invents_checksums_is_found_out_in_its_first_report(farm):
    liar = farm.machine("mallory", lambda offset, _: 1_000 + offset)
    one, other = farm.machine("alice"), farm.machine("bob")
    farm.submit(NUMBER)
    assert work(liar).curves > 10
    check_all(farm, one, other)
    assert farm.standing("mallory's")["failed"] >= 1
    until(lambda: farm.facts("trust.earlier_drawn"))
    check_all(farm, one, other)
    until(lambda: farm.get("/api/v1/admin/doubts/"))
    assert farm.standing("mallory's")["standing"] == "doubtful"
    (report,) = farm.facts("factoring.curves_run")
    assert report["curves"] > 10
    assert farm.get("/api/v1/composites/1")["composite"]["current_t_level"] == 0


@pytest.mark.drill
def test_curves_that_were_never_run_are_found_out_when_somebody_finds_what_they_should_have(farm):
    """A faker reports curves with invented checksums; another machine then finds a factor that some of them must have found."""
    pytest.importorskip("cypari")
    prime = 1_000_000_000_039
    number = str(prime * (10**40 + 121))
    faker, honest = farm.machine("mallory"), farm.machine("alice")
    farm.submit(number, target=30)
    checking.ask_for_check(honest._desk, "first")
    sigmas = list(range(1_000, 1_100))
    item = {"type": "factoring.curves_run", "id": "1", "client_id": "mallory's", "composite": number, "b1": 2_000}
    item |= {"param": 1, "curves": len(sigmas), "sigmas": sigmas, "checksums": [7] * len(sigmas)}
    farm.reported += len(sigmas)
    faker._desk.coordinator.call("POST", "/api/v1/events", dict, body=json.dumps([item]).encode())
    until(farm.weighed)
    while farm.get("/api/v1/composites/1")["composite"]["status"] == "open":
        work_curves(honest)
    until(lambda: farm.facts("trust.finds_asked"))
    missed = farm.get("/api/v1/checks/missed")
    assert len(missed) > 10
    assert {(one["client_id"], one["factor"], one["proof"]) for one in missed} == {("mallory's", str(prime), False)}


def work_curves(machine):
    """Run curves, whatever is to be checked."""
    asked = machine._ask_for_curves(f"ask-{time.monotonic_ns()}", 0)
    if asked is not None:
        machine.perform(asked, Seat(1, Halt(), LogLines()))


def run_and_report(farm, ecm, machine, corrupt=lambda _, checksum: checksum, curves=1_000):
    """Have real GMP-ECM run the stage 1 of curves, and a machine report them, with some checksums corrupted."""
    with run_batch(str(ecm), BatchOrder(NUMBER, 200, 0, 1, curves)) as batch:
        result = batch.result()
    checksums = [corrupt(offset, checksum) for offset, checksum in enumerate(result.checksums)]
    item = {"type": "factoring.curves_run", "id": str(time.monotonic_ns()), "client_id": machine._desk.client}
    item |= {"composite": NUMBER, "b1": 200, "b2": 0, "param": 1, "curves": result.curves}
    item |= {"sigmas": result.sigmas, "checksums": checksums}
    farm.reported += result.curves
    machine._desk.coordinator.call("POST", "/api/v1/events", dict, body=json.dumps([item]).encode())


CHEATS = {
    "changes": (lambda _, checksum: checksum ^ 1, 1),
    "invents": (lambda offset, _: 1_000 + offset, 1),
    "corrupts one in fifty": (lambda offset, checksum: checksum ^ (offset % 50 == 7), 40),
}
"""What each does to its checksums, and in how many reports it is found out for all but certain: the last mostly in some four."""


@pytest.mark.drill
@pytest.mark.parametrize("cheat", CHEATS)
def test_who_cheats_is_found_out_by_two_who_are_honest(farm, ecm, cheat):
    corrupt, most = CHEATS[cheat]
    alice, bob, cheater = (farm.machine(user) for user in ("alice", "bob", "mallory"))
    farm.submit(NUMBER)
    checking.ask_for_check(alice._desk, "first")
    for honest in (alice, bob):
        run_and_report(farm, ecm, honest, curves=50)
    for _ in range(most):
        run_and_report(farm, ecm, cheater, corrupt)
        until(farm.weighed)
        while not farm.standing("mallory's")["failed"] and sum(work_check(one) is not None for one in (alice, bob)):
            pass
        if farm.standing("mallory's")["failed"]:
            break
    assert farm.standing("mallory's")["failed"]
    for honest in ("alice's", "bob's"):
        assert (farm.standing(honest)["failed"], farm.standing(honest)["refuted"]) == (0, 0)


@pytest.fixture
def spoilt(tmp_path):
    """Have a build resume curves of parametrisation 0 to a larger B1; return the residue file, whose states no curve has.

    GMP-ECM 7.0 to 7.0.5 throws away what it resumes so (upstream's bug 21866).
    """
    for build in candidates():
        short, long = (tmp_path / f"{build.source}-{b1}" for b1 in (200, 300))
        for options in (["-param", "0", "-c", "60", "-save", short, "200"], ["-resume", short, "-save", long, "300"]):
            subprocess.run([build.path, *options, "0"], input=NUMBER, text=True, check=True, stdout=subprocess.DEVNULL)
        with long.open("rb") as lines:
            residue = next(iter(read_residues(lines, ceiling_digits=len(NUMBER))))
        with run_batch(str(build.path), BatchOrder(NUMBER, 300, 0, 0, 1, residue.sigma)) as batch:
            if batch.result().checksums != (residue.checksum,):
                return long.read_bytes()
    pytest.skip("no GMP-ECM before 7.0.6 is here")


@pytest.mark.drill
def test_residues_that_a_build_has_spoilt_are_found_out_by_that_build_and_by_another(farm, spoilt):
    """Whoever checks runs a curve from its beginning, where all builds agree."""
    honest = [farm.machine(user) for user in ("bob", "carol")]
    for machine, build in zip(honest, cycle(candidates())):
        machine._binary = Binary(build.path, "7", build.source)
    farm.submit(NUMBER)
    checking.ask_for_check(honest[0]._desk, "first")
    farm.upload("alice", spoilt)
    check_all(farm, *honest)
    assert farm.standing("alice's")["failed"] >= 1
    until(lambda: farm.facts("trust.earlier_drawn"))
    check_all(farm, *honest)
    until(lambda: farm.get("/api/v1/admin/doubts/"))
    assert farm.standing("alice's")["standing"] == "doubtful"
    until(lambda: farm.get("/api/v1/residues/stats/summary")["total_curves_pending"] == 0)  # for no stage 2
    blamed = [one for one in farm.get("/api/v1/checks/")["machines"] if one["failed"] or one["refuted"]]
    assert [one["client_id"] for one in blamed] == ["alice's"]

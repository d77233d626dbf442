"""Stage 1 here, stage 2 there: the sequences of the middleware's unmodified client, with the real GMP-ECM, over kills."""

import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import gmpy2
import httpx
import pytest

from coordinator.writer.failpoints import VARIABLE
from tests.real.servers import HTTP, CoordinatorProcess
from tests.residue_files import residue_file
from workers.factoring.gmp_ecm import candidates

B1, CURVES = 2000, 40


def product(length):
    """Return a number that shares no prime with another here: those are taken apart once they are held against each other."""
    return int(gmpy2.next_prime(10**length) * gmpy2.next_prime(length * 10**44))


class Client:
    """What the client sends: work, residue headers and completions as `username`, submissions as `username-cpu`."""

    def __init__(self, address, username):
        self.api = f"{address}/api/v1"
        self.username = username
        self.holder = {"X-Client-ID": username}

    def submit(self, number, *, b2, curves, raw_output, parametrization=3):
        """One submission; 3 is what the client says even when GMP-ECM used 1."""
        payload = {
            "composite": str(number),
            "project": None,
            "client_id": f"{self.username}-box",
            "method": "ecm",
            "program": "gmp-ecm-ecm",
            "program_version": "unknown",
            "parameters": {"b1": B1, "b2": b2, "curves": curves, "parametrization": parametrization, "sigma": None},
            "results": {
                "factor_found": None,
                "factors_found": None,
                "curves_completed": curves,
                "execution_time": 0,
            },
            "raw_output": raw_output[-10_000:],
        }
        return self._told(HTTP.post(f"{self.api}/submit_result", json=payload))

    def upload(self, content, attempt=None):
        """120 seconds, one try; `residue_id`, `curve_count` and `b1` are read from the answer."""
        answer = HTTP.post(
            f"{self.api}/residues/upload",
            params={"expiry_days": 7} | ({"stage1_attempt_id": attempt} if attempt else {}),
            files={"file": ("residue.txt", content)},
            headers=self.holder,
            timeout=120,
        )
        told = self._told(answer)
        return told["residue_id"], told["curve_count"], told["b1"]

    def residue_work(self, number):
        """Ask for residues of numbers of this length, which no other test works on."""
        wanted = {"claim_timeout_hours": 24, "min_digits": len(str(number)), "max_digits": len(str(number))}
        answer = HTTP.get(f"{self.api}/residues/work", params=wanted, headers=self.holder)
        return self._told(answer)

    def download(self, residue):
        answer = HTTP.get(f"{self.api}/residues/{residue}/download", headers=self.holder)
        answer.raise_for_status()
        return answer.content

    def complete(self, residue, attempt):
        answer = HTTP.post(
            f"{self.api}/residues/{residue}/complete",
            json={"stage2_attempt_id": attempt},
            headers=self.holder,
            timeout=30,
        )
        return self._told(answer)

    def give_back(self, residue):
        return self._told(HTTP.delete(f"{self.api}/residues/{residue}/claim", headers=self.holder))

    def known(self, number):
        submitted = [{"number": str(number), "target_t_level": 30}]
        HTTP.post(f"{self.api}/composites/bulk", json=submitted).raise_for_status()

    def effort(self, number):
        """What counts for a number: (B1, B2, parametrisation) and curves of each kind."""
        stats = self._told(HTTP.get(f"{self.api}/composites", params={"search": str(number)}))
        detail = self._told(HTTP.get(f"{self.api}/composites/{stats['composites'][0]['id']}"))
        return [(row["b1"], row["b2"], row["parametrization"], row["curves"]) for row in detail["effort"]]

    def files(self):
        return self._told(HTTP.get(f"{self.api}/residues/stats/summary"))

    @staticmethod
    def _told(answer):
        answer.raise_for_status()
        return answer.json()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A running coordinator; some of the tests kill it and start it again."""
    process = CoordinatorProcess(tmp_path_factory.mktemp("residues") / "data").start()
    yield process
    process.close()


@pytest.fixture
def alice(running):
    return Client(running.address, "alice")


@pytest.fixture
def bob(running):
    return Client(running.address, "bob")


@pytest.fixture(scope="module")
def ecm():
    """A function that runs the real GMP-ECM."""
    found = candidates()
    if not found:
        pytest.skip("GMP-ECM is not installed")

    def run(*arguments, number=""):
        command = [found[0].path, *map(str, arguments)]
        done = subprocess.run(command, input=f"{number}\n", capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.mark.parametrize("param", [["-param", 1], []], ids=["param", "no-param"])
def test_two_clients_share_the_stages_of_the_same_curves(alice, bob, ecm, tmp_path, param):
    number = product(39 + len(param) // 2)
    alice.known(number)
    saved = tmp_path / "residue.txt"
    output = ecm("-save", saved, *param, "-c", CURVES, B1, 0, number=number)
    assert ("PARAM=" in saved.read_text()) == bool(param)
    stage_1 = alice.submit(number, b2=0, curves=CURVES, raw_output=output)
    residue, count, b1 = alice.upload(saved.read_bytes(), stage_1["attempt_id"])
    assert (count, b1) == (CURVES, B1)
    assert alice.effort(number) == [(B1, 0, 1, CURVES)]

    work = bob.residue_work(number)
    assert (work["residue_id"], work["composite"]) == (residue, str(number))
    fetched = tmp_path / "fetched.txt"
    fetched.write_bytes(bob.download(residue))
    resumed = ecm("-resume", fetched, B1, work["suggested_b2"])
    assert (resumed.count("sigma=1:"), resumed.count("Step 2 took")) == (CURVES, CURVES)
    stage_2 = bob.submit(number, b2=work["suggested_b2"], curves=CURVES, raw_output=f"Stage 2 from residue {residue}")
    done = bob.complete(residue, stage_2["attempt_id"])
    assert done["new_t_level"] > stage_1["current_t_level"]
    assert done["message"]
    assert bob.effort(number) == [(B1, work["suggested_b2"], 1, CURVES)]


def test_whoever_is_interrupted_hands_the_file_back(alice, bob):
    number = product(41)
    alice.known(number)
    residue, _, _ = alice.upload(residue_file(number, range(1, 6), b1=B1))
    assert bob.residue_work(number)["residue_id"] == residue
    assert alice.residue_work(number)["residue_id"] is None
    assert bob.give_back(residue)["status"] == "available"
    assert alice.residue_work(number)["residue_id"] == residue


def test_clients_that_claim_at_the_same_instant_get_different_files(alice, running):
    files, clients = 8, 16
    number = product(42)
    alice.known(number)
    uploaded = {alice.upload(residue_file(number, [sigma], b1=B1))[0] for sigma in range(1, files + 1)}
    ready = threading.Barrier(clients)

    def ask(n):
        client = Client(running.address, f"racer-{n}")
        ready.wait()
        return client.residue_work(number)["residue_id"]

    with ThreadPoolExecutor(clients) as pool:
        given = [residue for residue in pool.map(ask, range(clients)) if residue]
    assert sorted(given) == sorted(uploaded)


@pytest.mark.slow
def test_a_kill_between_the_file_and_its_record_loses_nothing(alice, bob, running):
    number = product(43)
    content = residue_file(number, range(1, 31), b1=B1)
    alice.known(number)
    stage_1 = alice.submit(number, b2=0, curves=30, raw_output="")
    before = alice.files()
    running.stop()
    running.start(**{VARIABLE: "before-log-commit"})
    with pytest.raises(httpx.TransportError):
        alice.upload(content, stage_1["attempt_id"])
    running.wait_until_dead()
    running.start()
    assert alice.files() == before
    residue, count, _ = alice.upload(content, stage_1["attempt_id"])
    assert count == 30
    assert bob.residue_work(number)["residue_id"] == residue
    running.kill()
    running.start()
    assert bob.download(residue) == content
    stage_2 = bob.submit(number, b2=200_000, curves=30, raw_output=f"Stage 2 from residue {residue}")
    running.kill()
    running.start()
    again = bob.submit(number, b2=200_000, curves=30, raw_output=f"Stage 2 from residue {residue}")
    assert again == stage_2
    assert bob.complete(residue, stage_2["attempt_id"]) == bob.complete(residue, stage_2["attempt_id"])
    assert bob.effort(number) == [(B1, 200_000, 1, 30)]
    assert list((running.directory / "residues").glob("*.part")) == []

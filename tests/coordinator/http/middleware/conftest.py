"""A residue file of a number that no other test has, and functions that send what a client, or an administrator, sends."""

import itertools

import gmpy2
import pytest

from tests.residue_files import residue_file

P16, P64 = 10**15 + 37, 10**63 + 121
SIGMAS = range(101, 111)
_LENGTHS = itertools.count(20)


def next_prime():
    """Return a prime that nobody has had yet: none of `P64`, which is the first of 64 digits, nor another test's constant."""
    return int(gmpy2.next_prime(3 * 10 ** next(_LENGTHS)))


@pytest.fixture
def prime():
    """A prime factor that no other test has."""
    return next_prime()


@pytest.fixture
def number(prime, known):
    """A composite on record."""
    number = prime * P64
    known(number, target_t_level=40)
    return number


@pytest.fixture
def stage_1(number, hand_in):
    """The id of the report of ten curves of stage 1, whose sigmas it does not tell."""
    return hand_in(number, b2=0, parametrization=3, execution_time=0)["attempt_id"]


@pytest.fixture
def content(number):
    """The file that this stage 1 left behind."""
    return residue_file(number, SIGMAS)


@pytest.fixture
def upload(client):
    """A function that hands a residue file in."""

    def upload(content, *, status=200, username="alice", **query):
        answer = client.post(
            "/api/v1/residues/upload",
            params={"expiry_days": 7, **query},
            files={"file": ("residue.txt", content, "text/plain")},
            headers={"X-Client-ID": username},
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    return upload


@pytest.fixture
def claim(client, number):
    """A function that claims a residue file of the test's number."""

    def claim(username="bob", *, value=number, **query):
        wanted = {"min_digits": len(str(value)), "max_digits": len(str(value)), **query}
        answer = client.get("/api/v1/residues/work", params=wanted, headers={"X-Client-ID": username})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return claim


@pytest.fixture
def at(client):
    """A function that calls an address of a residue file."""

    def at(method, address, username="bob", *, status=200, **options):
        answer = client.request(method, f"/api/v1/residues/{address}", headers={"X-Client-ID": username}, **options)
        assert answer.status_code == status, answer.text
        return answer

    return at


@pytest.fixture
def manage(client, admin):
    """A function that calls an address of the administration of residue files."""

    def manage(method, address, *, status=200, **query):
        answer = client.request(method, f"/api/v1/admin/residues/{address}", params=query, headers=admin)
        assert answer.status_code == status, answer.text
        return answer.json()

    return manage


@pytest.fixture
def stage_2(hand_in, number):
    """A function that reports stage 2 as the client does."""

    def stage_2(residue, **fields):
        fields = {"client_id": "bob-box2", "raw_output": f"Stage 2 from residue {residue}", "b2": 1_100_000, **fields}
        return hand_in(number, **fields)

    return stage_2


@pytest.fixture
def completed(at):
    """A function that completes a residue file by a report."""

    def completed(residue, attempt, username="bob", *, status=200):
        return at("POST", f"{residue}/complete", username, status=status, json={"stage2_attempt_id": attempt}).json()

    return completed

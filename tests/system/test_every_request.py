"""Whatever is asked of a real coordinator, by whomever, is answered: no fault, no hang, no growth, and a log that holds.

Requests are made up from the description of the addresses, valid ones and others, and texts by grammars. `make drills` asks
some thousand times, `make fuzz` as often with each of its random seeds.
"""

import logging
from collections import Counter
from pathlib import Path

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.errors import SerializationNotPossible

from tests import grammars
from tests.servers import CoordinatorProcess, tallystick
from tests.waiting import until

PASSES = 3
NOTICED_SECONDS = 20
"""A hang is what takes longer, on a machine that others use as well."""
BUSY = 503
FAULT = 500
ADMIN = {"X-Admin-Key": "open-sesame"}
ROLES = ("nobody", "read", "work", "submit", "admin")
GROWTH = 1.5

pytestmark = [pytest.mark.drill, pytest.mark.fuzz]


class Asked:
    """A coordinator that is asked whatever comes, and what became of it."""

    def __init__(self, process):
        self.process = process
        self.session = requests.Session()
        self.statuses = Counter()
        self.faults = []
        self.keys = {"nobody": {}, "admin": ADMIN}

    def make_key(self, role):
        address = f"{self.process.address}/api/v1/admin/keys"
        answer = requests.post(address, json={"roles": [role]}, headers=ADMIN, timeout=NOTICED_SECONDS)
        self.keys[role] = {"Authorization": f"Bearer {answer.json()['key']}"}

    def note(self, answer, said):
        self.statuses[answer.status_code] += 1
        if answer.status_code >= FAULT and answer.status_code != BUSY:
            self.faults.append((said, answer.status_code, answer.text[:300]))

    @property
    def rss_kib(self):
        status = Path(f"/proc/{self.process.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    def assert_sound(self, record, before):
        assert self.faults == []
        record("inputs", self.statuses.total())
        record("rss_kib", self.rss_kib)
        assert self.rss_kib < GROWTH * before
        assert self.process.stop() == 0
        verified = tallystick("verify", "--data-dir", self.process.directory)
        assert verified.returncode == 0, verified.stdout


@pytest.fixture
def asked(tmp_path):
    """A coordinator with a key for every role; nobody may do anything without one but read."""
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    directory = tmp_path / "data"
    process = CoordinatorProcess(
        directory, "--allow-anonymous", "read", TALLYSTICK_ADMIN_KEY=ADMIN["X-Admin-Key"]
    ).start()
    try:
        asked = Asked(process)
        for role in ("read", "work", "submit"):
            asked.make_key(role)
        yield asked
    finally:
        process.close()


def some(examples):
    """Settings for so many examples in drills and with each random seed."""
    thorough = settings.default.max_examples // 300
    return settings(
        max_examples=max(1, examples * thorough), suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )


def operations(process):
    description = requests.get(f"{process.address}/openapi.json", timeout=NOTICED_SECONDS).json()
    return [found.ok() for found in schemathesis.openapi.from_dict(description).get_all_operations()]


def ask_some(asked, operation, role):
    """Ask at one address, as the description has it."""

    @some(2)
    @given(operation.as_strategy())
    def ask(case):
        case.query.pop("wait", None)  # it does wait
        try:
            answer = case.call(
                base_url=asked.process.address,
                session=asked.session,
                headers=asked.keys[role],
                timeout=NOTICED_SECONDS,
                allow_redirects=False,
            )
        except (SerializationNotPossible, requests.exceptions.InvalidHeader, UnicodeError):
            return  # it can't be sent at all
        asked.note(answer, case.as_curl_command()[:2_000])

    ask()


def test_whatever_the_description_allows_is_answered_whoever_asks(asked, record_property):
    before = 0
    for _ in range(PASSES):
        for number, operation in enumerate(operations(asked.process)):
            ask_some(asked, operation, ROLES[number % len(ROLES)])
            ask_some(asked, operation, "admin")
        before = before or asked.rss_kib
    asked.assert_sound(record_property, before)


def texts(asked):
    """How each grammar's texts get in: as what kind of request."""
    _, work = (
        requests.post(
            f"{asked.process.address}/api/v1{address}", json=body, headers=ADMIN, timeout=NOTICED_SECONDS
        ).json()
        for address, body in (
            ("/composites/bulk", [{"number": str(grammars.NUMBER), "target_t_level": 60}]),
            ("/submit_result", submitted("")),
        )
    )
    residues = f"/api/v1/residues/upload?stage1_attempt_id={work.get('attempt_id', 1)}"
    return {
        "outputs": (grammars.outputs, "/api/v1/submit_result", lambda text: {"json": submitted(text)}),
        "save files": (
            grammars.save_files,
            residues,
            lambda text: {"files": {"file": text.encode("utf-8", "replace")}},
        ),
        "numbers": (
            grammars.expressions,
            "/api/v1/composites/bulk",
            lambda text: {"json": [{"number": text.encode("utf-8", "replace").decode()}]},
        ),
        "lists": (
            grammars.lists,
            "/api/v1/admin/composites/upload",
            lambda text: {"files": {"file": text.encode("utf-8", "replace")}},
        ),
    }


def submitted(text):
    return {
        "composite": str(grammars.NUMBER),
        "client_id": "fuzz",
        "method": "ecm",
        "program": "gmp-ecm",
        "parameters": {"b1": 2000, "curves": 10},
        "results": {"curves_completed": 10},
        "raw_output": text.encode("utf-8", "replace").decode(),
    }


def hand_in_some(asked, name, grammar, url, wrapped):
    """Hand in texts of one grammar."""

    @some(100)
    @given(grammar)
    def hand_in(text):
        headers = ADMIN | {"X-Client-ID": "fuzz"}
        answer = asked.session.post(url, headers=headers, timeout=NOTICED_SECONDS, **wrapped(text))
        asked.note(answer, (name, text))

    hand_in()


def test_whatever_text_is_handed_in_is_answered(asked, record_property):
    before = 0
    for _ in range(PASSES):
        for name, (grammar, address, wrapped) in texts(asked).items():
            hand_in_some(asked, name, grammar, f"{asked.process.address}{address}", wrapped)
        before = before or asked.rss_kib
    until(
        lambda: (
            requests.get(f"{asked.process.address}/health", timeout=NOTICED_SECONDS).json()["projections"]["lag"] == 0
        )
    )
    asked.assert_sound(record_property, before)

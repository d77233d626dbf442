"""Whatever is asked of a real coordinator, by whomever, is answered: no fault, no hang, no growth, and a log that holds.

Requests are made up from the description of the addresses, valid ones and others, and texts by grammars.
"""

import logging
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import requests
import schemathesis
from hypothesis import given
from schemathesis.core.errors import SerializationNotPossible

from tests import grammars
from tests.real.servers import CoordinatorProcess, tallystick
from tests.waiting import until

NOTICED_SECONDS = 20
"""A hang is what takes longer, on a machine that others use as well."""
BUSY = 503
FAULT = 500
ADMIN = {"X-Admin-Key": "open-sesame"}
ROLES = ("nobody", "read", "work", "submit", "admin")
GROWTH = 1.5


class Asked:
    """A coordinator that is asked whatever comes, and what became of it.

    Attributes:
        statuses: how often each was answered.
        faults: what was asked where the answer was a fault.
        slowest: how many seconds the longest answer took.
    """

    def __init__(self, process):
        self.process = process
        self.session = requests.Session()
        self.statuses = Counter()
        self.faults = []
        self.slowest = 0.0
        self.keys = {"nobody": {}, "admin": ADMIN}

    def make_key(self, role):
        address = f"{self.process.address}/api/v1/admin/keys"
        answer = requests.post(address, json={"roles": [role]}, headers=ADMIN, timeout=NOTICED_SECONDS)
        self.keys[role] = {"Authorization": f"Bearer {answer.json()['key']}"}

    def ask(self, send, said):
        """Have something sent, and take note of the answer."""
        began = time.monotonic()
        answer = send()
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.statuses[answer.status_code] += 1
        if answer.status_code >= FAULT and answer.status_code != BUSY:
            logged = (line for line in self.process.output.read_text().splitlines() if '"level":"error"' in line)
            self.faults.append((answer.request.method, answer.request.url, said(), answer.status_code, *logged))

    @property
    def rss_kib(self):
        status = Path(f"/proc/{self.process.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    def assert_sound(self, before):
        """See that nothing was a fault, that it has not grown beyond what it held before, and that its log holds."""
        assert self.faults == []
        until(lambda: self.health()["projections"]["lag"] == 0)
        assert self.rss_kib < GROWTH * before
        assert self.process.stop() == 0
        verified = tallystick("verify", "--data-dir", self.process.directory)
        assert verified.returncode == 0, verified.stdout

    def health(self):
        return requests.get(f"{self.process.address}/health", timeout=NOTICED_SECONDS).json()


@contextmanager
def asking(directory):
    """A coordinator with a key for every role; nobody may do anything without one but read."""
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    process = CoordinatorProcess(directory, "--allow-anonymous", "read", TALLYSTICK_ADMIN_KEY=ADMIN["X-Admin-Key"])
    try:
        asked = Asked(process.start())
        for role in ("read", "work", "submit"):
            asked.make_key(role)
        yield asked
    finally:
        process.close()


def operations(process):
    description = requests.get(f"{process.address}/openapi.json", timeout=NOTICED_SECONDS).json()
    return [found.ok() for found in schemathesis.openapi.from_dict(description).get_all_operations()]


def ask_as_described(asked, tried):
    """Ask at every address, as the description has it, in one role after the other and as who may do everything.

    Args:
        asked: who.
        tried: makes a test of a property that is tried as often as is wished for an address.
    """
    for number, operation in enumerate(operations(asked.process)):
        for role in (ROLES[number % len(ROLES)], "admin"):
            tried(given(operation.as_strategy())(_asking_as(asked, role)))()


def _asking_as(asked, role):
    options = {"session": asked.session, "headers": asked.keys[role], "timeout": NOTICED_SECONDS}

    def ask(case):
        case.query.pop("wait", None)  # it does wait
        try:
            asked.ask(
                lambda: case.call(base_url=asked.process.address, allow_redirects=False, **options),
                lambda: case.as_curl_command()[:2_000],
            )
        except (SerializationNotPossible, requests.exceptions.InvalidHeader, UnicodeError):
            return  # it can't be sent at all

    return ask


def hand_in_texts(asked, tried):
    """Hand in texts of every grammar; `tried` as above, for a grammar."""
    for name, (grammar, address, wrapped) in _texts(asked).items():
        tried(given(grammar)(_handing_in(asked, name, f"{asked.process.address}{address}", wrapped)))()


def _handing_in(asked, name, url, wrapped):
    options = {"headers": ADMIN | {"X-Client-ID": "fuzz"}, "timeout": NOTICED_SECONDS}

    def hand_in(text):
        asked.ask(lambda: asked.session.post(url, **options, **wrapped(text)), lambda: (name, text))

    return hand_in


def _texts(asked):
    """How each grammar's texts get in: as what kind of request."""
    _, work = (
        requests.post(
            f"{asked.process.address}/api/v1{address}", json=body, headers=ADMIN, timeout=NOTICED_SECONDS
        ).json()
        for address, body in (
            ("/composites/bulk", [{"number": str(grammars.NUMBER), "target_t_level": 60}]),
            ("/submit_result", _submitted("")),
        )
    )
    residues = f"/api/v1/residues/upload?stage1_attempt_id={work.get('attempt_id', 1)}"
    return {
        "outputs": (grammars.outputs, "/api/v1/submit_result", lambda text: {"json": _submitted(text)}),
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


def _submitted(text):
    return {
        "composite": str(grammars.NUMBER),
        "client_id": "fuzz",
        "method": "ecm",
        "program": "gmp-ecm",
        "parameters": {"b1": 2000, "curves": 10},
        "results": {"curves_completed": 10},
        "raw_output": text.encode("utf-8", "replace").decode(),
    }

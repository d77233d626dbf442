"""Checking a curve: what is said of it, and that nothing is where it is the program that fails."""

import time
from pathlib import Path

import msgspec
import pytest

from core.timestamps import SECOND, to_iso
from workers.display import LogLines
from workers.executors import Desk, Seat
from workers.factoring.checking import CurveToCheck, check_curve
from workers.factoring.curves import BatchOrder, run_batch
from workers.factoring.gmp_ecm import Binary, candidates
from workers.halting import Halt
from workers.lease import LeaseStatus
from workers.wire.courier import Courier
from workers.wire.spool import Spool

NUMBER = str((10**49 + 9) * (10**50 + 151))


class Coordinator:
    """Takes what is handed in."""

    def __init__(self):
        self.said = []

    def call(self, method, _path, answer, *, body=None, **_options):
        if method == "POST":
            self.said.append(msgspec.json.decode(body))
            return answer(b"{}")
        return LeaseStatus("updated", to_iso(int((time.time() + 60) * SECOND)), None)


@pytest.fixture
def said(tmp_path):
    """What is handed in of a curve that a program checks."""

    def said(program, sigma, param=1):
        coordinator = Coordinator()
        desk = Desk(coordinator, Courier(Spool(tmp_path / "spool"), coordinator), "me")
        until = to_iso(int((time.time() + 60) * SECOND))
        work = CurveToCheck(1, NUMBER, 2000, param, sigma, "lease", until)
        check_curve(work, desk, Binary(Path(program), "7", "PATH"), Seat(1, Halt(), LogLines()))
        return [one["checksum"] for one in coordinator.said]

    return said


def test_a_checksum_is_that_of_the_curve_and_a_curve_that_there_is_not_has_none(said, ecm):
    with run_batch(str(ecm), BatchOrder(NUMBER, 2000, None, 1, 1, "42")) as batch:
        (checksum,) = batch.result().checksums
    assert said(ecm, "42") == [checksum]
    assert said(ecm, "0") == [0]


@pytest.mark.parametrize("param", range(4))
def test_every_build_says_the_same_of_a_curve(said, param):
    told = {build.path: said(build.path, "4242", param) for build in candidates()}
    assert len({tuple(checksums) for checksums in told.values()}) == 1
    assert all(checksum > 0 for (checksum,) in told.values())


@pytest.mark.parametrize(
    "ends",
    [
        "echo 'GNU MP: Cannot allocate memory (size=4096)'; kill -ABRT $$",
        "kill -KILL $$",
        "echo 'Could not open file residues for writing'; exit 1",
        "echo 'Step 1 took 1ms'",
    ],
)
def test_nothing_is_said_of_a_curve_where_the_program_fails(said, tmp_path, ends):
    program = tmp_path / "ecm"
    program.write_text(f"#!/bin/sh\necho 'GMP-ECM 7.0.5 [ECM]'\necho 'Using B1=2000, B2=0, sigma=1:42'\n{ends}\n")
    program.chmod(0o700)
    assert said(program, "42") == []

"""Rows of the tables of checks: one struct for each kind of row."""

from collections.abc import Mapping

import msgspec

from core.clients.naming import client_name
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.probability.exponentials import ONE
from core.timestamps import to_iso
from core.trust.expecting import Judged
from core.trust.state import Check
from projections.trust.machines import Machine, Share
from projections.trust.state import Missed


class ShareRow(msgspec.Struct, frozen=True):
    """How many curves were reported since there are checks, and of those could be checked, were checked, and failed."""

    curves: int
    checkable: int
    checked: int
    failed: int


class MachineRow(msgspec.Struct, frozen=True):
    """A machine, and how much of what it reported could be checked, was checked, and failed.

    `credit_seconds` is the nominal CPU time of its curves that can be checked, since it was new or found wrong; `refuted`
    counts how often it was wrong as who checked; `standing` is `new`, `known`, `watched` or `doubtful`.
    """

    client_id: str | None
    curves: int
    checkable: int
    checked: int
    failed: int
    refuted: int
    credit_seconds: int
    standing: str


class CheckRow(msgspec.Struct, frozen=True):
    """A curve that is, or was, checked: `open`, `held`, `matched` or `failed`, and how many have answered."""

    check: int
    report: int
    client_id: str | None
    number: int
    b1: int
    parametrization: int
    sigma: str
    why: str
    status: str
    answers: int
    drawn_at: str


class MissedRow(msgspec.Struct, frozen=True):
    """A curve that should have found a factor, which somebody else then found. Two factors or more of one client are `proof`."""

    client_id: str | None
    number: int
    factor: str
    b1: int
    b2: int | None
    parametrization: int
    sigma: str
    report: int
    proof: bool


def missed_row(missed: Missed, factors: int, known: Mapping[int, str]) -> MissedRow:
    """Describe a curve that should have found a factor, one of so many factors that its client missed."""
    return MissedRow(
        client_id=client_name(missed.client, known),
        number=missed.number,
        factor=missed.value,
        b1=missed.b1,
        b2=None if missed.b2 == DEFAULT_B2 else missed.b2,
        parametrization=missed.param,
        sigma=missed.sigma,
        report=missed.report,
        proof=factors > 1,
    )


class ExpectedRow(msgspec.Struct, frozen=True):
    """Factors that a client's assignments were to find, and those that they found; see the address."""

    client_id: str | None
    expected: float
    scaled: float
    found: int
    evidence: int
    stands_out: bool


def expected_row(client: int, judged: Judged, known: Mapping[int, str]) -> ExpectedRow:
    """Describe what was expected of a client."""
    return ExpectedRow(
        client_id=client_name(client, known),
        expected=round(judged.expected / ONE, 3),
        scaled=round(judged.scaled / ONE, 3),
        found=judged.found,
        evidence=judged.evidence,
        stands_out=judged.stands_out,
    )


def share_row(share: Share) -> ShareRow:
    """Describe a share."""
    return ShareRow(share.curves, share.checkable, share.checked, share.failed)


def machine_row(machine: Machine, known: Mapping[int, str]) -> MachineRow:
    """Describe a machine."""
    share, standing = machine.share, machine.standing
    if standing.doubtful:
        said = "doubtful"
    elif standing.watched:
        said = "watched"
    else:
        said = "known" if standing.matches else "new"
    return MachineRow(
        client_id=client_name(machine.client, known),
        curves=share.curves,
        checkable=share.checkable,
        checked=share.checked,
        failed=share.failed,
        refuted=machine.refuted,
        credit_seconds=standing.credit // 1_000_000,
        standing=said,
    )


def check_row(check: Check, known: Mapping[int, str]) -> CheckRow:
    """Describe a check, without the checksum that is looked for."""
    return CheckRow(
        check=check.check,
        report=check.report,
        client_id=client_name(check.client, known),
        number=check.number,
        b1=check.b1,
        parametrization=check.param,
        sigma=check.sigma,
        why=check.why,
        status=check.status,
        answers=len(check.answers),
        drawn_at=to_iso(check.drawn_at),
    )

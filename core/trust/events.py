"""Facts about checks. They tell of what was reported as it was recorded, whatever is corrected later: a check was failed then."""

import msgspec

from core.events.fact import Fact
from core.trust.budget import Spent


class ChainCommitted(Fact, frozen=True):
    """From now on it is drawn with secrets of this hash chain.

    Attributes:
        chain: its number, from 1.
        anchor: the hash of the first day's secret, hexadecimal.
        first_day: counted from 1970-01-01, UTC.
        length: for how many days it lasts.
        reason: why it takes the place of another, in words; empty for the first.
    """

    type = "trust.chain_committed.v1"
    chain: int
    anchor: str
    first_day: int
    length: int
    reason: str


class SecretOpened(Fact, frozen=True):
    """Everybody may know the secret of a day, and with it those of the days before: all was drawn with it that ever will be."""

    type = "trust.secret_opened.v1"
    chain: int
    day: int
    secret: str


class Weighed(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One report among whose curves it was drawn.

    Attributes:
        position: of the event that records it.
        client: the machine.
        number: what it ran them on.
        users: whose the machine was.
        curves: how many were reported.
        checkable: how many have a checksum, and were credited.
        cost: of one of them, microseconds of nominal CPU time.
        credit: of the machine before it.
    """

    position: int
    client: int
    number: int
    users: tuple[str, ...]
    curves: int
    checkable: int
    cost: int
    credit: int


class ReportsWeighedFreely(Fact, frozen=True):
    """The same as below, drawn before checks had a budget."""

    type = "trust.reports_weighed.v1"
    chain: int
    after: int
    upto: int
    reports: tuple[Weighed, ...]


class ReportsWeighedBefore(Fact, frozen=True):
    """The same as below, drawn before it was drawn among the curves of residue files."""

    type = "trust.reports_weighed.v2"
    chain: int
    after: int
    upto: int
    reports: tuple[Weighed, ...]
    spent: Spent | None


class ReportsWeighed(Fact, frozen=True):
    """It was drawn among the curves of all reports and residue files between two positions.

    Attributes:
        chain: with whose secrets.
        after: the position after which they stand.
        upto: the position up to which.
        reports: in the order of the log.
        spent: before it, by which the budget of checks goes; None from before there was one.
        files: whether it was drawn among the curves of residue files too, as it is since version 3.
    """

    type = "trust.reports_weighed.v3"
    chain: int
    after: int
    upto: int
    reports: tuple[Weighed, ...]
    spent: Spent | None
    files: bool


def without_a_budget(old: ReportsWeighedFreely) -> ReportsWeighedBefore:
    """Read what was drawn before there was a budget."""
    return ReportsWeighedBefore(old.chain, old.after, old.upto, old.reports, spent=None)


def without_files(old: ReportsWeighedBefore) -> ReportsWeighed:
    """Read what was drawn among reports alone."""
    return ReportsWeighed(old.chain, old.after, old.upto, old.reports, spent=old.spent, files=False)


class CheckDrawn(Fact, frozen=True):
    """A curve is to be checked.

    Attributes:
        check: its number, from 1.
        report: position of the event that records the curve.
        offset: of its sigma there.
        why: `chance`, `first`, `probation`, `earlier` or `missed`; see `core.trust.drawing`.
        client: who ran it.
        users: whose that machine was.
        number: on which it was run.
        value: the number as it was, in decimal.
        b1: bound of its stage 1.
        param: its parametrisation.
        sigma: in decimal.
        checksum: as it was reported.
        cost: of its stage 1, microseconds of nominal CPU time.
    """

    type = "trust.check_drawn.v1"
    check: int
    report: int
    offset: int
    why: str
    client: int
    users: tuple[str, ...]
    number: int
    value: str
    b1: int
    param: int
    sigma: str
    checksum: int
    cost: int


class EarlierDrawn(Fact, frozen=True):
    """After a mismatch it was drawn among earlier curves of the machine; what was drawn follows.

    Attributes:
        client: the machine.
        check: which it failed.
        reports: positions of the reports that were looked at, from oldest to newest.
    """

    type = "trust.earlier_drawn.v1"
    client: int
    check: int
    reports: tuple[int, ...]


class CheckAssigned(Fact, frozen=True):
    """A client was asked to run the stage 1 of a curve again; the lease of the same id says for how long."""

    type = "trust.check_assigned.v1"
    check: int
    work: str
    client: int
    users: tuple[str, ...]


class CheckAnswered(Fact, frozen=True):
    """A client ran the stage 1 of a curve again.

    Attributes:
        check: which.
        work: the assignment.
        client: who did.
        users: whose that machine was.
        decides: whether it was the operator's, which decides where no two agree.
        checksum: of the state after it.
        cpu_milliseconds: what it took, 0 when not said.
        program: what ran it.
    """

    type = "trust.check_answered.v1"
    check: int
    work: str
    client: int
    users: tuple[str, ...]
    decides: bool
    checksum: int
    cpu_milliseconds: int
    program: str


class CheckSettled(Fact, frozen=True):
    """Two machines agree on the checksum of a curve.

    Attributes:
        check: which.
        outcome: `matched` when it is what was reported, else `failed`.
        wrong: the clients that said otherwise, who reported it or who checked it.
    """

    type = "trust.check_settled.v1"
    check: int
    outcome: str
    wrong: tuple[int, ...]


class FindsAsked(Fact, frozen=True):
    """A prime factor was found, and earlier curves on the number were asked whether they should have found it.

    Attributes:
        factor: position of the event that tells of it.
        value: the factor, in decimal.
        asked: how many curves.
    """

    type = "trust.finds_asked.v1"
    factor: int
    value: str
    asked: int


class FindMissed(Fact, frozen=True):
    """A curve that was reported to have found nothing should have found a factor: its order is smooth within its bounds.

    Attributes:
        factor: position of the event that tells of the factor.
        report: position of the event that records the curve.
        offset: of its sigma there.
        client: who reported it.
        number: on which it was run.
        value: the factor, in decimal.
        b1: bound of stage 1.
        b2: -1 for GMP-ECM's default, 0 for stage 1 only.
        param: parametrisation.
        sigma: in decimal.
        order: of the group, modulo the factor.
    """

    type = "trust.find_missed.v1"
    factor: int
    report: int
    offset: int
    client: int
    number: int
    value: str
    b1: int
    b2: int
    param: int
    sigma: str
    order: str


class ReportsDoubted(Fact, frozen=True):
    """Reports of a machine are doubtful: checks of its curves failed, and none says that these were sound.

    Attributes:
        client: the machine.
        check: which it failed last.
        positions: of the reports.
    """

    type = "trust.reports_doubted.v1"
    client: int
    check: int
    positions: tuple[int, ...]


class DoubtHeeded(Fact, frozen=True):
    """Doubtful reports of a machine do not count any more, until somebody settles it; a correction says so."""

    type = "trust.doubt_heeded.v1"
    client: int
    positions: tuple[int, ...]


class DoubtSettled(Fact, frozen=True):
    """Somebody has settled what becomes of a machine's doubtful reports.

    Attributes:
        client: the machine.
        verdict: `withdrawn` when they stay out, `trusted` when they count again.
        reason: in words.
    """

    type = "trust.doubt_settled.v1"
    client: int
    verdict: str
    reason: str


FACTS = (
    ChainCommitted,
    SecretOpened,
    ReportsWeighedFreely,
    ReportsWeighedBefore,
    ReportsWeighed,
    CheckDrawn,
    EarlierDrawn,
    CheckAssigned,
    CheckAnswered,
    CheckSettled,
    FindsAsked,
    FindMissed,
    ReportsDoubted,
    DoubtHeeded,
    DoubtSettled,
)

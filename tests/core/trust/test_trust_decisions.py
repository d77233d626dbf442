"""Decisions about checks: who may make one, and what it says when checksums differ."""

import msgspec
import pytest

from core.deciding import Answer, Asking
from core.leases.decide import Lease
from core.leases.events import LeaseEnded, LeaseGranted
from core.refusals import BadInput, Conflict, Refusal, Unknown
from core.trust.answers import CheckTaken, Drawing, NoCheck
from core.trust.budget import Spent
from core.trust.chain import DAY, secret_of
from core.trust.commands import (
    AnswerCheck,
    CheckEarlier,
    CommitChain,
    NoteDoubtHeeded,
    OpenSecret,
    RecordMissed,
    RequestCheck,
    SettleDoubt,
    WeighReports,
)
from core.trust.decide import TRUST
from core.trust.events import (
    ChainCommitted,
    CheckAnswered,
    CheckAssigned,
    CheckSettled,
    DoubtHeeded,
    DoubtSettled,
    EarlierDrawn,
    FindMissed,
    FindsAsked,
    ReportsDoubted,
    ReportsWeighed,
    SecretOpened,
)
from core.trust.standing import Standing
from core.trust.state import Chain, Check, Said
from tests.core.factoring.given import Partly
from tests.core.test_decisions import CLIENT, NOW, known

SEED = b"s" * 32
ANCHOR = secret_of(SEED, 0, 9).hex()
CHECK = Check(4, 70, 2, "chance", 8, ("user-8",), 1, "143", 2_000, 1, "7", 55, 9, "open", "", 80, NOW)
HELD = msgspec.structs.replace(CHECK, status="held", work="w")
LEASE = Lease("w", "check-4", CLIENT, 60, NOW + 1, None, granted=90)
OTHER = Said(6, ("user-6",), 56)
ONCE = Standing(known=True, mismatches=1)


SPENT = Spent(work=100, checks=1)


def trust(check=CHECK, lease=LEASE, standing=None, **more):
    usual = {
        "chain": Chain(1, ANCHOR, 0, 9, 0),
        "weighed_upto": 60,
        "asked_upto": 60,
        "spent": SPENT,
        "standing": standing or {client: Standing() for client in (CLIENT, 6, 7, 8)},
        "check": {4: check},
        "check_held": {"w": check if check.status == "held" else None},
        "waiting": [check] if check.status == "open" else [],
        "next_check": 5,
        "lease": {"w": lease},
        "reports_since": [70, 75],
        "doubts": [],
    }
    return known(**usual | more)


def asks(*users, decides=False):
    return RequestCheck(work="w", users=users, decides=decides, lease_seconds=60)


def answers(checksum, *users, decides=False):
    return AnswerCheck(work="w", checksum=checksum, users=users or ("user-3",), decides=decides)


ASKED = FindsAsked(factor=90, value="11", asked=100)
MISSED = FindMissed(90, 70, 2, 8, 1, "11", 2_000, -1, 1, "7", "12")


def with_answers(check, *said):
    return msgspec.structs.replace(check, answers=said)


GIVEN = [Partly(CheckAssigned, check=4, client=CLIENT), Partly(LeaseGranted, lease="w", subject="check-4")]
ENDED = Partly(LeaseEnded, outcome="completed")


def settled(outcome, *wrong):
    return CheckSettled(check=4, outcome=outcome, wrong=wrong)


EXAMPLES = [
    (trust(), asks("user-3"), GIVEN),
    (trust(), asks("user-8"), Partly(NoCheck)),
    (trust(), asks("user-3", "user-8"), Partly(NoCheck)),
    (trust(msgspec.structs.replace(CHECK, client=CLIENT)), asks("user-3", decides=True), Partly(NoCheck)),
    (trust(with_answers(CHECK, OTHER)), asks("user-3"), GIVEN),
    (trust(with_answers(CHECK, OTHER)), asks("user-6"), Partly(NoCheck)),
    (trust(with_answers(CHECK, OTHER)), asks("user-6", decides=True), GIVEN),
    (trust(with_answers(CHECK, OTHER, Said(7, ("user-7",), 57))), asks("user-3"), Partly(NoCheck)),
    (trust(with_answers(CHECK, OTHER, Said(7, ("user-7",), 57))), asks("user-3", decides=True), GIVEN),
    (trust(HELD), answers(55), [Partly(CheckAnswered), ENDED, settled("matched")]),
    (trust(HELD), answers(56), [Partly(CheckAnswered, checksum=56), ENDED]),
    (trust(with_answers(HELD, OTHER)), answers(56), [Partly(CheckAnswered), ENDED, settled("failed", 8)]),
    (trust(with_answers(HELD, OTHER)), answers(55), [Partly(CheckAnswered), ENDED, settled("matched", 6)]),
    (trust(with_answers(HELD, OTHER)), answers(57), [Partly(CheckAnswered), ENDED]),
    (trust(with_answers(HELD, OTHER)), answers(57, decides=True), [Partly(CheckAnswered), ENDED]),
    (
        trust(with_answers(HELD, OTHER, Said(7, ("user-7",), 57))),
        answers(58, decides=True),
        [Partly(CheckAnswered), ENDED, settled("failed", 6, 7, 8)],
    ),
    (
        trust(with_answers(HELD, msgspec.structs.replace(OTHER, decides=True), Said(7, ("user-7",), 57))),
        answers(58),
        [Partly(CheckAnswered), ENDED, settled("failed", CLIENT, 7, 8)],
    ),
    (
        trust(with_answers(HELD, OTHER), standing={8: ONCE}),
        answers(56),
        [
            Partly(CheckAnswered),
            ENDED,
            settled("failed", 8),
            ReportsDoubted(client=8, check=4, positions=(70, 75)),
        ],
    ),
    (trust(HELD), answers(0), [Partly(CheckAnswered, checksum=0), ENDED]),
    (trust(HELD), answers(2**32 - 1), [Partly(CheckAnswered, checksum=2**32 - 1), ENDED]),
    (trust(HELD), answers(-1), BadInput("out of bounds")),
    (trust(HELD), answers(2**32), BadInput("out of bounds")),
    (trust(lease=None), answers(55), Unknown("no check 'w'")),
    (trust(lease=msgspec.structs.replace(LEASE, client=9)), answers(55), Unknown("that this client was given")),
    (trust(), answers(55), CheckTaken(check=4, known=True)),
    (
        trust(chain=None),
        CommitChain(anchor="ab", length=9, reason=""),
        [ChainCommitted(chain=1, anchor="ab", first_day=NOW // DAY, length=9, reason="")],
    ),
    (trust(), CommitChain(anchor=ANCHOR, length=9, reason=""), Drawing()),
    (trust(), CommitChain(anchor="ab", length=9, reason="lost"), [Partly(ChainCommitted, chain=2, reason="lost")]),
    (
        trust(),
        OpenSecret(day=3, secret=secret_of(SEED, 3, 9).hex()),
        [SecretOpened(chain=1, day=3, secret=secret_of(SEED, 3, 9).hex())],
    ),
    (trust(), OpenSecret(day=3, secret=secret_of(SEED, 4, 9).hex()), BadInput("not the secret of day 3")),
    (trust(chain=None), OpenSecret(day=3, secret="ab"), Conflict("no chain")),
    (trust(chain=Chain(1, ANCHOR, 0, 9, 3)), OpenSecret(day=3, secret="ab"), Drawing()),
    (
        trust(),
        WeighReports(1, 60, 70, (), SPENT),
        [ReportsWeighed(chain=1, after=60, upto=70, reports=(), spent=SPENT, files=True)],
    ),
    (trust(), WeighReports(1, 59, 70, (), SPENT), Conflict("drawn again")),
    (trust(), WeighReports(2, 60, 70, (), SPENT), Conflict("drawn again")),
    (trust(), WeighReports(1, 60, 70, (), Spent()), Conflict("drawn again")),
    (trust(), CheckEarlier(8, 4, (70,), ()), [EarlierDrawn(client=8, check=4, reports=(70,))]),
    (trust(check=CHECK), CheckEarlier(8, 5, (70,), ()), BadInput("no check 5")),
    (trust(), RecordMissed(60, 90, ASKED, (MISSED,), ()), [ASKED, MISSED]),
    (trust(asked_upto=90), RecordMissed(60, 90, ASKED, (MISSED,), ()), Conflict("asked about this find already")),
    (trust(), NoteDoubtHeeded(8, (70,)), [DoubtHeeded(client=8, positions=(70,))]),
    (trust(), SettleDoubt(8, "trusted", "seen"), Unknown("client-8")),
    (
        trust(doubts=[70]),
        SettleDoubt(8, "trusted", "seen"),
        [DoubtSettled(client=8, verdict="trusted", reason="seen")],
    ),
]


@pytest.mark.parametrize(("state", "command", "then"), EXAMPLES)
def test_a_decision_is_what_it_should_be(state, command, then):
    decide = TRUST.decisions[type(command)]
    if isinstance(then, Refusal):
        with pytest.raises(type(then), match=str(then)):
            decide(command, Asking(NOW, CLIENT), state)
        return
    found = decide(command, Asking(NOW, CLIENT), state)
    assert (found if isinstance(found, Answer) else [event.fact for event in found]) == then


def test_every_decision_has_an_example():
    shared = {command for command in TRUST.decisions if command.__name__.startswith(("Renew", "End", "Expire"))}
    assert {type(command) for _, command, _ in EXAMPLES} == TRUST.decisions.keys() - shared

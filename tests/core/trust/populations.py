"""Simulated machines and contributors: what checks cost the honest, when cheats are found out, what is expected of finds.

The rules are the product's own; only who does what is drawn here, with fixed seeds.
"""

import math
import random
from collections import Counter
from types import SimpleNamespace

from msgspec.structs import replace

from core.deciding import Asking
from core.factoring.mathematics.probability.exponentials import ONE
from core.factoring.mathematics.prospects.expectation import expected
from core.leases.decide import Lease
from core.trust.budget import WHOLE, Spent, rates
from core.trust.checking import assign, report
from core.trust.commands import AnswerCheck, RequestCheck
from core.trust.drawing import chance
from core.trust.events import CheckSettled
from core.trust.expecting import ALARM, Sums, evidence, scaled
from core.trust.standing import Standing
from core.trust.state import Check, Said
from tests.core.factoring.simulated import Secret

SECOND, HOUR = 1_000_000, 3_600 * 1_000_000
STAGE_1 = 0.6
"""Of a curve's cost; measured from 0.46 to 0.68."""


def checked_share(lives, seed, median_curve=10 * SECOND, spread=1.5, *, held=True):
    """Return which share of all CPU time the checks of honest machines take, given what each does in its life.

    One machine comes after the other, and what the budget allows each is what those before it have left (`held`).
    """
    draw = random.Random(seed)
    worked = checked = 0.0
    for life in lives:
        allowed = rates(Spent(round(worked), round(checked)) if held else None)
        cost = max(round(draw.lognormvariate(math.log(median_curve), spread)), 1)
        curves = max(round(life / cost), 1)
        drawn, credit, done = allowed.newcomers / WHOLE, 0, 0  # one of the first report
        while done < curves and (now := chance(cost, credit, rates=allowed)) > allowed.floor:
            drawn, credit, done = drawn + now / WHOLE, credit + cost, done + 1
        worked += curves * cost
        checked += STAGE_1 * cost * min(drawn + (curves - done) * allowed.floor / WHOLE, curves)
    return checked / worked


def usual_lives(many, seed, median=2 * HOUR, spread=2.3):
    """Draw how much machines do: most little, some very much."""
    draw = random.Random(seed)
    return [draw.lognormvariate(math.log(median), spread) for _ in range(many)]


def curves_until_found_out(share, credit, cost, surely=0.95):
    """Return after how many curves a machine that invents a share of them is found out with some probability."""
    unseen, curves = 1.0, 0
    while unseen > 1 - surely:
        unseen *= 1 - share * chance(cost, credit + curves * cost) / WHOLE
        curves += 1
    return curves


def blamed_in_checks(many, seed, liars=1, machines=6):
    """Settle so many checks of honest machines, some of whose checkers lie; return how often each machine was blamed."""
    draw = random.Random(seed)
    lying, blamed = set(range(1, liars + 1)), Counter()
    for number in range(1, many + 1):
        truth, owner = draw.getrandbits(32) or 1, draw.randint(liars + 1, machines)
        check = Check(
            number, 1, 0, "chance", owner, (f"user-{owner}",), 1, "9", 2, 1, "7", truth, 1, "open", "", 1, number
        )
        others = draw.sample(range(1, machines + 1), machines)
        for client in others:
            users, decides = (f"user-{client}",), client == machines
            state = state_of(check, client)
            if not isinstance(assign(RequestCheck("w", users, decides, 60), Asking(1, client), state), list):
                continue
            said = draw.getrandbits(32) if client in lying else truth
            held = state_of(replace(check, status="held", work="w"), client)
            events = report(AnswerCheck("w", said, users, decides), Asking(1, client), held)
            settled = [event.fact for event in events if isinstance(event.fact, CheckSettled)]
            if settled:
                blamed.update(settled[0].wrong)
                break
            check = replace(check, answers=(*check.answers, Said(client, users, said, decides)))
    return blamed


def state_of(check, client):
    """Return the state that decisions about one check ask for."""
    return SimpleNamespace(
        waiting=lambda: [check],
        check_held=lambda _work: check,
        lease=lambda _work: Lease("w", f"check-{check.check}", client, 60, 2, None, 1),
        standing=lambda _client: Standing(),
        reports_since=lambda *_: [],
    )


class Watched(Secret):
    """A number on a simulated list whose every run is told of: its B1, what was to be expected, and whether it found."""

    told: list = []  # noqa: RUF012 - a field of a struct, each with a list of its own

    def run(self, bounds, curves):
        """Run curves as any number does."""
        before, digits = self.number.effort, self.number.digits
        ran, found = super().run(bounds, curves)
        self.told.append((bounds.b1, expected(before, self.number.effort, digits), found))
        return ran, found


def watched(secrets):
    """Have a list tell of its runs; return it, and what it tells."""
    told = []
    return [Watched(secret.number, secret.primes, secret.first, told) for secret in secrets], told


def calibration(told):
    """Return found over expected of all runs, and by row where enough was expected."""
    due, made = Counter(), Counter()
    for b1, finds, found in told:
        due[b1] += finds / ONE
        made[b1] += found
    rows = {b1: made[b1] / due[b1] for b1 in due if due[b1] >= 100}
    return sum(made.values()) / sum(due.values()), rows


def alarms(told, contributors, seed):
    """Give runs to contributors, most to few; return how many of them ever stand out, looked at after each of their runs."""
    draw = random.Random(seed)
    weights = [1 / (rank + 1) for rank in range(contributors)]
    total, own, out = {}, {}, set()
    for (b1, finds, found), who in zip(told, draw.choices(range(contributors), weights, k=len(told)), strict=True):
        for ledger, key in ((total, b1), (own, (who, b1))):
            before = ledger.get(key, Sums())
            ledger[key] = Sums(before.expected + finds, before.found + found)
        mine = (
            {row: sums for (one, row), sums in own.items() if one == who} if contributors <= 50 else {b1: own[who, b1]}
        )
        due = made = 0
        for row, sums in mine.items():
            others = Sums(total[row].expected - sums.expected, total[row].found - sums.found)
            if others.expected >= 20 * ONE:
                due, made = due + scaled(sums, others), made + sums.found
        if evidence(due, made) >= ALARM:
            out.add(who)
    return len(out)


def due_until_out(found_share, surely=0.95, step=0.05):
    """Return how many scaled finds are due until somebody stands out, with some probability, who makes only a share of them.

    Nothing is drawn: what is followed is how likely each number of finds is, one of which may come in each step.
    """
    due, likely = 0.0, Counter({0: 1.0})
    while sum(likely.values()) > 1 - surely:
        due, found = due + step, step * found_share
        likely = Counter(
            {many: likely[many] * (1 - found) + likely[many - 1] * found for many in [*likely, max(likely) + 1]}
        )
        while likely and evidence(round(due * ONE), min(likely)) >= ALARM:
            del likely[min(likely)]
    return due

"""What real GMP-ECMs ran, by chance, against what is credited: never more, and all of what whole outputs show."""

from collections import defaultdict
from functools import lru_cache
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.events.reports import CurvesRun
from core.factoring.formats.credit.shown import shown_in
from core.factoring.formats.middleware.submission import Told, runs_of
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.mathematics.levels.effort import curve_effort, lanes
from core.refusals import BadInput
from tests.ecm_histories import cut, target, text_of, treated
from tests.office import Office
from tests.profiles import trying

CEILING = 1000


@lru_cache(maxsize=100_000)
def worth(b1, b2, param):
    return tuple(lanes(curve_effort(b1, b2, param)))


class Ledger:
    """What a coordinator has credited to a number, by its answers' events."""

    def __init__(self, office, of):
        self.office, self.of = office, of
        submitted = office.perform(SubmitComposite(text=str(of.value), ceiling_digits=CEILING))
        self.number, self.is_new = submitted.number, submitted.outcome == "new"
        self.known, self.anonymous = {}, []

    def hand_in(self, text, told):
        """Report what a submission says; keep what was credited."""
        for run in runs_of(told, shown_in(text, self.of.spelled, CEILING)):
            self._record(
                ReportCurves(
                    work="",
                    value=str(self.of.value),
                    bounds=run.bounds,
                    curves=run.curves,
                    sigmas=run.sigmas,
                    if_known=run.if_known,
                )
            )

    def _record(self, command):
        before = self.office.log.head().position
        self.office.perform(command, content=f"{before}".encode())
        reports = (event.data for event in self.office.log.read(before, 1000) if event.type == CurvesRun.type)
        for fact in map(msgspec.json.decode, reports):
            bounds = (fact["b1"], fact["b2"], fact["param"])
            uncredited = set(fact["uncredited"])
            self.known.update(
                ((fact["param"], sigma), bounds)
                for offset, sigma in enumerate(fact["sigmas"])
                if offset not in uncredited
            )
            self.anonymous += [bounds] * fact["anonymous"]


def told(curves, kind=None):
    b1, b2, param = kind or (None, None, None)
    return Told(b1=b1, b2=b2, param=param, curves=curves, sigma="", claims=(), cpu_milliseconds=0)


def never_more(ledger, texts, says):
    """Hold what was credited against what was run."""
    ran = defaultdict(list)
    for text in texts:
        for curve, true in text.ran.items():
            ran[curve].append(true)
    for curve, (b1, b2, param) in ledger.known.items():
        assert curve in ran, f"{curve} to {b1}, {b2} was never run\n{says}"
        credited = worth(b1, b2, param)
        assert any(
            all(ours <= real for ours, real in zip(credited, worth(true.b1, true.b2, param), strict=True))
            for true in ran[curve]
        ), f"{curve} was run to {ran[curve]}, and is credited to {b1}, {b2}\n{says}"
    assert len(ledger.known) + len(ledger.anonymous) <= sum(text.curves for text in texts), says


def all_of(ledger, text, says):
    """Hold what was run against what was credited."""
    for (param, sigma), true in text.ran.items():
        assert (param, sigma) in ledger.known, f"{param}:{sigma} is not credited\n{says}"
        b1, b2, _ = ledger.known[param, sigma]
        bounds = bounds_of(true.b1, true.b2, param)
        assert (b1, b2) >= (bounds.b1, bounds.b2) or worth(b1, b2, param) == worth(true.b1, true.b2, param), (
            f"{param}:{sigma} was run to {true}, and is credited to {b1}, {b2}\n{says}"
        )


def try_one(office, seed, directory):
    """Run a history, hand it in, and compare."""
    random = Random(seed)
    of = target(random)
    texts = [text_of(random, of, directory) for _ in range(random.choice([1, 1, 1, 2, 3]))]
    ledger = Ledger(office, of)
    if not ledger.is_new:
        return  # the same seed came before, as small ones do: what it ran adds nothing any more
    whole = random.random() < 0.5
    arrived = [treated(random, text.printed) if whole else cut(random, text.printed) for text in texts]
    together = len(texts) > 1 and whole and random.random() < 0.5
    says = f"seed {seed}: {[text.says for text in texts]}\n" + "\n-----\n".join(arrived)
    try:
        if together:
            ledger.hand_in("\n".join(text.printed.rstrip("\n") for text in texts) + "\n", told(0))
        else:
            for text, part in zip(texts, arrived, strict=True):
                if text.mixed and "Input number is" not in part:
                    continue  # whoever hands in a part that names no number says himself of which it is
                asked = text.curves + random.choice([0, 0, 20]) if whole and text.whole else text.curves
                ledger.hand_in(part, told(asked if text.kind else 0, text.kind))
    except BadInput as refusal:
        pytest.fail(f"{refusal}\n{says}")
    never_more(ledger, texts, says)
    if whole:
        for text in texts:
            if text.surely and text.whole:
                all_of(ledger, text, says)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    office = Office(tmp_path_factory.mktemp("office"))
    yield office
    office.close()


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("saved")


@trying(20)
@given(st.integers(0, 2**62))
def test_of_any_history_no_more_is_credited_than_was_run_and_all_that_whole_outputs_show(office, directory, seed):
    try_one(office, seed, directory)


@pytest.mark.drill
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("first", range(0, 1000, 100))
def test_of_a_thousand_histories_no_more_is_credited_than_was_run(office, directory, first):
    for seed in range(first, first + 100):
        try_one(office, seed, directory)

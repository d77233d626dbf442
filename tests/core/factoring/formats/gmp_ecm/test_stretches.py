"""Stretches of curves alike say what their lines say one by one."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.formats.gmp_ecm import transcript
from core.factoring.formats.gmp_ecm.output import Output
from core.factoring.formats.gmp_ecm.sentences import Sentence, sentence_of
from core.factoring.formats.gmp_ecm.stretches import sentences_in
from core.factoring.formats.gmp_ecm.transcript import parse_output
from tests.grammars import outputs

KINDS = (
    "B1=11000, B2=1873422, polynomial x^1, sigma=1:",
    "B1=50000, B2=12746592, polynomial Dickson(3), sigma=0:",
    "B1=50000-100000, B2=12746592, polynomial x^1, sigma=1:",
    "B1=2000, B2=147396, sigma=",
)


def curve(kind: str, sigma: int, run: int | None, end: str = "\n") -> str:
    """Return what a curve that finds nothing prints; of which run it is where that is said."""
    lines = [f"Using {kind}{sigma}", "Step 1 took 21ms", "Step 2 took 18ms", ""]
    return end.join(lines if run is None else [f"Run {run} out of 75:", *lines])


curves = st.builds(
    lambda kind, sigmas, run, end: "".join(
        curve(kind, sigma, None if run is None else run + offset, end) for offset, sigma in enumerate(sigmas)
    ),
    st.sampled_from(KINDS),
    st.lists(st.integers(-1, 2**70), min_size=1, max_size=6),
    st.none() | st.integers(1, 70),
    st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"]),
)
DISTURBANCES = (
    "",
    "********** Factor found in step 2: 3391\n",
    "Run 4 out of 75:\n",
    "Input number is 2^127-1 (39 digits)\n",
)


def run_of(parts: Sequence[tuple[str, int, str, int]]) -> str:
    """Return what a run prints: so many curves of a kind, what disturbs it then, and how many curves lack there."""
    text = "GMP-ECM 7.0.5 [configured with GMP 6.2.1] [ECM]\nInput number is 2^113-1 (35 digits)\n"
    run = 1
    for kind, some, disturbance, lacking in parts:
        text += "".join(curve(kind, 7919 * one, one if one > 1 else None) for one in range(run, run + some))
        text += disturbance
        run += some + lacking
    return text


parts = st.tuples(st.sampled_from(KINDS[:2]), st.integers(2, 5), st.sampled_from(DISTURBANCES), st.integers(0, 1))


def by_lines(text: str) -> Iterator[tuple[int, str, Sentence]]:
    """Yield the sentences of a text as each of its lines says them."""
    for line, one in enumerate(text.splitlines(), 1):
        said = sentence_of(one)
        if said is not None:
            yield line, *said


def as_read_by_lines(text: str) -> Output:
    """Return what a text says when none of its stretches is read at once."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(transcript, "sentences_in", by_lines)
        return parse_output(text)


@given(st.lists(curves | outputs, max_size=5).map("".join), st.integers(0, 40))
def test_a_text_shows_the_curves_that_its_lines_show(text, cut):
    """Wherever stretches begin and end, and whatever stands before, between and behind them."""
    text = text[: len(text) - cut]
    assert parse_output(text) == as_read_by_lines(text)


@given(st.lists(parts, min_size=2, max_size=5).map(run_of))
def test_a_run_that_is_disturbed_shows_the_curves_that_its_lines_show(text):
    assert parse_output(text) == as_read_by_lines(text)


def test_curves_of_a_stretch_share_their_terms():
    """So that what they count for is worked out once."""
    first = "GMP-ECM 7.0.5 [configured with GMP 6.2.1] [ECM]\nInput number is 2^113-1 (35 digits)\n"
    runs = "".join(curve(KINDS[0], 7 + run, run if run > 1 else None) for run in range(1, 76))
    read = parse_output(first + runs).curves
    assert [one.sigma for one in read] == [str(7 + run) for run in range(1, 76)]
    assert all(one.terms is read[0].terms for one in read)
    assert [one.line for one in read] == [
        line for line, text in enumerate((first + runs).split("\n"), 1) if "Using" in text
    ]


def test_a_stretch_is_read_at_once():
    first = "Input number is 2^113-1 (35 digits)\n"
    runs = "".join(curve(KINDS[0], 7 + run, run if run > 1 else None) for run in range(1, 76))
    plain = "".join(curve(KINDS[1], 7 + run, None) for run in range(1, 76))
    said = list(sentences_in(first + runs + plain + "the end"))
    number, three_counted, three, others = 1, 3 * 3 + 2, 3 * 3, 1
    assert len(said) == number + three_counted + others + three + others

"""Stretches of curves alike say what their lines say one by one."""

from hypothesis import given
from hypothesis import strategies as st

from core.factoring.formats.gmp_ecm import stretches
from core.factoring.formats.gmp_ecm.sentences import sentence_of
from core.factoring.formats.gmp_ecm.stretches import sentences_in
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


@given(st.lists(curves | outputs, max_size=5).map("".join), st.integers(0, 40))
def test_a_text_says_what_its_lines_say(text, cut):
    """Wherever stretches begin and end, and whatever stands before, between and behind them."""
    text = text[: len(text) - cut]
    said = [(line, sentence_of(one)) for line, one in enumerate(text.splitlines(), 1)]
    assert list(sentences_in(text)) == [(line, *found) for line, found in said if found is not None]


def test_a_stretch_is_read_at_once(monkeypatch):
    asked = []
    monkeypatch.setattr(stretches, "sentence_of", lambda line: asked.append(line) or sentence_of(line))
    first = "Input number is 2^113-1 (35 digits)\n"
    runs = "".join(curve(KINDS[0], 7 + run, run if run > 1 else None) for run in range(1, 76))
    plain = "".join(curve(KINDS[1], 7 + run, None) for run in range(1, 76))
    assert len(list(sentences_in(first + runs + plain + "the end"))) == 1 + 75 * 3 + 74 + 75 * 3
    assert len(asked) == 4  # the number, the first curve of each stretch, and the end

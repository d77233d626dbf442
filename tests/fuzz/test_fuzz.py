"""Some requests and texts; `make fuzz` goes through a million."""

import pytest
from hypothesis import settings

from tests.fuzz.asking import ask_as_described, asking, hand_in_texts
from tests.fuzz.trying import some

PASSES = 3

pytestmark = pytest.mark.drill


@pytest.fixture
def asked(tmp_path):
    with asking(tmp_path / "data") as asked:
        yield asked


@pytest.mark.parametrize(("go_through", "examples"), [(ask_as_described, 2), (hand_in_texts, 100)])
def test_whatever_is_asked_or_handed_in_is_answered(asked, go_through, examples, record_property):
    before = 0
    for _ in range(PASSES):
        go_through(asked, some(examples * settings.default.max_examples // 300 or 1))
        before = before or asked.rss_kib
    asked.assert_sound(before)
    record_property("inputs", asked.statuses.total())

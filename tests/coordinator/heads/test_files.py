"""Heads as others keep them: one, one a line, or the list that an address answers, in any order."""

import msgspec
import pytest

from coordinator.heads.book import line_of
from coordinator.heads.files import heads_in
from core.refusals import BadInput
from tests.coordinator.heads.test_book import head

FIRST, SECOND = head(3), head(7)


@pytest.mark.parametrize(
    ("content", "heads"),
    [
        (line_of(SECOND), [SECOND]),
        (msgspec.json.format(line_of(SECOND)), [SECOND]),
        (line_of(SECOND) + line_of(FIRST), [FIRST, SECOND]),
        (msgspec.json.encode({"heads": [SECOND, FIRST], "next": None}), [FIRST, SECOND]),
    ],
)
def test_heads_are_read_in_the_order_of_their_positions(tmp_path, content, heads):
    file = tmp_path / "kept.json"
    file.write_bytes(content)
    assert heads_in(file) == heads


def test_what_holds_no_heads_is_refused_by_its_name(tmp_path):
    file = tmp_path / "kept.json"
    with pytest.raises(BadInput, match=r"kept\.json can't be read: No such file"):
        heads_in(file)
    for content, why in (
        (b"nonsense", "JSON is malformed"),
        (b"", "it breaks off, or is empty"),
        (b"    8  2026-11-30T16:03:14.694398Z  1637b5dc\n", "Expected `object`, got `int`"),
    ):
        file.write_bytes(content)
        with pytest.raises(BadInput, match=rf"kept\.json: This is not a signed head: {why}.*`tallystick heads --json`"):
            heads_in(file)

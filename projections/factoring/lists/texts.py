"""The condition that a number has a text in its value, its expression or its name."""

import json

from projections.factoring.lists.trigrams import Among
from projections.factoring.numbers.pairs import TOLD_BY_PAIRS, with_all_pairs_of

_NAMED = "SELECT number FROM numbers WHERE name <> '' AND instr(name, ?) > 0"
_HAS_NAME = f"(EXISTS ({_NAMED}) AND number IN ({_NAMED}))"
"""Few numbers have names: that none has the text is found out once, not for each of all numbers."""
_EXPRESSED = (
    f"number IN (SELECT number FROM numbers WHERE expression <> '' AND instr(expression, ?) > 0 UNION ALL {_NAMED})"
)
_WRITTEN = "(value GLOB ? OR instr(expression, ?) > 0)"
"""GLOB goes through values, in which only digits stand, a quarter faster than instr."""
_SURELY = (
    "number IN (SELECT value FROM json_each(?) UNION ALL SELECT number FROM numbers WHERE number > ?"
    f" AND (instr(value, ?) > 0 OR instr(expression, ?) > 0) UNION ALL {_NAMED})"
)
_AMONG = (
    "number IN (SELECT number FROM numbers WHERE (number IN (SELECT value FROM json_each(?)) OR number > ?)"
    f" AND (instr(value, ?) > 0 OR instr(expression, ?) > 0) UNION ALL {_NAMED})"
)


def contains(text: str, among: Among | None) -> tuple[str, tuple[object, ...]]:
    """Return the condition that a number has a text, with the values that are bound there.

    Args:
        text: what is looked for.
        among: the numbers among which those are that have it in their value or expression; None for all.
    """
    if among is not None:
        return _SURELY if among.surely else _AMONG, (json.dumps(among.numbers), among.upto, text, text, text)
    if not _is_of_digits(text):
        return _EXPRESSED, (text, text)
    pairs = with_all_pairs_of(text)
    if len(text) <= TOLD_BY_PAIRS:
        return f"({pairs} OR {_HAS_NAME})", (text, text)
    return f"({pairs} AND {_WRITTEN} OR {_HAS_NAME})", (f"*{text}*", text, text, text)


def is_brief(text: str, among: Among | None) -> bool:
    """Return whether that is told without a look into any value, so that it may be asked twice."""
    return among is None and len(text) <= TOLD_BY_PAIRS and _is_of_digits(text)


def _is_of_digits(text: str) -> bool:
    return text.isascii() and (text.isdigit() or not text)

"""What is said of a value that does not fit."""

import enum
import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from coordinator.http.requests.sentences import explain, shown


class Part(msgspec.Struct, forbid_unknown_fields=True):
    a: Annotated[int, Meta(ge=1, le=9)]
    b: str | None = None


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


def said_of(kind, value):
    with pytest.raises(msgspec.ValidationError) as error:
        msgspec.convert(value, kind, strict=isinstance(value, dict))
    return explain(str(error.value), kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        (Part, {"a": 10}, "a is 10; a whole number from 1 to 9 is accepted."),
        (Part, {"a": 10**30}, "a is 1000…0000 (31 digits); a whole number from 1 to 9 is accepted."),
        (Part, {"a": 1.5}, "a is 1.5; a whole number from 1 to 9 is accepted."),
        (Part, {"a": 5.0}, "a is 5.0 in floating point; a whole number from 1 to 9 is accepted."),
        (Part, {"a": True}, "a is true; a whole number from 1 to 9 is accepted."),
        (Part, {"a": "5"}, "a is '5'; a whole number from 1 to 9 is accepted."),
        (Part, {"a": None}, "a is null; a whole number from 1 to 9 is accepted."),
        (Part, {"a": 1, "b": 5.0}, "b is 5.0; text or null is accepted."),
        (str | int, 1e30, "The body is 1e+30 in floating point; text or a whole number is accepted."),
        (Part, {"a": 1, "b": {}}, "b is an object; text or null is accepted."),
        (Part, {"b": "x"}, "a is missing; a whole number from 1 to 9 is required."),
        (Part, {"a": 1, "z": 1}, "z is not known here; the fields are a, b."),
        (Part, "x", "The body is 'x'; an object with a is accepted."),
        (list[Part], [{"a": 1}, {"a": 0}], "[1].a is 0; a whole number from 1 to 9 is accepted."),
        (list[Part], [{"a": 1}, {}], "[1].a is missing; a whole number from 1 to 9 is required."),
        (dict[str, int], {"x": "y"}, "[…] is null; a whole number is accepted."),
        (tuple[int, str], ["x", "y"], "[0] is 'x'; a whole number is accepted."),
        (Annotated[int, Meta(gt=1)], 1, "The body is 1; a whole number above 1 is accepted."),
        (Annotated[int, Meta(gt=1, lt=4)], 4, "The body is 4; a whole number above 1 and below 4 is accepted."),
        (Annotated[float, Meta(ge=0, le=1e9)], -1, "The body is -1; a number from 0 to 1000000000 is accepted."),
        (Annotated[float, Meta(ge=0.5)], 0.1, "The body is 0.1; a number of at least 0.5 is accepted."),
        (Annotated[int, Meta(multiple_of=2)], 1, "The body is 1; a whole number that is a multiple of 2 is accepted."),
        (
            Annotated[str, Meta(min_length=1, max_length=3)],
            "",
            "The body is ''; text of 1 to 3 characters is accepted.",
        ),
        (Annotated[str, Meta(min_length=2)], "x", "The body is 'x'; text of at least 2 characters is accepted."),
        (Annotated[str, Meta(pattern="^x$")], "y", "The body is 'y'; text that matches ^x$ is accepted."),
        (Annotated[str, Meta(pattern="^x$", extra={"accepted": "an x"})], "y", "The body is 'y'; an x is accepted."),
        (
            Annotated[list[int], Meta(max_length=1)],
            [1, 2],
            "The body is an array of 2 items; an array of at most 1 items is accepted.",
        ),
        (Literal["a", "b"], "c", "The body is 'c'; one of a, b is accepted."),
        (int | Literal["all"], "c", "The body is 'c'; a whole number or all is accepted."),
        (Colour, "green", "The body is 'green'; one of red, blue is accepted."),
        (uuid.UUID, "x", "The body is 'x'; a UUID is accepted."),
        (datetime, "x", "The body is 'x'; a time such as 2026-11-22T09:48:31Z is accepted."),
        (date, "x", "The body is 'x'; a date such as 2026-11-22 is accepted."),
        (Decimal, "x", "The body is 'x'; a decimal number is accepted."),
        (bytes, "é", "The body is 'é'; base64 text is accepted."),
        (bool, "x", "The body is 'x'; true or false is accepted."),
        (str | int, [], "The body is an empty array; text or a whole number is accepted."),
    ],
)
def test_a_sentence_names_the_place_the_value_and_what_fits(kind, value, sentence):
    assert said_of(kind, value) == sentence


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_whatever_is_shown_is_short_and_one_line(value):
    assert len(shown(value)) <= 300
    assert "\n" not in shown(value)


def test_long_values_are_cut():
    assert shown("7" * 5000) == "7777…7777 (5000 digits)"
    assert shown("x" * 5000) == f"'{'x' * 60}…'"
    assert shown(10**5000) == "a number of many digits"
    assert shown(-(10**100)) == "-1000…0000 (101 digits)"


def test_a_number_in_floating_point_is_shown_however_large_it_is():
    assert said_of(int, 1e30) == "The body is 1e+30 in floating point; a whole number is accepted."
    assert shown(-1.7976931348623157e308) == "-1.7976931348623157e+308"

"""What people may write in their own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.free_text import MAX_REASON, check_reason, free_text
from core.refusals import BadInput


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("", {"least": 1}, "note is ''; 1 to 9 printable characters are accepted."),
        ("  ", {}, "note is '  '; up to 9 printable characters, not all blank, are accepted."),
        ("a" * 10, {}, "note is 'aaaaaaaaaa' and has 10 characters; up to 9 printable characters are accepted."),
        (
            "\x1b[31m",
            {},
            (
                r"note is '\x1b[31m', of which U+001B (a control character) does not print; up to 9 printable characters are"
                " accepted."
            ),
        ),
        (
            "a\u202eb",
            {},
            (
                r"note is 'a\u202eb', of which U+202E (right-to-left override) does not print; up to 9 printable characters are"
                " accepted."
            ),
        ),
        (
            "a\nb",
            {},
            r"note is 'a\nb', of which U+000A (a control character) does not print; up to 9 printable characters are accepted.",
        ),
        (
            "a\n\x9b",
            {"lines": True},
            (
                r"note is 'a\n\x9b', of which U+009B (a control character) does not print; up to 9 printable characters are"
                " accepted, and line breaks."
            ),
        ),
    ],
)
def test_a_refusal_names_the_field_the_text_and_what_is_accepted(text, options, sentence):
    with pytest.raises(BadInput) as refused:
        free_text("note", text, 9, **options)
    assert refused.value.sentence == sentence


@given(st.text(max_size=12), st.booleans())
def test_what_prints_is_taken_as_it_is_and_nothing_else(text, lines):
    seen = text.translate(dict.fromkeys(map(ord, "\r\n\t"), "_")) if lines else text
    acceptable = seen.isprintable() and len(text) <= 10 and not text.isspace()
    try:
        taken = free_text("note", text, 10, lines=lines)
    except BadInput:
        assert not acceptable
    else:
        assert (taken, acceptable) == (text, True)


def test_a_reason_may_be_left_out():
    assert check_reason("") == ""
    with pytest.raises(BadInput, match=r"^reason is 'x"):
        check_reason("x" * (MAX_REASON + 1))

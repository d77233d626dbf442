"""What people may write in their own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.free_text import MAX_REASON, check_plain_name, check_prose, check_reason
from core.refusals import BadInput

BROKEN = "U+000A (a control character) does not print"
COMMANDING = "U+009B (a control character) does not print"
TURNED = "U+202E (right-to-left override) does not print"
JOINED = "U+200D (zero width joiner) does not print"
NARROW = "U+202F (narrow no-break space) is not the plain space"
WIDE = "U+3000 (ideographic space) is not the plain space"
PROSE = [
    "1\u202f227 curves",
    "90\xa0min",
    "\u3000x",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647",
    "\u0915\u094d\u200d\u0937",
    "\U0001f468\u200d\U0001f33e",
]
"""What people paste from pages that show numbers, and what Persian, Hindi and a picture of a farmer are written with."""
BLANKS = "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


def refusal(check, *args, **options):
    with pytest.raises(BadInput) as refused:
        check("note", *args, **options)
    return refused.value.sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "note is ''; 1 to 9 printable characters are accepted."),
        ("  ", "note is '  '; 1 to 9 printable characters, not all blank, are accepted."),
        ("a" * 10, "note is 'aaaaaaaaaa' and has 10 characters; 1 to 9 printable characters are accepted."),
        ("a\nb", rf"note is 'a\nb', of which {BROKEN}; 1 to 9 printable characters are accepted."),
        ("a\u200db", rf"note is 'a\u200db', of which {JOINED}; 1 to 9 printable characters are accepted."),
        (
            "1\u202f2",
            rf"note is '1\u202f2', of which {NARROW}; 1 to 9 printable characters and plain spaces are accepted.",
        ),
        (
            "\u3000",
            rf"note is '\u3000', of which {WIDE}; 1 to 9 printable characters and plain spaces, not all blank, are accepted.",
        ),
    ],
)
def test_a_refused_name_is_told_what_is_accepted(text, sentence):
    assert refusal(check_plain_name, text, 9) == sentence


@pytest.mark.parametrize(
    ("text", "lines", "sentence"),
    [
        ("\u200d", False, "note is '\\u200d'; up to 9 printable characters, not all blank, are accepted."),
        ("a\u202eb", False, rf"note is 'a\u202eb', of which {TURNED}; up to 9 printable characters are accepted."),
        ("a\nb", False, rf"note is 'a\nb', of which {BROKEN}; up to 9 printable characters are accepted."),
        (
            "a\n\x9b",
            True,
            rf"note is 'a\n\x9b', of which {COMMANDING}; up to 9 printable characters are accepted, and line breaks.",
        ),
    ],
)
def test_refused_prose_is_told_what_is_accepted(text, lines, sentence):
    assert refusal(check_prose, text, 9, lines=lines) == sentence


@pytest.mark.parametrize("text", PROSE)
def test_prose_has_blanks_and_joiners_by_which_one_name_would_look_like_another(text):
    assert check_prose("note", text, 99) == text
    assert repr(text) in refusal(check_plain_name, text, 99)


@given(
    st.text(st.one_of(st.characters(), st.sampled_from(f"a \u200c\u200d\r\n\t{BLANKS}")), max_size=12),
    st.booleans(),
)
def test_what_prints_is_taken_as_it_is_and_nothing_else(text, lines):
    readable = not text or text.translate({0x200C: " ", 0x200D: " "}).strip() != ""
    kept = dict.fromkeys(map(ord, BLANKS + "\u200c\u200d" + ("\r\n\t" if lines else "")), "_")
    assert _taken(check_plain_name, text, 10, least=0) == (text.isprintable() and len(text) <= 10 and readable)
    assert _taken(check_prose, text, 10, lines=lines) == (
        text.translate(kept).isprintable() and len(text) <= 10 and readable
    )


def _taken(check, text, *args, **options):
    try:
        return check("note", text, *args, **options) == text
    except BadInput:
        return False


def test_a_reason_may_be_left_out():
    assert check_reason("") == ""
    with pytest.raises(BadInput, match=r"^reason is 'x"):
        check_reason("x" * (MAX_REASON + 1))

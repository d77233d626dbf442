import pytest

from core.factoring.notation.expressions import number_from
from core.factoring.notation.numberlist import Entry, entries
from core.refusals import BadInput


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("2^256+1", "2^256+1"),
        ("  12345 \n", "12345"),
        ("97#+1 # next to a primorial", "97#+1"),
        ("97#-1\t#and another", "97#-1"),
        ("(10^53-1)/9  # ## a repunit", "(10^53-1)/9"),
        ("97 # + 1", "97 # + 1"),
        ("97 #", "97 #"),
        ("(97 #)*5", "(97 #)*5"),
        ("91 # - not checked", "91"),
        ("91 # 2 of 5", "91"),
    ],
)
def test_a_line_gives_its_number_without_the_comment(line, text):
    assert list(entries([line])) == [Entry(1, text)]


def test_lines_without_a_number_are_passed_over_and_counted():
    assert list(entries(["# a list", "", "   ", "  # of two", "91", "#", "93"])) == [Entry(5, "91"), Entry(7, "93")]


def test_a_line_of_comment_as_gmp_ecm_has_it_is_passed_over():
    assert list(entries(["// a list", "91", "  // 93 is done", "95 // not a line of comment"])) == [
        Entry(2, "91"),
        Entry(4, "95 // not a line of comment"),
    ]


@pytest.mark.parametrize("sign", ["\\", "_"])
def test_a_line_that_ends_in_a_sign_for_it_goes_on_in_the_next(sign):
    lines = ["7", f"123{sign}\n", f" 456{sign} \n", "  789 # a long one", "11"]
    assert list(entries(lines)) == [Entry(1, "7"), Entry(2, "123456789"), Entry(5, "11")]


@pytest.mark.parametrize("sign", ["\\", "_"])
def test_a_list_that_ends_in_such_a_sign_lacks_something_and_its_last_line_gives_no_number(sign):
    (entry,) = entries([f"123{sign}"])
    assert entry.text == f"123{sign}"
    with pytest.raises(BadInput):
        number_from(entry.text, 100)


@pytest.mark.parametrize("text", ["97 # + 1", "97 #", "(97 #)*5", "3 + 97 # - 1"])
def test_a_primorial_with_a_blank_before_its_sign_is_read_whole(text):
    (entry,) = entries([text])
    assert number_from(entry.text, 100) == number_from(text.replace(" ", ""), 100)

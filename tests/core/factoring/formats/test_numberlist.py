import pytest

from core.factoring.formats.numberlist import Entry, entries


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("2^256+1", "2^256+1"),
        ("  12345 \n", "12345"),
        ("97#+1 # next to a primorial", "97#+1"),
        ("97#-1\t#and another", "97#-1"),
        ("(10^53-1)/9  # ## a repunit", "(10^53-1)/9"),
    ],
)
def test_a_line_gives_its_number_without_the_comment(line, text):
    assert list(entries([line])) == [Entry(1, text)]


def test_lines_without_a_number_are_passed_over_and_counted():
    assert list(entries(["# a list", "", "   ", "  # of two", "91", "#", "93"])) == [Entry(5, "91"), Entry(7, "93")]

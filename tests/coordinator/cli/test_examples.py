import gmpy2

from coordinator.cli.demo import command
from core.bigint import digit_count
from core.factoring.notation.expressions import number_from
from core.factoring.notation.numberlist import entries

LISTED = command.files("coordinator.cli.demo").joinpath("composites.txt").read_text()
NUMBERS = [number_from(entry.text, 200) for entry in entries(LISTED.splitlines())]


def test_the_example_has_ten_to_twenty_different_numbers_of_40_to_110_digits():
    assert 10 <= len(set(NUMBERS)) == len(NUMBERS) <= 20
    assert all(40 <= digit_count(number) <= 110 for number in NUMBERS)


def test_every_number_of_the_example_is_composite():
    assert not [number for number in NUMBERS if gmpy2.is_prime(number)]

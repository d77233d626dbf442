"""A factor of one number is a factor of others of its form."""

import pytest

from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportAttempt, ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.notation.forms import Form, LucasSequence, form_of
from projections.factoring import factors

F10 = (45_592_577, 6_487_031_809)  # of 2^1024+1
P40 = 4_659_775_785_220_018_543_264_560_743_076_778_192_897  # of the same
P = 974_849  # of 2^2048+1


def submit(office, text):
    return office.perform(SubmitComposite(text=text, ceiling_digits=10_000)).number


def report(office, text, *found):
    value = office.factoring.number(submit(office, text)).value
    claims = tuple(Claim(str(factor), "7") for factor in found)
    before = office.log.head().position
    answer = office.perform(
        ReportCurves("", value, bounds_of(2000, None, 1), 3, claims=claims), content=f"{before}".encode()
    )
    row = next(row for row in office.log.read(before, 10) if row.type == "factoring.curves_run.v1")
    return answer, row.position


def primes(office, number):
    return {int(leaf.value) for leaf in office.factoring.leaves(number) if leaf.primality != "composite"}


def test_known_numbers_of_the_same_base_learn_of_a_factor(office):
    known = [
        submit(office, text)
        for text in (f"(2^1024+1)/{F10[1]}", "(2^2048+1)/319489", "4^1024-1", "2^1023-1", "3^2048-1")
    ]
    answer, position = report(office, "2^4096-1", F10[0], P)
    assert answer.factor_status == "new_factor"
    assert len(answer.factors) == 2
    assert [F10[0] in primes(office, number) for number in known] == [True, False, True, False, False]
    assert [P in primes(office, number) for number in known] == [False, True, False, False, False]
    told = sorted(factors.factors_of(office.committer.files["factoring"].connection, known), key=lambda one: one.number)
    elsewhere = [(one.number, int(one.value), one.client, one.sigma) for one in told if one.method == "relation"]
    # What is left of the third was a part of the number on which it was found.
    assert elsewhere == [(known[0], F10[0], 0, ""), (known[1], P, 0, "")]
    again, _ = report(office, "2^8192-1", *F10)
    assert set(F10) <= primes(office, known[2])
    assert again.factor_status == "new_factor"
    before = office.tables()
    office.reopen(rebuild=True)
    assert office.tables() == before
    office.correct(position)
    assert [F10[0] in primes(office, number) for number in known[:2]] == [True, False]  # the second report tells it too
    assert P not in primes(office, known[1])


def test_a_correction_that_is_taken_back_tells_it_again(office):
    known = submit(office, "2,1024+")
    _, position = report(office, "2^2048-1", F10[0])
    office.correct(position)
    assert primes(office, known) == set()
    office.correct(position, undo=True)
    assert primes(office, known) == {F10[0]}


def test_what_is_found_on_a_part_is_told_as_well(office):
    whole, known = submit(office, "2^1024+1"), submit(office, f"(2^1024+1)/{P40}")
    report(office, "2^1024+1", F10[0])
    (rest,) = [leaf for leaf in office.factoring.leaves(whole) if leaf.primality == "composite"]
    claims = (Claim(str(F10[1])),)
    office.perform(ReportAttempt(value=rest.value, method="pm1", b1=10**6, b2=None, runs=1, claims=claims))
    assert set(F10) <= primes(office, known)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("2^4096+1", (2, 1, 8192)), ("2,4096+", (2, 1, 8192)), ("8^11-1", (2, 1, 33)), ("M1277", (2, 1, 1277)),
        ("(10^103-1)/9", (10, 1, 103)), ("R(103)", (10, 1, 103)), ("Phi(137,2)", (2, 1, 137)), ("2,1042L", (2, 1, 2084)),
        ("2^(2^12)+1", (2, 1, 8192)), ("12^7-1", (12, 1, 7)), ("(2^1061-1)/(7*31)", (2, 1, 1061)), ("", (2, 1, 67)),
        ("3^101+2^101", (3, 2, 202)), ("2^101-3^101", (3, 2, 101)), ("9^50-4^50", (3, 2, 100)), ("12^7+8^7", (3, 2, 14)),
        ("36^7-4^7", (3, 1, 14)), ("(5^101-2^101)/3", (5, 2, 101)), ("8^7+9^7", (9, 8, 14)),
        ("13!7+1", None), ("2^67-3", None), ("2^67-1+2^3-1", None), ("2^99999999999-1", None), ("3^67-2^66", None),
        ("7^9-7^9", None), ("1^5+0^5", None), ("5^7+1^7", (5, 1, 14)),
    ],
)  # fmt: skip
def test_a_form_is_read_off_what_was_written(written, form):
    a, b, index = form or (0, 0, 0)
    assert form_of(written, str(2**67 - 1)) == (Form(LucasSequence(a + b, a * b), index) if form else None)


@pytest.mark.parametrize(
    ("on", "factor", "known", "apart"),
    [
        ("3^206-2^206", 3_678_131, "(3^103+2^103)/19571", "3^109+2^109"),
        ("9^309-4^309", 3_678_131, "(3^103+2^103)/19571", "3^103-2^103"),
        ("Fib(206)", 5_644_193, "Fib(103)/519121", "Fib(107)"),
    ],
)
def test_terms_of_every_sequence_learn_of_each_other(office, on, factor, known, apart):
    related, other = submit(office, known), submit(office, apart)
    report(office, on, factor)
    assert (factor in primes(office, related), factor in primes(office, other)) == (True, False)

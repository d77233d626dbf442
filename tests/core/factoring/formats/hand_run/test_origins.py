"""Pieces of work that are alike, told apart: programs write the same line for each of several assignments."""

import json

from gmpy2 import mpz

from core.factoring.formats.hand_run.reading import stated_in
from core.factoring.formats.handing_in import hand_in

LINE = "M277 completed 10 ECM curves, B1=50000, B2=5000000, Wi8: 39AB1238\n"
OBJECT = {"exponent": 277, "worktype": "ECM", "b1": 50_000, "b2": 5_000_000, "curves": 10}


def origins(text):
    return [stated.origin for stated in stated_in(text)]


def test_lines_that_are_alike_are_several_pieces_of_work():
    three = origins(LINE * 3)
    assert len(set(three)) == 3
    assert len(set(hand_in(LINE * 3, str(mpz(2) ** 277 - 1), 1_000).origins)) == 3


def test_a_file_that_has_grown_states_what_it_stated_before():
    before = LINE * 2
    assert origins(before + "M281 completed P-1, B1=50000, Wi8: 1\n" + LINE)[:2] == origins(before)
    assert origins(before + LINE)[:2] == origins(before)


def test_an_object_is_the_same_however_it_is_written():
    backwards = dict(reversed(OBJECT.items()))
    assert origins(json.dumps(OBJECT)) == origins(json.dumps(backwards, indent=1))
    assert origins(json.dumps(OBJECT)) != origins(json.dumps(OBJECT | {"timestamp": "2026-01-15 23:28:16"}))


def test_the_pieces_of_one_object_are_told_apart():
    pieces = origins('{"input-decimal": "123", "ecm-curves": {"2000": 30, "11000": 12}, "pm1-curves": {"150000": 1}}')
    assert len(set(pieces)) == len(pieces) == 3

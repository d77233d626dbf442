"""Dumps of the system replaced: what is read, and how a fault in one is named."""

import pytest

from core.factoring.formats.middleware.dumps import ATTEMPTS, COMPOSITES, FACTORS, Row, rows_of
from core.factoring.formats.middleware.moving_in import attempt_of, composite_of, factor_of
from core.refusals import BadInput


def rows(text, table):
    return list(rows_of(iter(text.splitlines(keepends=True)), table))


def attempt(found=(), **cells):
    usual = {
        "id": "2",
        "composite_id": "1",
        "client_id": "box",
        "method": "ecm",
        "b1": "11000",
        "curves_completed": "3",
    }
    return attempt_of(Row(2, {**usual, **cells}), found)


def test_columns_may_stand_in_any_order_and_a_cell_may_span_lines():
    text = 'curves_completed,raw_output,method,b1,client_id,composite_id,id\n3,"one\ntwo",ecm,11000,box,1,2\n4,,ecm,1e6,box,1,3\n'
    first, second = rows(text, ATTEMPTS)
    assert (first.line, first.text("raw_output"), second.line, second.integer("b1")) == (2, "one\ntwo", 4, 1_000_000)


@pytest.mark.parametrize("nothing", ["", "NULL", "\\N"])
def test_an_empty_cell_holds_nothing(nothing):
    (row,) = rows(f"id,number,priority\n1,15,{nothing}\n", COMPOSITES)
    assert (row.integer("priority"), row.milli("priority"), row.truth("priority"), row.time("priority")) == (None,) * 4


@pytest.mark.parametrize(
    ("text", "table", "sentence"),
    [
        ("id,numbr\n", COMPOSITES, "The column 'numbr' is not one of composites; its columns are id, number, "),
        ("id,factor\n", FACTORS, "The header lacks the column 'composite_id' of factors"),
        ("id,number,id\n", COMPOSITES, "The header names the column 'id' twice; "),
        ("", COMPOSITES, "The header lacks the column 'id' of composites"),
        ('id,number\n1,"15\n2,21\n', COMPOSITES, "The record that begins on line 2 is no CSV: unexpected end of data."),
    ],
)
def test_a_dump_that_is_none_is_refused_as_a_whole(text, table, sentence):
    with pytest.raises(BadInput) as refusal:
        rows(text, table)
    assert refusal.value.sentence.startswith(sentence)


def test_a_line_with_a_cell_too_few_is_named_and_does_not_stop_its_neighbours():
    first, broken, last = rows("id,number\n1,15\n2\n3,21\n", COMPOSITES)
    assert (first.integer("id"), broken, last.line) == (1, (3, "It has 1 cells, the header has 2."), 4)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"id": "", "number": "15"}, "id is empty; a whole number is needed."),
        ({"id": "0", "number": "15"}, "id 0 is out of bounds; a whole number from 1 is needed."),
        ({"id": "1"}, "number is empty; digits or an expression are needed."),
        ({"id": "1", "number": "15", "is_active": "maybe"}, "is_active 'maybe' is neither true (t, true, 1) nor"),
        ({"id": "1", "number": "15", "target_t_level": "high"}, "target_t_level 'high' is not a number such as 35.2."),
        ({"id": "1", "number": "15", "created_at": "yesterday"}, "created_at 'yesterday' is not an ISO 8601 time"),
    ],
)
def test_a_cell_that_does_not_hold_what_it_should_is_named(cells, sentence):
    with pytest.raises(BadInput) as refusal:
        composite_of(Row(2, {name: cell for name, cell in cells.items() if cell}))
    assert refusal.value.sentence.startswith(sentence)


def test_a_number_keeps_what_was_wanted_of_it():
    old = composite_of(
        Row(2, {"id": "7", "number": "2^137-1", "target_t_level": "20.0", "priority": "3.0", "is_active": "False"})
    )
    assert (old.wanted.row, old.wanted.target_milli, old.wanted.priority, old.wanted.shelf) == (
        7,
        20_000,
        3,
        "inactive",
    )


def test_the_output_tells_which_curves_an_attempt_was_whatever_its_fields_say():
    output = "".join(
        f"Using B1=11000, B2=1873422, polynomial x^1, sigma=1:{sigma}\nStep 1 took 5ms\nStep 2 took 3ms\n"
        for sigma in (11, 12)
    )
    (wanted,) = attempt(raw_output=output, parametrization="3").wanted
    assert (wanted.report.bounds.param, wanted.report.sigmas, wanted.report.curves) == (1, ("11", "12"), 3)


def test_the_sigma_of_a_factor_tells_which_curve_found_it():
    found = factor_of(
        Row(2, {"id": "4", "composite_id": "1", "factor": "1009", "found_by_attempt_id": "2", "sigma": "1:777"})
    )
    (wanted,) = attempt([found], factor_found="1009").wanted
    assert (wanted.report.sigmas, wanted.factor_rows) == (("777",), (4,))
    assert [(claim.factor, claim.sigma) for claim in wanted.report.claims] == [("1009", "777")]


def test_an_attempt_is_known_again_when_other_cells_of_it_have_changed():
    (before,), (after,) = (
        attempt(created_at="2025-03-01 10:00:00").wanted,
        attempt(created_at="2025-03-01 10:00:00", superseded_by="9", status="completed").wanted,
    )
    assert before.origin == after.origin
    assert attempt(created_at="2025-03-01 10:00:01").wanted[0].origin != before.origin


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"method": "snfs"}, "method 'snfs' is not known; ecm, pm1, pp1, qs, nfs, auto are."),
        ({"curves_completed": "0"}, "No curve was completed, and no factor found."),
        ({"b1": "many"}, "b1 = 'many' is not a whole number"),
        ({"b1": "7"}, "B1 = 7 is out of bounds"),
        ({"curves_completed": "-1"}, "curves_completed = -1 is out of bounds"),
        ({"parametrization": "4", "sigma": ""}, "parametrization = 4 is unknown"),
    ],
)
def test_an_attempt_that_nobody_can_have_made_is_refused(cells, sentence):
    with pytest.raises(BadInput) as refusal:
        attempt(**cells)
    assert refusal.value.sentence.startswith(sentence)


HEADER = "GMP-ECM 7.0.5 [configured with GMP 6.2.1] [{}]\nInput number is {} (14 digits)\n"
CURVE = "Using B1=11000, B2=0, polynomial x^1, sigma=1:{}\nStep 1 took 5ms\n"


def test_of_an_output_of_several_numbers_only_the_attempts_own_curves_are_taken():
    output = HEADER.format("ECM", "2^43-1") + CURVE.format(5) + HEADER.format("ECM", "2^47-1") + CURVE.format(6)
    cells = {
        "id": "2",
        "composite_id": "1",
        "method": "ecm",
        "b1": "11000",
        "curves_completed": "2",
        "client_id": "box",
    }
    (wanted,) = attempt_of(Row(2, {**cells, "raw_output": output}), (), str(2**43 - 1)).wanted
    assert wanted.report.sigmas == ("5",)


def test_an_output_of_p_minus_1_is_taken_as_that():
    output = HEADER.format("P-1", "2^43-1") + "Using B1=11000, B2=0, polynomial x^1, x0=7\nStep 1 took 5ms\n"
    (wanted,) = attempt(raw_output=output, curves_completed="1").wanted
    assert wanted.report.method == "pm1"


def test_what_p_minus_1_found_beside_curves_is_brought_in_with_them():
    output = HEADER.format("ECM", "2^43-1") + CURVE.format(5) + HEADER.format("P-1", "2^43-1")
    output += "Using B1=11000, B2=0, polynomial x^1, x0=7\nStep 1 took 5ms\n********** Factor found in step 1: 431\n"
    (wanted,) = attempt(raw_output=output, curves_completed="1", b1="11000").wanted
    assert (wanted.report.sigmas, [claim.factor for claim in wanted.report.claims]) == (("5",), ["431"])

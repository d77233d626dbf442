"""Whatever text comes, each reader reads it or refuses it in a sentence: nothing else ends it, and nothing is made up."""

from contextlib import suppress

import pytest
from gmpy2 import mpz
from hypothesis import given

from core.factoring.formats.credit.shown import shown_of, verdicts_on
from core.factoring.formats.gmp_ecm.transcript import parse_output
from core.factoring.formats.hand_run.reading import stated_in
from core.factoring.formats.handing_in import hand_in
from core.factoring.formats.residues.sifting import Sieve
from core.factoring.formats.uploading import command_of, lines_of
from core.factoring.notation.expressions import number_from
from core.factoring.notation.gmp_ecm import gmp_ecm_number
from core.factoring.notation.worklist import parse
from core.refusals import BadInput
from tests import grammars
from tests.profiles import trying

CEILING = 300


@pytest.mark.parametrize("read", [number_from, gmp_ecm_number])
@trying(100)
@given(text=grammars.expressions)
def test_any_expression_is_a_number_of_bearable_length_or_refused_in_a_sentence(read, text):
    with suppress(BadInput):
        assert abs(read(text, CEILING)) < mpz(10) ** CEILING


@trying(100)
@given(grammars.outputs)
def test_any_output_shows_what_can_be_said_of_every_number(text):
    output = parse_output(text)
    number = mpz(grammars.NUMBER)
    whole, its_own = shown_of(output, None, CEILING), shown_of(output, number, CEILING)
    assert len(its_own.curves) <= len(whole.curves)
    if "-3:" not in text:  # a batch on a GPU names the first and the last sigma only
        assert all(curve.sigma in text for curve in whole.curves)
    for verdict in verdicts_on(output, number, CEILING):
        assert verdict


@trying(100)
@given(grammars.logs)
def test_any_log_of_a_hand_run_states_something_or_nothing(text):
    for stated in stated_in(text):
        assert stated.line >= 1


@trying(100)
@given(grammars.save_files)
def test_any_save_file_is_sifted_to_lines_that_are_good(text):
    lines = text.encode("utf-8", "surrogatepass").splitlines()
    sieve = Sieve(CEILING, None)
    try:
        kept = list(sieve.sift(lines))
    except BadInput:
        return
    again = Sieve(CEILING, None)
    assert list(again.sift(kept)) == kept
    assert again.bad == 0


@trying(100)
@given(grammars.lists)
def test_any_list_of_work_is_read_or_refused(text):
    with suppress(BadInput):
        assert all(work.curves >= 0 for work in parse(text))


@trying(50)
@given(grammars.outputs | grammars.logs)
def test_any_text_is_handed_in_as_reports_or_refused(text):
    with suppress(BadInput):
        for report in hand_in(text, str(grammars.NUMBER), CEILING).reports:
            assert report.value == str(grammars.NUMBER)


@pytest.mark.parametrize("kind", ["csv", "text"])
@trying(50)
@given(text=grammars.lists)
def test_any_list_of_numbers_is_read_line_by_line_or_refused(kind, text):
    with suppress(BadInput):
        for line in lines_of(iter(text.splitlines(keepends=True)), kind):
            with suppress(BadInput):
                assert command_of(line, CEILING, None, "").text == line.fields["number"]

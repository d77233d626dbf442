"""Every reader of texts that come from outside, with the grammar of what it may be given; no process stands between."""

import time
from functools import partial

from hypothesis import given

from core.factoring.notation.expressions import number_from
from core.factoring.notation.gmp_ecm import gmp_ecm_number
from tests import grammars
from tests.core.factoring.formats import test_any_text as any_text
from tests.fuzz.spoiling import spoilt

_SPOILT = 19
"""To make up a text by a grammar takes as long as to read some twenty."""


def _of(test):
    """Return what a property says of one text."""
    return test.hypothesis.inner_test


_EXPRESSION = _of(any_text.test_any_expression_is_a_number_of_bearable_length_or_refused_in_a_sentence)
_LIST = _of(any_text.test_any_list_of_numbers_is_read_line_by_line_or_refused)
READERS = {
    "numbers": (grammars.expressions, partial(_EXPRESSION, number_from)),
    "numbers of GMP-ECM's": (grammars.expressions, partial(_EXPRESSION, gmp_ecm_number)),
    "outputs": (grammars.outputs, _of(any_text.test_any_output_shows_what_can_be_said_of_every_number)),
    "logs": (grammars.logs, _of(any_text.test_any_log_of_a_hand_run_states_something_or_nothing)),
    "texts handed in": (
        grammars.outputs | grammars.logs,
        _of(any_text.test_any_text_is_handed_in_as_reports_or_refused),
    ),
    "save files": (grammars.save_files, _of(any_text.test_any_save_file_is_sifted_to_lines_that_are_good)),
    "work that was done": (grammars.lists, _of(any_text.test_any_list_of_work_is_read_or_refused)),
    "lists": (grammars.lists, partial(_LIST, "text")),
    "tables": (grammars.lists, partial(_LIST, "csv")),
}


class Given:
    """Texts that a reader was given, and what became of it.

    Attributes:
        inputs: how many.
        faults: those with which it did not do what it promises, and what it did.
        slowest: how many seconds of the processor the longest took.
    """

    def __init__(self):
        self.inputs = 0
        self.faults = []
        self.slowest = 0.0

    def take(self, grammar, read, tried):
        """Give a reader texts of a grammar, whole and spoilt; `tried` makes a test that is tried as often as is wished."""

        def give(text):
            for one in (text, *spoilt(text, _SPOILT)):
                self._give(read, one)

        tried(given(grammar)(give))()
        return self

    def _give(self, read, text):
        self.inputs += 1
        began = time.process_time()
        try:
            read(text)
        except Exception as fault:
            self.faults.append((text, f"{type(fault).__name__}: {fault}"))
        self.slowest = max(self.slowest, time.process_time() - began)

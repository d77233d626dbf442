"""No decision of factoring is without examples of what it records and of what it does not."""

import pytest

from core.factoring.decide import FACTORING
from tests.core.factoring import test_import_decisions as imports
from tests.core.factoring import test_proof_decisions as proofs
from tests.core.factoring.assignment import test_work_decisions as work
from tests.core.factoring.numbers import test_curation_decisions as curation
from tests.core.factoring.numbers import test_submitting_decisions as submitting
from tests.core.factoring.reporting import test_reporting_decisions as reporting
from tests.core.factoring.residues import test_residue_decisions as residues

EXAMPLES = [
    example for room in (submitting, work, reporting, curation, residues, imports, proofs) for example in room.EXAMPLES
]


@pytest.mark.parametrize("command", FACTORING.decisions, ids=lambda command: command.__name__)
def test_it_has_examples_of_both(command):
    then = [example.then for example in EXAMPLES if type(example.when) is command]
    assert any(isinstance(one, list) for one in then)
    assert any(not isinstance(one, list) for one in then)


def test_examples_say_what_they_are_examples_of():
    said = [(type(example.when), example.says) for example in EXAMPLES]
    assert len(said) == len(set(said))

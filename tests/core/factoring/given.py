"""Examples of factoring's decisions: given a state, when somebody wants this, then that.

No file and no log: a decision is a function of a command, of who asks, and of what is known.
"""

from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from core.deciding import Answer, Asking, Command, Unprepared
from core.factoring.decide import FACTORING
from core.factoring.events.numbers import Part, stream_of
from core.factoring.events.reports import CurvesRun
from core.factoring.mathematics.curves.parametrisation import fastest_param
from core.factoring.mathematics.divisibility.primality import settle
from core.factoring.state.assignment import Assignment
from core.factoring.state.numbers import Number
from core.factoring.state.residues import ResidueFile
from core.leases.decide import Lease
from core.refusals import Refusal
from core.timestamps import SECOND
from tests.core.factoring.world import CURVE, World

NOW = 1_790_000_000_000_000
P, Q, R = 1_000_003, 1_000_033, 1_000_037
PARTS = (
    Part(number=2, value=str(P), digits=7, primality="proven", times=1, target_milli=15_000),
    Part(number=3, value=str(Q), digits=7, primality="proven", times=1, target_milli=15_000),
)


def a_number(number=1, value=P * Q, **more):
    """Return a number as it stands when nobody has done anything on it."""
    usual = {
        "expression": "",
        "digits": len(str(value)),
        "primality": settle(value),
        "status": "open",
        "target_milli": 15_000,
        "priority": 0,
        "t_milli": 0,
        "effort": 0,
        "cpu_milliseconds": 0,
        "leases": 0,
        "submitted": 10 + number,
        "param": fastest_param(str(value)),
    }
    return Number(id=number, value=str(value), **usual | more)


def an_assignment(work="w", number=1, client=3, curves=10, **more):
    """Return curves that a client was given ten seconds ago."""
    usual = {
        "id": 1,
        "bounds": CURVE,
        "completed": 0,
        "cores": 0,
        "assigned_at": NOW - 10 * SECOND,
        "position": 50,
        "method": "ecm",
        "exclusive": False,
        "claimed_at": None,
        "started_at": None,
    }
    return Assignment(work=work, number=number, client=client, curves=curves, **usual | more)


def a_lease(lease="w", subject=None, client=3, left=100, outcome=None):
    """Return a lease of 120 seconds, of which so many are left."""
    return Lease(lease, subject or stream_of(1), client, 120, NOW + left * SECOND, outcome, granted=51)


def a_residue_file(residue=1, **more):
    """Return a file of two curves that waits for its stage 2."""
    usual = {
        "number": 1,
        "client": 3,
        "attempt": 0,
        "b1": 2_000,
        "param": 1,
        "curves": 2,
        "sha256": "as it came",
        "served_sha256": "as it is handed out",
        "bytes": 100,
        "keep_until": NOW - 1,
        "uploaded_at": NOW - 20,
        "position": 60,
        "claim": "",
        "completed_by": 0,
        "completed_at": None,
        "removed": False,
    }
    return ResidueFile(residue=residue, **usual | more)


def a_run(**fields):
    """Return what was recorded of two curves that came without a sigma."""
    usual = {
        "attempt": 4,
        "number": 1,
        "work": "",
        "client": 3,
        "method": "ecm",
        "b1": 2_000,
        "b2": -1,
        "param": 1,
        "curves": 2,
        "sigmas": (),
        "anonymous": 2,
        "raised": (),
        "uncredited": (),
        "checksums": (),
        "factors": (),
        "refused": (),
        "cpu_milliseconds": 0,
        "program": "",
        "output": "",
        "doubt": "",
    }
    return CurvesRun(**usual | fields)


class Partly:
    """Equals a fact or an answer of its kind that has these fields."""

    def __init__(self, kind, **fields):
        self.kind, self.fields = kind, fields

    def __eq__(self, other):
        return type(other) is self.kind and all(getattr(other, name) == value for name, value in self.fields.items())

    __hash__ = None

    def __repr__(self):
        return f"{self.kind.__name__}({', '.join(f'{name}={value!r}' for name, value in self.fields.items())}, …)"


class Example(NamedTuple):
    """A decision: what it is an example of, the state, the command, and what is decided.

    `then` is a list of facts, an answer, or a refusal with a part of its sentence.
    """

    says: str
    given: World
    when: Command
    then: Any
    client: int = 3


def decided(given, command, client=3):
    """Return what is decided, finding out on the way whatever the decision wants to know."""
    findings = {}
    while True:
        try:
            return FACTORING.decisions[type(command)](command, Asking(NOW, client, findings), given)
        except Unprepared as unprepared:
            findings[unprepared.want] = unprepared.want.find()


def holds(example):
    """Check an example; whatever is decided, the state stays as it was."""
    before = repr([vars(example.given), vars(example.given.residues)])
    if isinstance(example.then, Refusal):
        with pytest.raises(type(example.then)) as refusal:
            decided(example.given, example.when, example.client)
        assert str(example.then) in refusal.value.sentence
    else:
        decision = decided(example.given, example.when, example.client)
        found = decision if isinstance(decision, Answer) else [event.fact for event in decision]
        assert found == example.then
        if not isinstance(decision, Answer):
            assert all(event.within < offset for offset, event in enumerate(decision) if event.within is not None)
    assert repr([vars(example.given), vars(example.given.residues)]) == before


def each(examples):
    """Return what runs a test for each of some examples."""
    return pytest.mark.parametrize("example", examples, ids=lambda example: example.says)


def with_leases(number, count=1, **more):
    """Return a number on which there are live leases."""
    return replace(number, leases=count, **more)

"""Factoring's state in memory, and examples of decisions: given that state, when somebody wants this, then that.

No file and no log: a decision is a function of a command, of who asks, and of what is known. The state is stated, not
folded; that projections fold the same from events is tested on their floor.
"""

from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace

from core.deciding import Answer, Asking, Command, Unprepared
from core.factoring.assignment.fairness import Given, Share
from core.factoring.curves import Bounds, CurveWorth
from core.factoring.decide import FACTORING
from core.factoring.events import CurvesRun, Part
from core.factoring.formats.gmp_ecm.choices import fastest_param
from core.factoring.mathematics.primality import settle
from core.factoring.residues.state import Identified, ResidueFile
from core.factoring.splitting import stream_of
from core.factoring.state import Assignment, Declared, Number
from core.leases.decide import Lease
from core.refusals import Refusal
from core.timestamps import SECOND

NOW = 1_790_000_000_000_000
P, Q, R = 1_000_003, 1_000_033, 1_000_037
PARTS = (
    Part(number=2, value=str(P), digits=7, primality="proven", times=1, target_milli=15_000),
    Part(number=3, value=str(Q), digits=7, primality="proven", times=1, target_milli=15_000),
)
STAGE_1, CURVE = Bounds(2_000, 0, 1), Bounds(2_000, -1, 1)


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


class Residues:
    """Implements `core.factoring.state.ResidueFiles`."""

    def __init__(self, files, sigmas, claimed, identified, skipped, assumed):
        self.files = {file.residue: file for file in files}
        self.lines, self.claimed, self.counted, self.left_out = sigmas, claimed, identified, skipped
        self.taken_for = assumed

    def next(self):
        return max(self.files, default=0) + 1

    def get(self, residue):
        return self.files.get(residue)

    def with_content(self, sha256):
        kept = (file for file in self.files.values() if not file.removed)
        return next((file for file in kept if sha256 in {file.sha256, file.served_sha256}), None)

    def sigmas(self, residue):
        return self.lines.get(residue, ())

    def free(self, wanted):
        waiting = (file for file in self.files.values() if not (file.claim or file.completed_by or file.removed))
        return next((file for file in waiting if wanted.min_b1 <= file.b1 <= wanted.max_b1), None)

    def claim_of(self, client, residue):
        return self.claimed.get((client, residue), "")

    def waiting(self, number):
        return [
            file for file in self.files.values() if file.number == number and not (file.completed_by or file.removed)
        ]

    def skipped(self, claim):
        return self.left_out.get(claim, ())

    def assumed(self, numbers, param):
        return frozenset(sigma for number in numbers for sigma in self.taken_for.get((number, param), ()))

    def identified(self, attempt):
        return self.counted.get(attempt, Identified())


class World:
    """Implements `core.factoring.state.FactoringState`.

    Args:
        numbers: those on record.
        known: anything else that is known, by the names of the attributes below.
    """

    def __init__(
        self, *numbers, files=(), sigmas=None, claimed=(), identified=None, skipped=None, assumed=None, **known
    ):
        self.numbers = {number.id: number for number in numbers}
        self.residues = Residues(files, sigmas or {}, dict(claimed), identified or {}, skipped or {}, assumed or {})
        self.parts = known.pop("parts", {})
        self.projects = known.pop("projects", {})
        self.paused = known.pop("paused", {})
        self.members = known.pop("members", set())
        self.shares_said = known.pop("shares", ())
        self.deadlines = known.pop("deadlines", {})
        self.difficulties = known.pop("difficulties", {})
        self.origins = known.pop("origins", {})
        self.assignments = {one.work: one for one in known.pop("assignments", ())}
        self.leases = {one.id: one for one in known.pop("leases", ())}
        self.worths = known.pop("worths", {bounds: CurveWorth(bounds).find() for bounds in (STAGE_1, CURVE)})
        self.curves = known.pop("curves", {})
        self.prior = known.pop("prior", {})
        self.efforts_planned = known.pop("planned", {})
        self.speeds = known.pop("speeds", {})
        self.given = known.pop("given", Given())
        self.given_out = known.pop("given_out", {})
        self.wishes = known.pop("wishes", {})
        assert not known

    def number(self, number):
        return self.numbers.get(number)

    def number_of_value(self, value):
        return next((number for number in self.numbers.values() if number.value == value), None)

    def next_number(self):
        return max([*self.numbers, self.given_out.get("number", 0)], default=0) + 1

    def next_attempt(self):
        return self.given_out.get("attempt", 0) + 1

    def next_factor(self):
        return self.given_out.get("factor", 0) + 1

    def next_assignment(self):
        return max([one.id for one in self.assignments.values()], default=0) + 1

    def next_project(self):
        return max(self.projects.values(), default=0) + 1

    def leaves(self, number):
        parts = self.parts.get(number)
        return [leaf for part in parts for leaf in self.leaves(part)] if parts else [self.numbers[number]]

    def is_part(self, part, whole):
        return any(one == part or self.is_part(part, one) for one in self.parts.get(whole, ()))

    def has_relatives(self, number):
        return bool(self.parts.get(number)) or any(number in parts for parts in self.parts.values())

    def last_wish(self, number, wish, left):
        return self.wishes.get((number, wish, left))

    def forms(self, _number):
        return []

    def numbers_of(self, _sequence):
        return {}

    def parts_of(self, number):
        return [found for part in self.parts.get(number, ()) for found in (self.numbers[part], *self.parts_of(part))]

    parts_only_of = parts_of

    def project(self, name):
        return self.projects.get(name)

    def project_name(self, project):
        return next((name for name, known in self.projects.items() if known == project), None)

    def project_pause(self, project):
        return self.paused.get(project)

    def share_of(self, project):
        return next((one for one in self.shares_said if one.project == project), Share(project))

    def shares(self, _now):
        return self.shares_said

    def deadline_of(self, number):
        return self.deadlines.get(number)

    def due(self, after, upto):
        return sorted((when, number) for number, when in self.deadlines.items() if after < when <= upto)

    def paused_projects(self):
        return [self.project_name(project) for project in self.paused]

    def rests(self, number):
        return any((number, name) in self.members for name in self.paused_projects())

    def snfs_difficulty(self, number):
        return self.difficulties.get(number)

    def imported(self, origin):
        return self.origins.get(origin)

    def held_by(self, client):
        return sum(one.client == client for one in self.assignments.values())

    def live_on(self, number):
        return [one for one in self.leases.values() if one.outcome is None and one.subject == stream_of(number)]

    def in_project(self, number, project):
        return (number, project) in self.members

    def worth(self, bounds):
        return self.worths.get(bounds)

    def known_curves(self, number, param, sigmas):
        known = self.curves.get((number, param), {})
        return {sigma: known[sigma] for sigma in sigmas if sigma in known}

    def known_of_what_is_left(self, number, param, sigmas):
        left = [leaf.id for leaf in self.leaves(number) if leaf.primality == "composite"]
        known = [self.known_curves(one, param, sigmas) for one in left or [number]]
        common = set(known[0]).intersection(*known[1:])
        return {sigma: min((one[sigma] for one in known), key=lambda bounds: bounds.reach) for sigma in common}

    def declared(self, number):
        return self.prior.get(number, Declared(0, {}, {}))

    def assignment(self, work):
        return self.assignments.get(work)

    def lease(self, lease):
        return self.leases.get(lease)

    def planned(self, number):
        return self.efforts_planned.get(number, 0)

    def free_number(self, wanted):
        free = (number for number in self._open(wanted) if not number.leases)
        return next((one for one in free if not (wanted.without_residues and self.residues.waiting(one.id))), None)

    def numbers_with_residues(self, wanted):
        return (one for one in self._open(wanted) if not one.leases and self.residues.waiting(one.id))

    def leftover(self, wanted):
        free = (n for n in self.numbers.values() if n.status == "finished" and not n.leases and not n.shelf)
        return next((number for number in free if number.digits <= wanted.max_digits), None)

    def held_numbers(self, wanted):
        return (number for number in self._open(wanted) if number.leases and not number.exclusive)

    def _open(self, wanted):
        return (
            number
            for number in self.numbers.values()
            if number.status == "open" and not number.shelf and wanted.min_digits <= number.digits <= wanted.max_digits
        )

    def given_by_promise(self):
        return self.given

    def speed_milli(self, client):
        return self.speeds.get(client)


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

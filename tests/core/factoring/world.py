"""Factoring's state in memory: stated, not folded from events; that projections fold the same is tested on their floor."""

from collections import Counter

from core.factoring.events.numbers import stream_of
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, Bounds, bounds_of
from core.factoring.state.assignment import Given, Share
from core.factoring.state.numbers import Declared
from core.factoring.state.residues import Identified
from core.factoring.worth import CurveWorth

STAGE_1, CURVE = Bounds(2_000, 0, 1), Bounds(2_000, -1, 1)


class Residues:
    """Implements `core.factoring.state.ResidueFiles`."""

    def __init__(self, files, sigmas, claimed, identified, skipped, assumed, named):
        self.files = {file.residue: file for file in files}
        self.lines, self.claimed, self.counted, self.left_out = sigmas, claimed, identified, skipped
        self.taken_for, self.named = assumed, named

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
        waiting = Counter()
        for file in self.files.values():
            if file.number == number and not (file.completed_by or file.removed):
                waiting[bounds_of(file.b1, STAGE_1_ONLY, file.param)] += file.curves
        return waiting

    def skipped(self, claim):
        return self.left_out.get(claim, ())

    def assumed(self, numbers, param):
        return frozenset(sigma for number in numbers for sigma in self.taken_for.get((number, param), ()))

    def is_named(self, residue, attempt):
        return (residue, attempt) in self.named

    def identified(self, attempt):
        return self.counted.get(attempt, Identified())


class World:
    """Implements `core.factoring.state.FactoringState`.

    Args:
        numbers: those on record.
        known: anything else that is known, by the names of the attributes below.
    """

    def __init__(
        self,
        *numbers,
        files=(),
        sigmas=None,
        claimed=(),
        identified=None,
        skipped=None,
        assumed=None,
        named=(),
        **known,
    ):
        self.numbers = {number.id: number for number in numbers}
        self.residues = Residues(
            files, sigmas or {}, dict(claimed), identified or {}, skipped or {}, assumed or {}, named
        )
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

    def plans_with_residues(self, wanted, plan):
        return filter(None, (plan(n) for n in self._open(wanted) if not n.leases and self.residues.waiting(n.id)))

    def leftover(self, wanted):
        free = (n for n in self.numbers.values() if n.status == "finished" and not n.leases and not n.shelf)
        return next((number for number in free if number.digits <= wanted.max_digits), None)

    def plans_on_held(self, wanted, plan):
        return filter(None, (plan(number) for number in self._open(wanted) if number.leases and not number.exclusive))

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

"""Curves: by identity, without one, and what one is worth.

A curve is stored once, with the number that it was run on and the largest bounds it was run to there. It counts for
that number and for every part of it, once: what is visible at a number is what was run on it or on any ancestor.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter, itemgetter

from core.events.envelope import Event
from core.factoring.events.reports import CurveMeasured, CurvesRun
from core.factoring.events.residues import CurvesIdentified
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.worth import effort_measured
from projections.factoring.numbers.family import Family
from projections.factoring.numbers.shares import Gain
from projections.runtime.rows import insert_rows, rows_among

SCHEMA = """
CREATE TABLE worth (
    b1 INTEGER NOT NULL,
    b2 INTEGER NOT NULL,           -- -1: GMP-ECM's default, 0: stage 1 only
    param INTEGER NOT NULL,
    effort BLOB NOT NULL,          -- of one curve
    PRIMARY KEY (b1, b2, param)
) STRICT, WITHOUT ROWID;
CREATE TABLE curves (
    number INTEGER NOT NULL,       -- that they were run on
    param INTEGER NOT NULL,
    sigma TEXT NOT NULL,           -- decimal; it may have 20 digits
    b1 INTEGER NOT NULL,
    b2 INTEGER NOT NULL,
    PRIMARY KEY (number, param, sigma)
) STRICT, WITHOUT ROWID;
CREATE TABLE anonymous_curves (
    number INTEGER NOT NULL,
    b1 INTEGER NOT NULL,
    b2 INTEGER NOT NULL,
    param INTEGER NOT NULL,
    curves INTEGER NOT NULL,
    PRIMARY KEY (number, b1, b2, param)
) STRICT, WITHOUT ROWID;
"""
_ASKED = "WITH asked (number, param, sigma) AS ("
_FOUND = ") SELECT number, param, sigma, b1, b2 FROM asked CROSS JOIN curves USING (number, param, sigma)"

_REACH = attrgetter("reach")

_Run = tuple[int, int]
"""The number that curves were run on, and their param."""


class CurveTable:
    """The curves in one projections file, and what they are worth."""

    def __init__(self, connection: sqlite3.Connection, family: Family) -> None:
        self._connection = connection
        self._family = family
        self._worth: dict[Bounds, int] = {}
        # The bounds of curves, by what they were run on and by sigma.
        self._unwritten: dict[_Run, dict[str, Bounds]] = {}
        self._found: dict[_Run, dict[str, Bounds]] = {}
        self._looked_up: dict[_Run, set[str]] = {}  # found or not
        self._anonymous: Counter[tuple[int, Bounds]] = Counter()

    def measure(self, fact: CurveMeasured, _event: Event) -> None:
        """Record what a curve is worth."""
        packed = effort_measured(fact)
        self._connection.execute(
            "INSERT OR IGNORE INTO worth VALUES (?, ?, ?, ?)", (fact.b1, fact.b2, fact.param, _packed(packed))
        )

    def worth(self, bounds: Bounds) -> int | None:
        """Return the effort of one curve, None when these bounds were never seen."""
        known = self._worth.get(bounds)
        if known is None:
            row = self._connection.execute(
                "SELECT effort FROM worth WHERE b1 = ? AND b2 = ? AND param = ?", (bounds.b1, bounds.b2, bounds.param)
            ).fetchone()
            if row is None:
                return None
            known = self._worth[bounds] = int.from_bytes(row[0], "little")
        return known

    def sure_worth(self, bounds: Bounds) -> int:
        """Return the effort of one curve with bounds that are on record."""
        known = self._worth.get(bounds) or self.worth(bounds)
        assert known is not None, f"a curve with {bounds} was measured before it was credited"
        return known

    def expect(self, reports: Iterable[tuple[int, int, Sequence[str]]]) -> None:
        """Look up together what a whole batch is going to ask about: numbers, params and sigmas."""
        asked: dict[_Run, set[str]] = {}
        for number, param, sigmas in reports:
            for one in (number, *self._family.ancestors(number)):
                asked.setdefault((one, param), set()).update(sigmas)
        for run, looked_up in asked.items():
            self._looked_up.setdefault(run, set()).update(looked_up)
        for run, sigma, bounds in self._read(
            [(*run, sigma) for run, sigmas in asked.items() for sigma in sorted(sigmas)]
        ):
            self._found.setdefault(run, {})[sigma] = bounds

    def known(self, number: int, param: int, sigmas: Sequence[str]) -> dict[str, Bounds]:
        """Return which of these curves are visible at a number, with the largest bounds they were run to."""
        best: dict[str, Bounds] = {}
        for one in (number, *self._family.ancestors(number)):
            for sigma, bounds in self._stored((one, param), sigmas).items():
                if sigma not in best or best[sigma].reach < bounds.reach:
                    best[sigma] = bounds
        return best

    def known_to_all(self, numbers: Sequence[int], param: int, sigmas: Sequence[str]) -> dict[str, Bounds]:
        """Return which of these curves are visible at each of some numbers, with the least of what they were run to there."""
        known, *others = (self.known(number, param, sigmas) for number in numbers)
        for other in others:
            known = {sigma: min(known[sigma], other[sigma], key=_REACH) for sigma in known if sigma in other}
        return known

    def _stored(self, run: _Run, sigmas: Sequence[str]) -> dict[str, Bounds]:
        """Find curves run on a number: among what is not written yet, what was expected, and in the table."""
        looked_up = self._looked_up.get(run, set())
        missing = () if looked_up.issuperset(sigmas) else [(*run, sigma) for sigma in sigmas if sigma not in looked_up]
        stored = {sigma: bounds for _, sigma, bounds in self._read(missing)}
        for known in (self._found.get(run, {}), self._unwritten.get(run, {})):
            stored |= {sigma: known[sigma] for sigma in filter(known.__contains__, sigmas)}
        return stored

    def _read(self, curves: Sequence[tuple[int, int, str]]) -> Iterator[tuple[_Run, str, Bounds]]:
        for number, param, sigma, b1, b2 in rows_among(self._connection, _ASKED, curves, _FOUND):
            yield (number, param), sigma, Bounds(b1, b2, param)

    def effort(self, gain: Gain) -> int:
        """Return what curves are worth together."""
        effort = 0
        for bounds, curves in gain.items():
            effort += curves * self.sure_worth(bounds)
        return effort

    def gain(self, number: int, fact: CurvesRun) -> Gain:
        """Return what a report adds to a number at which it is visible, before it is recorded."""
        bounds = Bounds(fact.b1, fact.b2, fact.param)
        if number == fact.number:
            # What is replaced is looked up: it may have been withdrawn since it was recorded.
            credited = {bounds: fact.anonymous + len(fact.sigmas) - len(fact.uncredited)}
            if not fact.raised:
                return credited
            gain = Counter(credited)
            gain.subtract(self.known(number, fact.param, [fact.sigmas[one.offset] for one in fact.raised]).values())
            return gain
        skipped = set(fact.uncredited)
        fresh = [sigma for offset, sigma in enumerate(fact.sigmas) if offset not in skipped]
        gain = self._gain_of(number, fresh, bounds)
        gain[bounds] += fact.anonymous
        return gain

    def record(self, fact: CurvesRun) -> None:
        """Keep the curves of a report; `flush` writes them."""
        bounds = Bounds(fact.b1, fact.b2, fact.param)
        skipped = set(fact.uncredited)
        fresh = [sigma for offset, sigma in enumerate(fact.sigmas) if offset not in skipped] if skipped else fact.sigmas
        self._hold(fact.number, bounds, fresh)
        if fact.anonymous:
            self._anonymous[fact.number, bounds] += fact.anonymous

    def _hold(self, number: int, bounds: Bounds, sigmas: Sequence[str]) -> None:
        held = self._unwritten.setdefault((number, bounds.param), {})
        for sigma in sigmas:
            held[sigma] = bounds

    def gain_by_identity(self, number: int, fact: CurvesIdentified) -> Gain:
        """Return what it adds to a number (or takes away) that curves without a sigma now count by identity."""
        gain = self._gain_of(number, fact.sigmas, Bounds(fact.b1, fact.b2, fact.param))
        gain.subtract({Bounds(fact.b1, fact.b2, fact.was_param): fact.anonymous})
        return gain

    def _gain_of(self, number: int, sigmas: Sequence[str], bounds: Bounds) -> Counter[Bounds]:
        """Return what curves add to a number: all of them, or what they have ahead of those that count already."""
        known = self.known(number, bounds.param, sigmas)
        gain = Counter({bounds: len(sigmas) - len(known)})
        for before in known.values():
            if before.reach < bounds.reach:
                gain[bounds] += 1
                gain[before] -= 1
        return gain

    def identify(self, fact: CurvesIdentified) -> None:
        """Keep curves by identity that were counted without; `flush` writes them."""
        self._hold(fact.number, Bounds(fact.b1, fact.b2, fact.param), fact.sigmas)
        self._anonymous[fact.number, Bounds(fact.b1, fact.b2, fact.was_param)] -= fact.anonymous

    def declare(self, number: int, gain: Gain) -> None:
        """Keep curves that were run elsewhere, or take back those that others stand for; `flush` writes them."""
        for bounds, curves in gain.items():
            self._anonymous[number, bounds] += curves

    def flush(self) -> None:
        """Write the curves that were reported."""
        insert_rows(
            self._connection,
            # A row is the whole of a curve, and a replaced one is written over without being looked up.
            "INSERT OR REPLACE INTO curves",
            [
                (number, param, sigma, curves[sigma].b1, curves[sigma].b2)
                for (number, param), curves in sorted(self._unwritten.items(), key=itemgetter(0))
                for sigma in sorted(curves)
            ],
        )
        insert_rows(
            self._connection,
            "INSERT INTO anonymous_curves",
            [(number, b.b1, b.b2, b.param, curves) for (number, b), curves in self._anonymous.items()],
            "ON CONFLICT DO UPDATE SET curves = curves + excluded.curves",
        )
        self._unwritten.clear()
        self._anonymous.clear()
        self._found.clear()
        self._looked_up.clear()

    def visible(self, number: int) -> Gain:
        """Count from nothing what is visible at a number; needed when a known number becomes a part."""
        self.flush()
        best: dict[tuple[int, str], Bounds] = {}
        visible: Counter[Bounds] = Counter()
        for one in (number, *self._family.ancestors(number)):
            for b1, b2, param, curves in self._connection.execute(
                "SELECT b1, b2, param, curves FROM anonymous_curves WHERE number = ?", (one,)
            ):
                visible[Bounds(b1, b2, param)] += curves
            for param, sigma, b1, b2 in self._connection.execute(
                "SELECT param, sigma, b1, b2 FROM curves WHERE number = ?", (one,)
            ):
                bounds = Bounds(b1, b2, param)
                before = best.get((param, sigma))
                if before is None or before.reach < bounds.reach:
                    best[param, sigma] = bounds
        visible.update(best.values())
        return visible


def _packed(effort: int) -> bytes:
    return effort.to_bytes((effort.bit_length() + 7) // 8, "little")

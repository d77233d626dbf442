"""Views of one truth, handed in by whoever has them: never more curves count than were run, and all that anybody named.

The truth is a number of runs of curves. A view of a run is a text that shows all of it or a part, a sigma by itself, a count, a
text that was cut, or a residue file. Views come in any order and twice, while numbers are taken apart and reports are
withdrawn.
"""

import tempfile
from collections import Counter
from dataclasses import dataclass, field

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from coordinator.explaining.events import counting_at
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.commands.residues import Contents, UploadResidues, reported_at
from core.factoring.events.reports import CurvesRun
from core.factoring.formats.credit.shown import shown_in
from core.factoring.formats.middleware.submission import Told, runs_of
from core.factoring.mathematics.curves.bounds import Bounds, bounds_of
from core.factoring.mathematics.curves.stage2 import stage2_of
from projections.factoring.credit.attempts import work_counting_for
from projections.factoring.numbers.shares import counting_for
from tests.office import Office
from tests.profiles import running
from tests.together import Together, applied

P, Q, R, S = 10_007, 20_011, 30_011, 40_009
PART = Q * R
WHOLES = {P * PART: P, S * PART: S}
NUMBERS = (*WHOLES, PART)
STAGE_1, FULL, FURTHER = bounds_of(100, 0, 1), bounds_of(100, None, 1), bounds_of(200, 0, 1)
CEILING = 100
CLIENTS = ("alice", "bob", "carol")


@dataclass(frozen=True)
class Run:
    """Curves that were run in one go."""

    number: int
    bounds: Bounds
    sigmas: tuple[str, ...]

    def printed(self, sigmas):
        """What GMP-ECM prints of some of them."""
        reached = stage2_of(self.bounds.b1, self.bounds.b2)
        stage_2 = "Step 2 took 1ms\n" if self.bounds.b2 else ""
        curves = [
            f"Using B1={self.bounds.b1}, B2={reached.b2 if stage_2 else 0}, polynomial {reached.polynomial or 'x^1'},"
            f" sigma=1:{sigma}\nStep 1 took 1ms\n{stage_2}"
            for sigma in sigmas
        ]
        runs = "".join(f"Run {index} out of {len(curves)}:\n{curve}" for index, curve in enumerate(curves[1:], start=2))
        digits = len(str(self.number))
        return f"GMP-ECM 7.0.5 [c] [ECM]\nInput number is {self.number} ({digits} digits)\n{curves[0]}{runs}"


@dataclass
class Report:
    """A report that counts, or did: which curves of its run it names, and which of the others files told since."""

    run: Run
    command: ReportCurves
    attempt: int
    position: int
    named: frozenset[str]
    told: set[str] = field(default_factory=set)
    counts: bool = True

    @property
    def unnamed(self):
        """How many curves it has that nobody has told to be its."""
        return self.command.curves - len(self.command.sigmas) - len(self.told)


class ViewsMachine(Together):
    """Views of runs on a real writer, and the runs themselves."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.office = Office(self.directory.name)
        self.runs = []
        self.reports = []
        self.files = 0
        self.counted = set()
        self.lent = set()

    @initialize()
    def submit(self):
        for number in NUMBERS:
            self.office.perform(SubmitComposite(text=str(number), ceiling_digits=CEILING))

    @rule(data=st.data(), curves=st.integers(1, 6), bounds=st.sampled_from([STAGE_1, FULL, FURTHER]))
    def run(self, data, curves, bounds):
        """Curves are run; nobody has heard of them yet."""
        known = sorted({sigma for run in self.runs for sigma in run.sigmas}, key=int)
        again = data.draw(st.lists(st.sampled_from(known), max_size=3, unique=True)) if known else []
        first = 1_000 * (len(self.runs) + 1)
        sigmas = (*again, *(str(first + index) for index in range(curves)))
        self.runs.append(Run(data.draw(st.sampled_from(NUMBERS)), bounds, sigmas))

    def hand_in(self, run, text, curves, client):
        """Hand in a text with a count; whatever it shows and says is one report, since all is of one kind."""
        told = Told(run.bounds.b1, run.bounds.b2, 1, curves, "", (), 0)
        for part in runs_of(told, shown_in(text, str(run.number), CEILING)):
            self.report(run, ReportCurves("", str(run.number), part.bounds, part.curves, part.sigmas), client)

    def report(self, run, command, client):
        before = self.office.log.head().position
        attempt = self.office.perform(command, client=client, content=f"{before}".encode()).attempt
        assert command.bounds == run.bounds
        rows = self.office.log.read(before, 100)
        position = next(row.position for row in rows if row.type == CurvesRun.type)
        self.reports.append(Report(run, command, attempt, position, frozenset(command.sigmas)))

    def recorded(self, report):
        """Return a report as it counts: a correction may have restated it."""
        (rows,) = counting_at(self.office.log.connection, [report.position]).values()
        facts = [self.office.committer.registry.event(row).fact for row in rows if row.type == CurvesRun.type]
        return reported_at(report.position, next(fact for fact in facts if fact.attempt == report.attempt))

    @precondition(lambda self: self.runs)
    @rule(data=st.data(), client=st.sampled_from(CLIENTS))
    def show(self, data, client):
        """A text shows a run, or some curves of it, in any order."""
        run = data.draw(st.sampled_from(self.runs))
        sigmas = data.draw(st.lists(st.sampled_from(run.sigmas), min_size=1, unique=True))
        self.hand_in(run, run.printed(sigmas), 0, client)

    @precondition(lambda self: self.runs)
    @rule(data=st.data(), client=st.sampled_from(CLIENTS))
    def name_one(self, data, client):
        """Fields name one curve."""
        run = data.draw(st.sampled_from(self.runs))
        sigma = data.draw(st.sampled_from(run.sigmas))
        self.report(run, ReportCurves("", str(run.number), run.bounds, 1, (sigma,)), client)

    @precondition(lambda self: len(self.counted) < len(self.runs))
    @rule(data=st.data(), client=st.sampled_from(CLIENTS), shown=st.integers(0, 3))
    def count(self, data, client, shown):
        """A run is counted, and shown not at all or cut; once, since two of such views have nothing in common."""
        run = data.draw(st.sampled_from([run for run in self.runs if run not in self.counted]))
        self.counted.add(run)
        text = run.printed(run.sigmas[:shown]) + "... (truncated" if shown else ""
        self.hand_in(run, text, len(run.sigmas), client)

    @precondition(lambda self: any(one.counts for one in self.reports))
    @rule(data=st.data(), appended=st.booleans())
    def keep(self, data, appended):
        """The residue file of a report comes, or a part of it; it may hold curves of other reports that named them."""
        of = data.draw(st.sampled_from([one for one in self.reports if one.counts]))
        sigmas = data.draw(st.lists(st.sampled_from(of.run.sigmas), min_size=1, unique=True))
        self.upload(of, sigmas, others=appended)

    def upload(self, of, sigmas, *, others=False):
        lent = set()
        for one in self.reports if others else ():
            alike = (one.run.number, one.run.bounds) == (of.run.number, of.run.bounds)
            if one.counts and alike and one.named and one is not of:
                lent.add(one.attempt)
                sigmas = list(dict.fromkeys([*one.named, *sigmas]))
        sha = f"{self.files}"
        self.files += 1
        contents = Contents(str(of.run.number), of.run.bounds.b1, 1, tuple(sigmas), sha, 1, 0, 0, ())
        self.office.perform(UploadResidues(sha256=sha, contents=contents, stage_1=self.recorded(of), keep_seconds=1))
        self.lent |= lent
        if of.unnamed:
            of.told |= set(sigmas).intersection(of.run.sigmas) - of.named

    @precondition(lambda self: self.reports)
    @rule(data=st.data())
    def hand_in_again(self, data):
        """A report comes again in other words, from anybody; one that counts would be another one."""
        named = [one for one in self.reports if one.named and one.command.curves == len(one.named)]
        if named:
            one = data.draw(st.sampled_from(named))
            self.report(one.run, one.command, data.draw(st.sampled_from(CLIENTS)))

    @rule(number=st.sampled_from(sorted(WHOLES)))
    def find(self, number):
        """A factor is told, which takes a number apart."""
        claim = Claim(str(WHOLES[number]))
        run = Run(number, STAGE_1, (str(number),))
        self.report(run, ReportCurves("", str(number), STAGE_1, 1, (str(number),), claims=(claim,)), "dave")

    @precondition(lambda self: self.reports)
    @rule(data=st.data())
    def correct(self, data):
        """A report is withdrawn, or counts again; of one whose curves stand in another's file it would be said there."""
        fit = [one for one in self.reports if one.attempt not in self.lent]
        if fit:
            one = data.draw(st.sampled_from(fit))
            self.office.correct(one.position, undo=not one.counts)
            one.counts = not one.counts

    @rule(rebuild=st.booleans())
    def restart(self, rebuild):
        before = self.office.tables()
        self.office.reopen(rebuild=rebuild)
        assert self.office.tables() == before

    def bounds_on(self, number):
        """Between which of these the curves of a number lie: those that are named, and with them those that nobody named."""
        above = {number, *(whole for whole in WHOLES if number == PART and self.status(whole) == "split")}
        least, most, unnamed = {}, {}, Counter()
        for one in self.reports:
            if not one.counts or one.run.number not in above:
                continue
            for best, sigmas in (
                (least, one.named | (set() if one.named else one.told)),
                (most, one.named | one.told),
            ):
                for sigma in sigmas:
                    best[sigma] = max(best.get(sigma, one.run.bounds), one.run.bounds, key=lambda bounds: bounds.reach)
            unnamed[one.run.bounds] += one.unnamed
        return Counter(least.values()), Counter(most.values()) + unnamed

    def status(self, number):
        return self.office.factoring.number_of_value(str(number)).status

    @invariant()
    def never_more_curves_count_than_were_run_and_all_that_were_named(self):
        self.office.factoring.flush()
        connection = self.office.factoring.connection
        for number in NUMBERS:
            known = self.office.factoring.number_of_value(str(number))
            if known is None or known.status == "split":
                continue
            counting = counting_for(connection, known.id)
            least, most = self.bounds_on(number)
            for bounds in (STAGE_1, FULL, FURTHER):
                fewest, count, highest = (
                    sum(n for one, n in curves.items() if one.reach >= bounds.reach)
                    for curves in (least, counting, most)
                )
                assert fewest <= count <= highest, (number, bounds, least, counting, most)

    @applied
    @invariant()
    def what_is_shown_of_numbers_and_of_whoever_ran_curves_is_what_counts(self):
        self.office.factoring.flush()
        connection = self.office.factoring.connection
        for number in NUMBERS:
            known = self.office.factoring.number_of_value(str(number))
            shown = Counter()
            for one in work_counting_for(connection, known.id) if known else ():
                shown[Bounds(one.b1, one.b2, one.param)] += one.curves
            assert not known or shown == +counting_for(connection, known.id), number
        (credited,), (contributed,), (paced,) = (
            connection.execute(f"SELECT coalesce(sum({column}), 0) FROM {table}").fetchone()
            for table, column in (("attempts", "credited"), ("contributors", "curves"), ("pace", "curves"))
        )
        assert credited == contributed == paced

    def teardown(self):
        """Every report is told of by its file: what counts is the truth."""
        for one in self.reports:
            if one.counts and one.unnamed:
                self.upload(one, one.run.sigmas)
        self.never_more_curves_count_than_were_run_and_all_that_were_named()
        self.office.close()
        self.directory.cleanup()


TestViewsMachine = ViewsMachine.TestCase
TestViewsMachine.settings = running(10, steps=20)

"""Any order of submissions, reports, resends and splits counts as a plain model counts, and rebuilds to the same tables."""

import math
import tempfile
from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from core.factoring.answers.shapes import WorkAnswer
from core.factoring.commands.assignment import EndWork, RequestWork
from core.factoring.commands.numbers import ChangeComposite, SetDeadline, ShelveNumber, SubmitComposite, UnshelveNumber
from core.factoring.commands.projects import DeleteProject, PauseProject, ResumeProject, SetShare
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.commands.residues import Contents, UploadResidues, reported_at
from core.factoring.events.reports import CurvesRun
from core.factoring.mathematics.curves.bounds import Bounds, bounds_of
from core.factoring.state.numbers import Wanted
from core.factoring.worth import CurveWorth
from core.refusals import BadInput
from projections.factoring.credit.attempts import work_counting_for
from projections.factoring.numbers.shares import Stretch, shares_of
from projections.factoring.wholes import submitted
from projections.factoring.wholes.products import leaves_of as products_of
from tests.office import Office
from tests.profiles import running
from tests.together import Together, applied

PRIMES = (10_007, 20_011, 30_011, 40_009, 50_021)
BOUNDS = (bounds_of(100, 0, 1), bounds_of(100, None, 1), bounds_of(200, 0, 1))
PROJECTS = ("", "first", "second")
COUNTED = {
    "project_tallies": """
SELECT projects.project,
    EXISTS (
        SELECT 1 FROM parts JOIN projects AS whole ON whole.number = parts.number
        WHERE parts.part = numbers.number AND whole.project = projects.project
    ) AS part,
    status, t_milli / 5000 * 5 AS level, count(*), sum(status = 'open' AND target_milli - t_milli <= 5000),
    sum(cpu_milliseconds)
FROM projects JOIN numbers ON numbers.number = projects.number
WHERE shelf <> 'deleted' GROUP BY projects.project, part, status, level ORDER BY 1, 2, 3, 4
""",
    "project_factors": "SELECT project, count(*) FROM projects JOIN factors USING (number) WHERE method <> 'division' AND primality <> 'composite' GROUP BY 1 ORDER BY 1",
    "remaining": """
SELECT project, digits, (t_milli + 5) / 1000 AS level, target_milli, count(*)
FROM numbers JOIN (SELECT '' AS project, number FROM numbers UNION ALL SELECT project, number FROM projects) USING (number)
WHERE status = 'open' AND shelf = '' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
""",
    "resting": "SELECT DISTINCT number FROM projects JOIN project_pauses USING (project) ORDER BY number",
    "number_tallies": "SELECT shelf, status, t_milli / 5000 * 5, count(*) FROM numbers GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "submitted_tallies": "SELECT standing, count(*) FROM submitted WHERE shelf <> 'deleted' GROUP BY 1 ORDER BY 1",
    "submitted_steps": f"""
SELECT step, sum(came), sum(factored) FROM (
    SELECT submitted_at / {submitted.STEP} AS step, 1 AS came, 0 AS factored FROM submitted
    WHERE standing <> 'prime' AND shelf <> 'deleted'
    UNION ALL SELECT split_at / {submitted.STEP}, 0, 1 FROM submitted WHERE standing = 'factored' AND shelf <> 'deleted'
) GROUP BY step ORDER BY step
""",
}
products = st.lists(st.sampled_from(PRIMES), min_size=2, max_size=5).map(math.prod)


class Ledger:
    """The plain model: what was run on which number, and which number is known to be a product of which."""

    def __init__(self):
        self.curves = {}  # (number, sigma) -> the largest bounds
        self.anonymous = Counter()  # (number, bounds) -> curves
        self.parts = {}  # number -> its parts

    def ancestors(self, number):
        above = {n for n, parts in self.parts.items() if number in parts}
        return above | {further for n in above for further in self.ancestors(n)}

    def visible(self, number):
        best = {}
        for (on, sigma), bounds in self.curves.items():
            if on in {number, *self.ancestors(number)} and (sigma not in best or best[sigma].reach < bounds.reach):
                best[sigma] = bounds
        return best

    def left(self, number):
        parts = {part for part in self.parts.get(number, ()) if part not in PRIMES}
        return {left for part in parts for left in self.left(part)} if number in self.parts else {number}

    def known(self, number):
        """What counts for all that is left of a number, or, where nothing is, for the number itself."""
        first, *others = [self.visible(one) for one in self.left(number) or {number}]
        return {
            sigma: min([bounds, *(other[sigma] for other in others)], key=lambda one: one.reach)
            for sigma, bounds in first.items()
            if all(sigma in other for other in others)
        }

    def effort(self, number):
        anonymous = sum(
            curves * CurveWorth(bounds).find()
            for (on, bounds), curves in self.anonymous.items()
            if on in {number, *self.ancestors(number)}
        )
        return anonymous + sum(CurveWorth(bounds).find() for bounds in self.visible(number).values())


class FactoringMachine(Together):
    """Commands on a real writer, and the same on the model."""

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.office = Office(self.directory.name)
        self.model = Ledger()
        self.known = set()
        self.reports = []
        self.untold = {}
        self.room = {}
        self.told = {}
        self.files = []

    @initialize(number=products)
    def first(self, number):
        self.submit(number)

    @rule(number=products, project=st.sampled_from(PROJECTS))
    def submit(self, number, project=""):
        self.office.perform(SubmitComposite(text=str(number), ceiling_digits=100, project=project))
        self.known.add(number)

    @rule(data=st.data(), aim=st.integers(1, 20), shelf=st.sampled_from(["", "inactive", "deleted"]))
    def curate(self, data, aim, shelf):
        """A number of its own gets another target and another place."""
        number = self.office.factoring.number_of_value(str(data.draw(st.sampled_from(sorted(self.known)))))
        self.office.result(ChangeComposite(number=number.id, target_milli=1_000 * aim))
        command = ShelveNumber(number=number.id, shelf=shelf) if shelf else UnshelveNumber(number=number.id)
        self.office.result(command)

    @rule(project=st.integers(1, 4))
    def delete_project(self, project):
        self.office.result(DeleteProject(project=project))

    @rule(project=st.integers(1, 4), how=st.sampled_from(["paused", "drained", "resumed"]))
    def pause_a_project(self, project, how):
        resume = ResumeProject(project=project)
        self.office.result(resume if how == "resumed" else PauseProject(project=project, drains=how == "drained"))

    @rule(project=st.integers(1, 4), weight=st.integers(1, 5), left=st.none() | st.integers(0, 10**12))
    def share(self, project, weight, left):
        deadline = None if left is None else left and self.office.now + left
        self.office.result(SetShare(project=project, weight=weight, deadline=deadline))

    @rule(number=st.integers(1, 4), left=st.none() | st.integers(1, 10**12))
    def set_a_deadline(self, number, left):
        self.office.result(SetDeadline(number=number, deadline=None if left is None else self.office.now + left))

    @rule(whole=st.booleans(), left=st.integers(1, 60))
    def ask_for_work(self, whole, left):
        """Nothing is handed out of a project that is paused."""
        work = f"{self.office.log.head().position}"
        command = RequestWork(work=work, wanted=Wanted(), lease_seconds=left, work_seconds=600, whole=whole)
        answer = self.office.perform(command)
        if not isinstance(answer, WorkAnswer):
            return
        connection = self.office.factoring.connection
        paused = "SELECT count(*) FROM projects JOIN project_pauses USING (project) WHERE number = ?"
        assert connection.execute(paused, (answer.number,)).fetchone() == (0,)
        self.office.perform(EndWork(lease=work, outcome="released"))

    @applied
    @invariant()
    def every_tally_is_what_is_counted_from_nothing(self):
        self.office.factoring.flush()
        connection = self.office.factoring.connection
        for table, counted in COUNTED.items():
            assert connection.execute(f"SELECT * FROM {table}").fetchall() == connection.execute(counted).fetchall()

    @applied
    @invariant()
    def every_submitted_number_stands_as_what_is_left_of_it(self):
        connection = self.office.factoring.connection
        for row in submitted.by_number(connection, range(1, 100)).values():
            leaves = self.office.factoring.leaves(row.number)
            left = [leaf for leaf in leaves if leaf.status in {"open", "finished"}]
            furthest = max((leaf.target_milli - leaf.t_milli for leaf in left), default=0)
            open_ones = [leaf for leaf in left if leaf.status == "open"]
            begun = any(leaf.t_milli for leaf in open_ones) or row.leases or row.cpu_milliseconds
            standing = "started" if begun else "waiting"
            assert row.standing == (standing if open_ones else "finished" if left else "factored")
            assert (row.remaining == 0) == (not left)
            assert all(leaf.target_milli - leaf.t_milli == furthest for leaf in left if leaf.id == row.remaining)
            assert [leaf.number for leaf in products_of(connection, [row.number])[row.number]] == [
                leaf.id for leaf in sorted(leaves, key=lambda leaf: (leaf.status != "prime", leaf.digits, leaf.value))
            ]

    @rule(
        data=st.data(),
        bounds=st.sampled_from(BOUNDS),
        sigmas=st.lists(st.sampled_from("1234567"), max_size=3, unique=True),
        more=st.integers(0, 3),
        claim=st.none() | st.sampled_from(PRIMES),
    )
    def report(self, data, bounds, sigmas, more, claim):
        number = data.draw(st.sampled_from(sorted(self.known)))
        if not sigmas and not more:
            more = 1
        command = ReportCurves(
            work="",
            value=str(number),
            bounds=bounds,
            curves=len(sigmas) + more,
            sigmas=tuple(sigmas),
            claims=() if claim is None else (Claim(str(claim)),),
            program=f"report {len(self.reports)}",
        )
        answer = self.office.perform(command)
        self.reports.append((command, answer))
        known, visible = self.model.known(number), self.model.visible(number)
        fresh = [s for s in sigmas if all(s not in one or one[s].reach < bounds.reach for one in (known, visible))]
        for sigma in fresh:
            self.model.curves[number, sigma] = bounds
        if fresh or not sigmas:
            self.model.anonymous[number, bounds] += more
            self.untold[answer.attempt] = self.room[answer.attempt] = more
        self.told[answer.attempt] = set(sigmas)
        assert answer.credited == len(fresh) + (more if fresh or not sigmas else 0)
        self.learn_parts()

    @precondition(lambda self: self.reports)
    @rule(data=st.data(), sigmas=st.lists(st.sampled_from("1234567"), min_size=1, max_size=4, unique=True))
    def upload_residues(self, data, sigmas):
        """A residue file tells sigmas of a report, as many as it did not tell itself; some may count from elsewhere."""
        command, answer = data.draw(st.sampled_from(self.reports))
        number, bounds = int(command.value), command.bounds
        left = self.untold.get(answer.attempt, 0)
        of_what_is_left = {s: b for s, b in self.model.known(number).items() if b.reach >= bounds.reach}
        visible = of_what_is_left | self.model.visible(number)
        told, room = self.told[answer.attempt], self.room.get(answer.attempt, 0)
        fresh = [s for s in sigmas if s not in visible or visible[s].reach < bounds.reach][:room]
        elsewhere = [s for s in sigmas if s in visible and s not in {*fresh, *told}][: max(left - len(fresh), 0)]
        contents = Contents(command.value, bounds.b1, bounds.param, tuple(sigmas), f"{len(self.files)}", 1, 0, 0, ())
        upload = UploadResidues(
            sha256=f"{len(self.files)}",
            contents=contents,
            stage_1=self.recorded(answer.attempt),
            keep_seconds=1,
        )
        if self.office.factoring.number_of_value(command.value).status == "factored":
            assert isinstance(self.office.result(upload), BadInput)
            return
        assert self.office.perform(upload).outcome == "new"
        self.files.append(sigmas)
        for sigma in fresh:
            self.model.curves[number, sigma] = bounds
        left_then = max(left - len(fresh) - len(elsewhere), 0)
        self.model.anonymous[number, bounds] -= left - left_then
        self.untold[answer.attempt] = left_then
        if self.room.get(answer.attempt):
            self.room[answer.attempt] = room - len(fresh)
        told.update(fresh, elsewhere)

    def recorded(self, attempt):
        """Return a report as the log has it."""
        for row in self.office.log.read(0, self.office.log.head().position):
            event = self.office.committer.registry.event(row)
            if isinstance(event.fact, CurvesRun) and event.fact.attempt == attempt:
                return reported_at(event.position, event.fact)
        raise LookupError(attempt)

    @precondition(lambda self: self.reports)
    @rule(data=st.data())
    def resend(self, data):
        command, answer = data.draw(st.sampled_from(self.reports))
        assert self.office.perform(command) == answer

    @rule(rebuild=st.booleans())
    def restart(self, rebuild):
        before = self.office.tables()
        self.office.reopen(rebuild=rebuild)
        assert self.office.tables() == before

    def learn_parts(self):
        """Take over what was split: which parts a number has is no matter of counting."""
        connection = self.office.factoring.connection
        self.office.factoring.flush()
        values = {number: int(value) for number, value in connection.execute("SELECT number, value FROM numbers")}
        self.model.parts = {}
        products = Counter()
        for number, part, times in connection.execute("SELECT number, part, times FROM parts"):
            self.model.parts.setdefault(values[number], set()).add(values[part])
            products[values[number]] = (products[values[number]] or 1) * values[part] ** times
        assert all(number == product for number, product in products.items())
        self.known |= {value for value in values.values() if value not in PRIMES}

    @invariant()
    def every_effort_is_what_the_model_counts(self):
        for number in self.known:
            assert self.office.factoring.number_of_value(str(number)).effort == self.model.effort(number)

    @applied
    @invariant()
    def what_is_shown_to_count_is_what_counts(self):
        self.office.factoring.flush()
        for value in self.known:
            number = self.office.factoring.number_of_value(str(value))
            shown = work_counting_for(self.office.factoring.connection, number.id)
            worth = (one.curves * CurveWorth(Bounds(one.b1, one.b2, one.param)).find() for one in shown)
            assert sum(worth) == number.effort
            assert all(one.curves > 0 for one in shown)

    def what_every_number_has_is_what_its_events_added_one_by_one(self):
        self.office.factoring.flush()
        for value in self.known:
            number = self.office.factoring.number_of_value(str(value))
            reached, after, total, page = 0, 0, 0, None
            while page is None or page.more:
                page = shares_of(self.office.factoring.connection, [Stretch(number.id)], after, 3)
                assert page.before == reached
                for share in page.shares:
                    assert share.effort == sum(curves * CurveWorth(b).find() for b, curves in share.curves.items())
                reached += sum(share.effort for share in page.shares)
                total += len(page.shares)
                after = page.shares[-1].position if page.shares else after
            assert (reached, total) == (number.effort, page.total)

    def teardown(self):
        self.what_every_number_has_is_what_its_events_added_one_by_one()
        self.office.reopen(rebuild=True)
        self.every_effort_is_what_the_model_counts()
        self.what_every_number_has_is_what_its_events_added_one_by_one()
        self.office.close()
        self.directory.cleanup()


TestFactoringMachine = FactoringMachine.TestCase
TestFactoringMachine.settings = running(15, steps=25)

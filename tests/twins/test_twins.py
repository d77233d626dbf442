"""What was withdrawn might never have been said: any history, against a coordinator that was never told."""

import math
import sys
import tempfile

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from msgspec.structs import replace

from core.factoring.answers.residues import ResidueAnswer
from core.factoring.answers.shapes import WorkAnswer
from core.factoring.commands.numbers import Prior
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.notation.worklist import Work
from tests.profiles import running
from tests.twins.shortest import shortest
from tests.twins.steps.beside import ELSEWHERE, Elsewhere
from tests.twins.steps.moving import MoveCurves, MoveFactor, MoveIn
from tests.twins.steps.numbers import Change, Describe, Project, Prove, Shelve, Submit
from tests.twins.steps.others import another
from tests.twins.steps.residues import ClaimFile, File, Upload
from tests.twins.steps.step import ADMINISTRATOR, BOUNDS
from tests.twins.steps.work import Hold, Report, Reserve, Take, TakeP1, Try
from tests.twins.story import ALL, Story

SMALL = (10_007, 20_011, 30_011, 40_009, 50_021)
LARGE = (10**15 + 37, 10**20 + 39, 10**17 + 3, 10**24 + 7, 10**11 + 3)
CLIENTS = st.sampled_from(["alice", "bob", "carol"])
PROJECTS = ["", "", "first", "second"]
STAGE_1 = [bounds_of(b1, 0, 1) for b1 in (100, 200, 300, 400)]
FAILPOINTS = [
    *("", "before-log-commit", "after-log-commit"),
    *("before-projections", "between-projection-commits", "after-projection-commits"),
]
SWAPPING = ["before-swap", "during-swap", "after-swap"]
SIGMAS = st.lists(st.sampled_from("123456"), max_size=3, unique=True).map(tuple)


REPORTED = {
    "data": st.data(),
    "client": CLIENTS,
    "bounds": st.sampled_from([*BOUNDS, *STAGE_1[2:]]),
    "sigmas": SIGMAS,
    "more": st.integers(0, 3),
    "milliseconds": st.sampled_from([0, 500]),
}


class Twins(RuleBasedStateMachine):
    """Steps on a first coordinator, and whatever may happen to it in between."""

    primes = SMALL

    def __init__(self):
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.story = Story(self.directory.name)
        self.first = self.story.first
        self.moments = {}

    # What a step may speak of

    def product(self, data, most=4):
        """A product of a few primes, now and then of one of them twice."""
        return math.prod(data.draw(st.lists(st.sampled_from(self.primes), min_size=2, max_size=most)))

    def composite(self, data):
        """A composite that is on record, rarely another one."""
        rows = self.first.rows("SELECT value FROM numbers WHERE primality = 'composite' ORDER BY length(value), value")
        return data.draw(st.sampled_from([int(value) for (value,) in rows] or [math.prod(self.primes[:2])]))

    def any_number(self, data):
        """A number that is on record, a prime too."""
        rows = self.first.rows("SELECT value FROM numbers ORDER BY length(value), value")
        return int(data.draw(st.sampled_from(rows))[0])

    def claims(self, data, value):
        """Factors of a number, and now and then what is none."""
        proper = sorted({math.gcd(value, prime) for prime in self.primes} - {1})
        pairs = [one * other for one in proper for other in proper if one < other]
        known = [*proper, *pairs, self.primes[0]]
        return tuple(data.draw(st.lists(st.sampled_from(known), max_size=2, unique=True)))

    def answered(self, kind):
        """The steps that were answered so."""
        return [index for index, answer in self.first.answers.items() if isinstance(answer, kind)]

    def reports(self):
        """The steps that reported something that can be withdrawn."""
        return [index for index in self.first.answers if self.first.history[index].reported]

    # What is told

    @initialize(project=st.sampled_from(PROJECTS))
    def begin(self, project):
        self.story.tell(Submit(value=math.prod(self.primes[:3]), project=project))

    @rule(
        data=st.data(),
        client=CLIENTS,
        project=st.sampled_from(PROJECTS),
        aim=st.sampled_from([None, 3_000, 40_000]),
        priority=st.sampled_from([None, 5]),
        known=st.booleans(),
        name=st.sampled_from(["", "", "276:611", "F9"]),
        prior=st.sampled_from([Prior(), Prior(), Prior(5_000), Prior(7_000), Prior(0, (Work(5, 100, 0, 1),))]),
    )
    def submit(self, data, client, known, aim, **said):
        value = self.any_number(data) if known else self.product(data)
        self.story.tell(Submit(value=value, client=client, target_milli=aim, **said))

    def a_report(self, data, client, bounds, sigmas, more, milliseconds):
        value = self.composite(data)
        return Report(
            value=value,
            client=client,
            bounds=bounds,
            sigmas=sigmas,
            more=more if sigmas else more or 1,
            claims=self.claims(data, value),
            milliseconds=milliseconds,
        )

    @rule(**REPORTED, killed_at=st.sampled_from(FAILPOINTS))
    def report(self, killed_at, **said):
        self.story.tell(self.a_report(**said), killed_at=killed_at)

    @rule(**REPORTED, together=st.integers(2, 4))
    def report_together(self, data, together, **said):
        """Several reports come in one batch."""
        self.story.tell(*(self.a_report(data, **said) for _ in range(together)))

    @rule(
        data=st.data(),
        client=CLIENTS,
        method=st.sampled_from(["pm1", "ecm", "pp1", "qs"]),
        b1=st.sampled_from([1_000, 50_000]),
        b2=st.sampled_from([None, 100_000, 2_000_000]),
        together=st.integers(1, 2),
    )
    def attempt(self, data, client, method, b1, b2, together):
        tried = []
        for _ in range(together):
            value = self.composite(data)
            claims = self.claims(data, value)
            tried.append(Try(value=value, client=client, method=method, b1=b1, b2=b2, claims=claims, milliseconds=40))
        self.story.tell(*tried)

    @rule(data=st.data(), client=CLIENTS, how=st.sampled_from(["ecm", "whole", "p1", "reserved"]))
    def take_work(self, data, client, how):
        match how:
            case "p1":
                self.story.tell(TakeP1(value=self.composite(data), client=client))
            case "reserved":
                self.story.tell(Reserve(value=self.any_number(data), client=client))
            case _:
                strategy = data.draw(st.sampled_from(["yield", "ladder", "progressive"]))
                self.story.tell(Take(client=client, whole=how == "whole", strategy=strategy))

    @precondition(lambda self: self.answered(WorkAnswer))
    @rule(data=st.data(), sigmas=SIGMAS, more=st.integers(1, 3), own=st.booleans())
    def report_work(self, data, sigmas, more, own):
        """Work that was handed out is reported, whatever has become of its number."""
        work = data.draw(st.sampled_from(self.answered(WorkAnswer)))
        claims = self.claims(data, int(self.first.answers[work].value))
        client = self.first.history[work].step.client if own else ""
        self.story.tell(Report(work=work, bounds=BOUNDS[0], sigmas=sigmas, more=more, claims=claims, client=client))

    @precondition(lambda self: self.answered(WorkAnswer))
    @rule(
        data=st.data(),
        how=st.sampled_from(["claimed", "started", "renewed", "expired", "completed", "released", "revoked"]),
    )
    def go_on_with_work(self, data, how):
        work = data.draw(st.sampled_from(self.answered(WorkAnswer)))
        self.story.tell(Hold(work=work, how=how, client=self.first.history[work].step.client))

    @rule(
        data=st.data(),
        aim=st.sampled_from([None, 2_000, 50_000]),
        priority=st.sampled_from([None, -1, 9]),
        shelf=st.sampled_from(["-", "", "inactive", "complete", "deleted"]),
    )
    def curate(self, data, aim, priority, shelf):
        value = self.any_number(data)
        if shelf == "-":
            self.story.tell(Change(value=value, target_milli=aim, priority=priority, client=ADMINISTRATOR))
        else:
            self.story.tell(Shelve(value=value, shelf=shelf, client=ADMINISTRATOR))

    @rule(data=st.data(), difficulty=st.sampled_from([None, 0, 90]), left=st.booleans(), factored=st.booleans())
    def describe(self, data, difficulty, left, factored):
        value = self.composite(data)
        factor = data.draw(st.sampled_from(self.primes))
        rest = value // factor if left and value % factor == 0 else 0
        self.story.tell(Describe(value=value, difficulty=difficulty, left=rest, factored=factored))

    @rule(data=st.data(), what=st.sampled_from(["number", "divide", "curves", "factor"]))
    def move_in(self, data, what):
        if what == "number":
            self.story.tell(MoveIn(value=self.product(data)))
            return
        value = self.composite(data)
        match what:
            case "divide":
                self.story.tell(MoveIn(value=value, divide=True))
            case "curves":
                self.story.tell(MoveCurves(value=value, more=2, claims=self.claims(data, value), client="old machine"))
            case "factor":
                self.story.tell(MoveFactor(value=value, factor=data.draw(st.sampled_from(self.primes))))

    @precondition(lambda self: len(self.uploads()) < len(STAGE_1))
    @rule(
        data=st.data(),
        sigmas=st.lists(st.sampled_from("123456"), min_size=1, max_size=3, unique=True).map(tuple),
        fits=st.sampled_from([True, True, True, False]),
    )
    def upload(self, data, sigmas, fits):
        """A residue file, with a B1 of its own so that it is the one that is handed out; its report may be withdrawn by now."""
        bounds = STAGE_1[len(self.uploads())]
        of = data.draw(st.sampled_from([None, *self.answered_reports(bounds)]))
        value = self.first.history[of].step.value if of is not None and fits else self.composite(data)
        self.story.tell(Upload(value=value, b1=bounds.b1, sigmas=sigmas, of=of, client="bob"))

    @precondition(lambda self: self.uploads())
    @rule(data=st.data())
    def upload_again(self, data):
        """A residue file comes once more, with a report that may not have been named."""
        first = data.draw(st.sampled_from(self.uploads()))
        file = self.first.history[first].step
        of = data.draw(st.sampled_from([None, *self.answered_reports(bounds_of(file.b1, 0, 1))]))
        self.story.tell(replace(file, again=first, of=of))

    def answered_reports(self, bounds):
        return [
            index
            for index, told in self.first.history.items()
            if type(told.step) is Report and told.step.bounds == bounds and told.meant and told.step.work is None
        ]

    @precondition(lambda self: self.answered(ResidueAnswer))
    @rule(data=st.data(), how=st.sampled_from(["claimed", "released", "removed"]))
    def handle_residues(self, data, how):
        of = data.draw(st.sampled_from(self.uploads()))
        self.story.tell(ClaimFile(of=of) if how == "claimed" else File(of=of, how=how))

    @precondition(lambda self: self.waiting())
    @rule(data=st.data())
    def run_stage_2(self, data):
        """A file is claimed, its stage 2 run and reported, and done with; that it is done again is not recorded."""
        of = data.draw(st.sampled_from(self.waiting()))
        file = self.first.history[of].step
        self.story.tell(ClaimFile(of=of))
        value = int(self.first.answers[of].value)
        ran = Report(value=value, bounds=bounds_of(file.b1, None, 1), sigmas=file.sigmas)
        self.story.tell(File(of=of, by=self.story.tell(ran), how="done"))

    def waiting(self):
        """The uploads whose stage 2 was not done."""
        done = {
            told.step.of
            for told in self.first.history.values()
            if isinstance(told.step, File) and told.step.how == "done"
        }
        return [of for of in self.uploads() if of not in done]

    def uploads(self):
        """The steps that handed a residue file in first."""
        first = {
            i for i, told in self.first.history.items() if isinstance(told.step, Upload) and told.step.again is None
        }
        return sorted(first & self.first.answers.keys())

    @rule(
        what=st.sampled_from(sorted(ELSEWHERE))
        | st.builds(
            Project,
            name=st.sampled_from(PROJECTS[1:]),
            how=st.sampled_from(["paused", "drained", "resumed", "weighed"]),
            client=st.just(ADMINISTRATOR),
        )
        | st.builds(
            Project,
            name=st.sampled_from(PROJECTS[2:]),
            how=st.sampled_from(["there", "gone"]),
            client=st.just(ADMINISTRATOR),
        )
    )
    def do_something_else(self, what):
        """Something that has nothing to do with any number."""
        self.story.tell(what if isinstance(what, Project) else Elsewhere(what=what, client=ADMINISTRATOR))

    @rule(data=st.data(), client=CLIENTS, together=st.integers(1, 3), killed_at=st.sampled_from(FAILPOINTS))
    def go_on_elsewhere(self, data, client, together, killed_at):
        """Other contexts have histories of their own, which no correction changes."""
        first = self.first
        steps = [another(data, client, first.history, first.answers) for _ in range(together)]
        self.story.tell(*steps, killed_at=killed_at)

    # What is withdrawn

    @precondition(lambda self: self.reports())
    @rule(data=st.data(), most=st.integers(1, 3), killed_at=st.sampled_from([*FAILPOINTS, *SWAPPING]))
    def withdraw(self, data, most, killed_at):
        left = [index for index in self.reports() if self.story.gone.get(index) != frozenset()]
        if left:
            named = data.draw(st.lists(st.sampled_from(left), min_size=1, max_size=most, unique=True))
            self.story.withdraw(*((index, ALL) for index in named), killed_at=killed_at)

    @precondition(lambda self: self.story.factors())
    @rule(data=st.data())
    def withdraw_a_factor(self, data):
        index, factor, _ = data.draw(st.sampled_from(self.story.factors()))
        self.story.withdraw((index, factor))

    @precondition(lambda self: self.story.standing())
    @rule(data=st.data())
    def take_back(self, data):
        self.story.take_back(data.draw(st.sampled_from(self.story.standing())))

    @precondition(lambda self: self.answered_reports(BOUNDS[0]))
    @rule(data=st.data())
    def resend(self, data):
        """A resend of what counts is answered as the first time, one of what was withdrawn is told so."""
        self.story.resend(data.draw(st.sampled_from(self.answered_reports(BOUNDS[0]))))

    # What happens to the first coordinator

    @rule(how=st.sampled_from(["stopped", "rebuilt", "rebuilt", "looked at", "looked at", "compared"]))
    def live_on(self, how):
        """It is started again, or what stands in its tables is remembered: it must stand there for ever, as of this moment."""
        match how:
            case "stopped":
                self.story.restart()
            case "rebuilt":
                self.story.restart(rebuild=True, at_once=2)
            case "looked at":
                self.story.look()
            case "compared":
                self.story.compare()

    def teardown(self):
        try:
            if sys.exception() is None:
                self.story.compare()
                self.story.is_the_same_in_every_way()
        finally:
            failure = sys.exception()
            self.story.close()
            self.directory.cleanup()
            if isinstance(failure, Exception):
                failure.add_note(shortest(self.story.deeds))


class LargeTwins(Twins):
    """The same with numbers of a size that people factor: what is left of them may be too large to be proved prime at once."""

    primes = LARGE

    @rule(data=st.data())
    def prove(self, data):
        self.story.tell(Prove(value=self.any_number(data)))


class RelatedTwins(Twins):
    """The same with numbers of one algebraic form, each of which learns of the factors of others."""

    primes = (30_269, 178_481, 2_796_203, 291_280_009_243_618_888_211_558_641)

    def product(self, data, most=4):
        """A number that divides 2^184-1, or a few primes of it, which have no form."""
        whole = data.draw(st.sampled_from([0, 2**23 - 1, 2**46 - 1, 2**46 + 1, 2**92 - 1, 2**92 + 1, 2**184 - 1]))
        return whole or super().product(data, most)


TestTwins = Twins.TestCase
TestTwins.settings = running(20, steps=25, phases=[Phase.generate])


@pytest.mark.drill
class TestManyTwins(Twins.TestCase):
    settings = running(100, steps=25, phases=[Phase.generate])


@pytest.mark.drill
class TestRelatedTwins(RelatedTwins.TestCase):
    settings = running(30, steps=25, phases=[Phase.generate])


@pytest.mark.drill
class TestLargeTwins(LargeTwins.TestCase):
    settings = running(30, steps=25, phases=[Phase.generate])

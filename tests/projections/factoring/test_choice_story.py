"""Work that is given by what it promises, told command by command."""

import uuid

import pytest

from core.deciding import Asking, Unprepared
from core.factoring.commands.assignment import RequestWork
from core.factoring.commands.numbers import Prior, SubmitComposite
from core.factoring.commands.reports import Claim, ReportAttempt, ReportCurves
from core.factoring.decide import FACTORING
from core.factoring.events.assignment import WorkAssigned
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.mathematics.prospects import choice
from core.factoring.mathematics.prospects.cost import nominal_microseconds
from core.factoring.notation.worklist import Work
from core.factoring.state.numbers import Wanted
from projections.factoring.numbers.ahead import promise_of

PRIMES = [10**digits + more for digits, more in ((29, 319), (34, 193), (39, 3), (49, 9), (59, 7), (69, 9))]


def submit(office, first, second, **fields):
    text = f"({first})*({second})"
    return office.perform(SubmitComposite(text=text, ceiling_digits=1_000, **fields)).number


def ask(office, client="alice", **fields):
    command = RequestWork(work=str(uuid.uuid4()), wanted=Wanted(**fields), lease_seconds=120, work_seconds=600)
    return office.perform(command, client=client)


def run(office, work, client="alice"):
    command = ReportCurves(work=work.work, value="", bounds=None, curves=work.curves)
    office.perform(command, client=client)


def assigned(office):
    rows = office.log.read(0, office.log.head().position)
    facts = (office.committer.registry.event(row).fact for row in rows)
    return [fact for fact in facts if isinstance(fact, WorkAssigned)]


@pytest.fixture
def listed(office):
    """A list of three numbers: one on which much was done elsewhere, a longer one, a short one."""
    prior = Prior(work=(Work(2_000, 50_000, None, 1),))
    worked = submit(office, PRIMES[0], PRIMES[1], prior=prior, target_milli=40_000)
    long = submit(office, PRIMES[4], PRIMES[5], target_milli=40_000)
    short = submit(office, PRIMES[2], PRIMES[3], target_milli=40_000)
    return worked, long, short


def test_what_promises_the_most_comes_first(office, listed):
    worked, long, short = listed
    assert [ask(office).number for _ in range(2)] == [short, long]
    # The second would have been the least worked number; that is the long one, too.
    assert [fact.strategy for fact in assigned(office)] == ["yield", "fair"]
    assert ask(office).number == worked


def test_curves_that_promise_the_most_are_larger_where_more_was_done(office, listed):
    worked, _, short = listed
    works = {work.number: work for work in (ask(office) for _ in listed)}
    assert works[short].b1 == 2_000
    assert works[worked].b1 >= 250_000


def test_priority_comes_before_what_is_promised(office, listed):
    urgent = submit(office, PRIMES[3], PRIMES[5], priority=1, target_milli=40_000)
    assert ask(office).number == urgent


def test_a_tenth_of_what_is_given_goes_to_the_numbers_that_had_the_least(office, listed):
    for _ in range(40):
        run(office, ask(office))
    given = office.factoring.given_by_promise()
    facts = assigned(office)
    largest = max(fact.nominal_microseconds for fact in facts)
    assert given.whole == sum(fact.nominal_microseconds for fact in facts)
    assert given.whole / 10 <= given.fair + largest
    assert given.fair <= given.whole / 10 + largest
    assert {fact.strategy for fact in facts} == {"yield", "fair"}


def test_progressive_charges_what_was_done_elsewhere(office, listed):
    worked, long, short = listed
    assert [ask(office, strategy="progressive").number for _ in range(3)] == [long, short, worked]
    assert office.factoring.number(worked).charged_microseconds > 2_000 * 30_000
    assert office.factoring.number(worked).cpu_milliseconds == 0


def test_the_target_ends_the_work(office):
    number = submit(office, PRIMES[2], PRIMES[3], target_milli=20_000)
    for _ in range(10_000):
        work = ask(office)
        if not hasattr(work, "curves"):
            break
        run(office, work)
    assert office.factoring.number(number).status == "finished"
    assert office.factoring.number(number).t_milli < 20_500


def test_of_the_numbers_that_are_held_the_one_is_shared_that_promises_the_most_beyond_what_is_handed_out(
    office, listed
):
    numbers = [ask(office, client=f"c{n}").number for n in range(30)]
    assert set(numbers[:3]) == set(listed)
    planned = {one: office.factoring.planned(one) for one in listed}
    assert all(planned.values())
    shared = numbers[3:]
    assert shared.count(listed[2]) > shared.count(listed[0])


def test_a_number_of_which_no_factor_is_to_be_expected_any_more_climbs_the_ladder(office):
    prior = Prior(work=(Work(10**6, 11_000_000, None, 1),))
    number = submit(office, 10**11 + 3, 10**13 + 37, prior=prior, target_milli=99_000)
    assert promise_of(office.factoring.number(number)) == 0
    assert ask(office).b1 > 11_000_000


def test_the_same_is_chosen_after_a_rebuild(office, listed):
    wishes = [Wanted(), Wanted(min_digits=100), Wanted(strategy="ladder"), Wanted(strategy="progressive")]

    def chosen():
        found = []
        for wanted in wishes:
            command = RequestWork(work="w", wanted=wanted, lease_seconds=120, work_seconds=600)
            findings = {}
            while True:
                try:
                    decision = FACTORING.decisions[RequestWork](
                        command, Asking(office.now, 1, findings), office.factoring
                    )
                    break
                except Unprepared as unprepared:
                    findings[unprepared.want] = unprepared.want.find()
            found.append([event.fact for event in decision])
        return found

    for _ in range(7):
        run(office, ask(office))
        before, tables = chosen(), office.tables()
        office.reopen(rebuild=True)
        assert office.tables() == tables
        assert chosen() == before


def tried(office, value, method, b1, b2=None):
    office.perform(ReportAttempt(value=str(value), method=method, b1=b1, b2=b2, runs=1))


def test_a_run_of_p_minus_1_that_was_not_finished_counts_for_nothing(office):
    number = submit(office, PRIMES[2], PRIMES[3], target_milli=40_000)
    office.perform(ReportAttempt(value=str(PRIMES[2] * PRIMES[3]), method="pm1", b1=10**9, b2=None, runs=0))
    assert office.factoring.number(number).minus_one_b1 == 0
    assert not office.tables()["coverage"]


def test_what_p_minus_1_did_is_kept_beside_the_curves_and_promises_less(office):
    value = PRIMES[2] * PRIMES[3]
    number = submit(office, PRIMES[2], PRIMES[3], target_milli=40_000)

    def standing():
        one = office.factoring.number(number)
        return promise_of(one), one.minus_one_b1, one.plus_one_b1, one.t_milli, one.effort

    fresh = standing()
    tried(office, value, "pm1", 10**6)
    after = standing()
    assert after[0] < fresh[0]
    assert after[1:] == (10**6, 0, 0, 0)
    tried(office, value, "pm1", 10**5)
    tried(office, value, "pp1", 10**7, b2=0)
    assert standing() == after
    tried(office, value, "pm1", 10**7, b2=10**6)
    assert standing() == after, "whose B2 is that of a run to 13,550"
    tried(office, value, "pp1", 10**5)
    assert standing()[0] < after[0]
    before = standing(), office.tables()
    office.reopen(rebuild=True)
    assert (standing(), office.tables()) == before


def test_what_was_run_on_a_number_was_run_on_its_parts(office):
    small, large, larger = 10**14 + 31, PRIMES[2], PRIMES[3]
    part = submit(office, large, larger, target_milli=40_000)
    whole = small * large * larger
    office.perform(SubmitComposite(text=str(whole), ceiling_digits=1_000, target_milli=40_000))
    tried(office, whole, "pm1", 10**6)
    office.perform(ReportAttempt(value=str(whole), method="auto", b1=0, b2=0, runs=0, claims=(Claim(str(small)),)))
    assert office.factoring.number(part).minus_one_b1 == 10**6
    tried(office, whole, "pp1", 10**7)
    assert office.factoring.number(part).plus_one_b1 == 10**7
    tables = office.tables()
    office.reopen(rebuild=True)
    assert office.tables() == tables


def test_p_minus_1_is_given_where_it_promises_more_to_who_can_run_it(office):
    number = submit(office, PRIMES[4], PRIMES[5], target_milli=40_000)

    def asked(beside):
        command = RequestWork(
            work=str(uuid.uuid4()), wanted=Wanted(), lease_seconds=120, work_seconds=600, beside=beside
        )
        return office.perform(command)

    methods = []
    for _ in range(60):
        work = asked(beside=True)
        methods.append(work.method)
        if work.method == "ecm":
            run(office, work)
        else:
            assert work.curves == 1
            assert office.factoring.planned(number) == 0
            assert office.factoring.number(number).exclusive == 1
            office.perform(ReportAttempt(value="", method=work.method, b1=work.b1, b2=None, runs=1, work=work.work))
    assert {"ecm", "pm1"} <= set(methods)
    assert office.factoring.number(number).minus_one_b1 > 0
    assert office.factoring.number(number).leases == 0
    assert asked(beside=False).method == "ecm"


def test_a_number_near_a_power_of_two_promises_what_curves_of_parametrisation_0_do(office):
    number = office.perform(SubmitComposite(text="2^523-2^5+3", ceiling_digits=1_000)).number
    near = office.perform(SubmitComposite(text="(2^1223-1)/31799", ceiling_digits=1_000)).number
    usual, special = (office.factoring.number(one) for one in (number, near))
    assert (usual.param, special.param) == (1, 0)
    assert promise_of(special) == choice.best(0, special.digits, 0).promise > choice.best(0, special.digits, 1).promise
    assert {ask(office).param for _ in range(2)} == {0, 1}


def test_curves_that_were_run_with_another_parametrisation_than_asked_count_as_theirs(office, listed):
    work = ask(office)
    bounds = bounds_of(work.b1, None, 0)
    office.perform(ReportCurves(work=work.work, value="", bounds=bounds, curves=work.curves), client="alice")
    assert office.factoring.number(work.number).effort == work.curves * office.factoring.worth(bounds)


def test_a_client_is_measured_by_a_third_of_a_second_of_its_work_together(office, listed):
    for milliseconds in (100, 100, 90):
        office.perform(
            ReportCurves("", f"{PRIMES[0] * PRIMES[1]}", bounds_of(2000, None, 1), 1, cpu_milliseconds=milliseconds),
            client="alice",
            content=str(milliseconds + office.log.head().position).encode(),
        )
        assert office.factoring.speed_milli(1) is None
    office.reopen()
    office.perform(
        ReportCurves("", f"{PRIMES[0] * PRIMES[1]}", bounds_of(2000, None, 1), 1, cpu_milliseconds=10), client="alice"
    )
    nominal = 4 * nominal_microseconds(bounds_of(2000, None, 1), len(str(PRIMES[0] * PRIMES[1])))
    assert office.factoring.speed_milli(1) == 300 * 10**6 // nominal

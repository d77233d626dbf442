"""What happens to numbers, told command by command."""

import math
import uuid

import msgspec
import pytest

from core.factoring.commands.assignment import EndWork, ExpireWork, RenewWork, RequestWork
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.events.numbers import NumberSplit
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.mathematics.levels.effort import curve_effort
from core.factoring.state.numbers import Wanted
from core.refusals import BadInput, Conflict, Unknown
from core.timestamps import SECOND

P12, P14, P16, P20 = 10**11 + 3, 10**13 + 37, 10**15 + 37, 10**19 + 51
N = str(P14 * P20)
B1 = bounds_of(2000, None, 1)
SPLIT = NumberSplit.type


def product_of(parts):
    return math.prod(int(part.value) ** part.times for part in parts)


def submit(text, **fields):
    return SubmitComposite(text=str(text), ceiling_digits=1000, **fields)


def request_work(**fields):
    wanted = Wanted(**fields)
    return RequestWork(work=str(uuid.uuid4()), wanted=wanted, lease_seconds=120, work_seconds=600)


def report(value=N, curves=10, bounds=B1, **fields):
    return ReportCurves(work=fields.pop("work", ""), value=str(value), bounds=bounds, curves=curves, **fields)


def test_an_expression_is_the_number_it_stands_for(office):
    answer = office.perform(submit("2^89-1"))
    assert answer.value == str(2**89 - 1)
    assert (answer.status, answer.outcome) == ("prime", "new")


def test_a_number_exists_once_however_it_is_written(office):
    first = office.perform(submit("2^67-1"))
    again = office.perform(submit(str(2**67 - 1)))
    assert (again.number, again.outcome) == (first.number, "existing")


def test_what_is_newly_wanted_of_a_known_number_is_changed_and_nothing_else(office):
    office.perform(submit(N, target_milli=20_000, priority=1))
    answer = office.perform(submit(N, target_milli=25_000))
    assert (answer.outcome, answer.target_milli) == ("updated", 25_000)
    assert office.factoring.number(answer.number).priority == 1


def test_small_primes_are_taken_out_on_submission(office):
    answer = office.perform(submit(f"2^3*3*{P14}"))
    assert answer.status == "factored"
    leaves = office.factoring.leaves(answer.number)
    assert sorted(int(leaf.value) for leaf in leaves) == [2, 3, P14]


@pytest.mark.parametrize(
    ("text", "status", "left"),
    [
        (f"({P14})^2", "factored", {P14: 2}),
        (f"({P14})^3*8", "factored", {2: 3, P14: 3}),
        (f"({P14}*{P20})^6", "split", {P14 * P20: 6}),
    ],
)
def test_a_power_is_taken_to_its_root_on_submission_with_how_often_it_divides(office, text, status, left):
    answer = office.perform(submit(text))
    assert answer.status == status
    (split,) = (event.data for event in office.log.read(0, 1000) if event.type == NumberSplit.type)
    assert {int(part["value"]): part["times"] for part in msgspec.json.decode(split)["parts"]} == left


def test_what_is_left_as_a_power_is_taken_to_its_root_when_a_factor_is_found(office):
    number = office.perform(submit(P16 * P14**3 * P20**3)).number
    answer = office.perform(report(value=P16 * P14**3 * P20**3, claims=(Claim(str(P16)),)))
    assert answer.factor_status == "new_factor"
    assert {leaf.value for leaf in office.factoring.leaves(number)} == {str(P16), str(P14 * P20)}
    office.perform(report(value=P14 * P20, claims=(Claim(str(P14)),)))
    assert office.factoring.number(number).status == "factored"


def test_a_prime_is_recorded_and_never_assigned(office):
    office.perform(submit(P20))
    assert "no number" in office.perform(request_work()).message


def test_a_resent_report_is_credited_once_and_answered_like_the_first_time(office):
    office.perform(submit(N))
    first = office.result(report(curves=7))
    office.reopen()
    again = office.result(report(curves=7))
    office.reopen(rebuild=True)
    third = office.result(report(curves=7))
    assert first.answer == again.answer == third.answer
    assert again.repeated
    assert third.position == first.position


def test_the_same_key_with_other_content_is_a_conflict(office):
    office.perform(submit(N))
    office.perform(report(curves=7), key="k1")
    with pytest.raises(Conflict):
        office.perform(report(curves=8), key="k1")


def test_a_known_curve_adds_nothing_and_one_with_larger_bounds_replaces_its_credit(office):
    number = office.perform(submit(N)).number
    office.perform(report(curves=1, sigmas=("5",)))
    assert office.perform(report(curves=1, sigmas=("5",), program="other")).factor_status == "duplicate"
    larger = bounds_of(11_000, None, 1)
    assert office.perform(report(curves=1, sigmas=("5",), bounds=larger)).credited == 1
    assert office.factoring.number(number).effort == curve_effort(11_000, None, 1)
    smaller = office.perform(report(curves=1, sigmas=("5",), program="third"))
    assert smaller.credited == 0


def test_curves_without_a_sigma_count_beside_known_ones_unless_all_visible_ones_are_known(office):
    office.perform(submit(N))
    assert office.perform(report(curves=10, sigmas=("1", "2"))).credited == 10
    assert office.perform(report(curves=10, sigmas=("1", "2"), program="again")).credited == 0
    assert office.perform(report(curves=10, sigmas=("1", "3"), program="again")).credited == 9


def test_a_factor_that_does_not_divide_is_refused_by_name_and_the_curves_count(office):
    office.perform(submit(N))
    answer = office.perform(report(curves=5, claims=(Claim("12347"), Claim("1"), Claim(N), Claim("x"))))
    assert answer.credited == 5
    assert len(answer.refused) == 4
    assert answer.refused[0].startswith("The factor 12347 does not divide")
    assert answer.factor_status == "no_factor"


def test_a_factor_splits_the_number_into_parts_that_keep_its_effort(office):
    number = office.perform(submit(P12 * P14 * P20, target_milli=30_000, priority=4)).number
    office.perform(report(P12 * P14 * P20, curves=20))
    answer = office.perform(report(P12 * P14 * P20, curves=1, claims=(Claim(str(P12)),)))
    assert answer.factor_status == "new_factor"
    cofactor = office.factoring.number_of_value(str(P14 * P20))
    assert office.factoring.number(number).status == "split"
    assert cofactor.effort == 21 * curve_effort(2000, None, 1)
    assert (cofactor.priority, cofactor.status) == (4, "open")


def test_a_composite_factor_is_a_split_and_never_a_prime(office):
    office.perform(submit(P12 * P14 * P20))
    office.perform(report(P12 * P14 * P20, claims=(Claim(str(P12 * P14)),)))
    part = office.factoring.number_of_value(str(P12 * P14))
    assert (part.primality, part.status) == ("composite", "open")


def test_a_late_result_for_the_whole_is_credited_to_what_is_left_and_its_known_factor_changes_nothing(office):
    whole = P12 * P14 * P20
    office.perform(submit(whole))
    office.perform(report(whole, claims=(Claim(str(P12)),)))
    before = office.factoring.number_of_value(str(P14 * P20)).effort
    late = office.perform(report(whole, curves=3, sigmas=("77",), claims=(Claim(str(P12)),)), client="bob")
    assert late.factor_status == "known_factor"
    after = office.factoring.number_of_value(str(P14 * P20)).effort
    assert after - before == 3 * curve_effort(2000, None, 1)


def test_a_factor_of_the_whole_found_late_takes_its_part_apart(office):
    whole = P12 * P14 * P20
    number = office.perform(submit(whole)).number
    office.perform(report(whole, claims=(Claim(str(P12)),)))
    answer = office.perform(report(whole, curves=1, claims=(Claim(str(P12 * P14)),)))
    assert answer.factor_status == "new_factor"
    assert office.factoring.number(number).status == "factored"


def test_a_part_that_was_known_before_counts_each_curve_once(office):
    part, whole = P14 * P20, P12 * P14 * P20
    office.perform(submit(part))
    office.perform(submit(whole))
    office.perform(report(part, curves=2, sigmas=("1", "2")))
    office.perform(report(whole, curves=2, sigmas=("2", "3")))
    office.perform(report(whole, curves=1, claims=(Claim(str(P12)),)))
    assert office.factoring.number_of_value(str(part)).effort == 4 * curve_effort(2000, None, 1)


def test_a_part_that_was_taken_apart_before_is_not_taken_apart_again(office):
    part, whole = P14 * P16 * P20, P12 * P14 * P16 * P20
    office.perform(submit(part))
    office.perform(report(part, claims=(Claim(str(P20)),)))
    office.perform(submit(whole))
    office.perform(report(whole, claims=(Claim(str(P12)), Claim(str(P14)))))
    facts = [msgspec.json.decode(row.data, type=NumberSplit) for row in office.log.read(0, 1000) if row.type == SPLIT]
    assert [product_of(fact.parts) for fact in facts] == [part, whole, P14 * P16]
    assert {office.factoring.number_of_value(str(one)).status for one in (part, whole, P14 * P16)} == {"factored"}


def test_a_square_is_factored_by_its_root(office):
    number = office.perform(submit(P14 * P14)).number
    office.perform(report(P14 * P14, claims=(Claim(str(P14)),)))
    assert office.factoring.number(number).status == "factored"


def test_numbers_that_nobody_holds_come_first_by_priority_then_distance_then_id(office):
    ids = [
        office.perform(submit(p * P20, target_milli=target, priority=priority)).number
        for p, target, priority in ((P12, 20_000, 0), (P14, 18_000, 0), (P16, 30_000, 5))
    ]
    assert [office.perform(request_work(strategy="ladder")).number for _ in ids] == [ids[2], ids[1], ids[0]]


def test_a_held_number_is_shared_only_until_what_is_handed_out_reaches_the_target(office):
    office.perform(submit(N, target_milli=13_000))
    seen = []
    while not hasattr(answer := office.perform(request_work(), client=f"c{len(seen)}"), "message"):
        seen.append(answer)
        assert len(seen) < 100
    assert {answer.number for answer in seen} == {1}
    total = sum(answer.curves for answer in seen)
    office.perform(report(curves=total))
    assert office.factoring.number(1).status == "finished"
    assert office.factoring.number(1).t_milli < 14_000


def test_an_expired_lease_frees_the_number_and_its_late_result_still_counts(office):
    office.perform(submit(N))
    work = office.perform(request_work())
    office.perform(ExpireWork(lease=work.work))
    assert office.factoring.number(1).leases == 1
    office.now += 121 * SECOND
    office.perform(ExpireWork(lease=work.work), client=None)
    assert office.factoring.number(1).leases == 0
    assert office.perform(report("", work=work.work, curves=4)).credited == 4


def test_how_far_a_holder_is_stands_in_the_log(office):
    office.perform(submit(N))
    work = office.perform(request_work()).work
    office.perform(RenewWork(lease=work, curves=1))
    assert office.factoring.assignment(work).done == 0, "it is little, and more than half of the lease is left"
    office.now += 100 * SECOND
    office.perform(RenewWork(lease=work, curves=2))
    assert office.factoring.assignment(work).done == 2
    office.perform(RenewWork(lease=work, curves=40))
    office.reopen(rebuild=True)
    assert office.factoring.assignment(work).done == 40


def test_progress_extends_the_lease_with_an_event_only_when_less_than_half_is_left(office):
    office.perform(submit(N))
    work = office.perform(request_work())
    head = office.log.head().position
    office.now += 30 * SECOND
    office.perform(RenewWork(lease=work.work))
    assert office.log.head().position == head
    office.now += 40 * SECOND
    assert office.perform(RenewWork(lease=work.work)).expires_at == office.now + 120 * SECOND


def test_only_the_holder_completes_and_anybody_may_hand_back(office):
    office.perform(submit(N))
    work = office.perform(request_work())
    with pytest.raises(Unknown):
        office.perform(EndWork(lease=work.work, outcome="completed"), client="mallory")
    ended = office.perform(EndWork(lease=work.work, outcome="released", by_holder=False), client=None)
    assert ended.outcome == "released"
    assert office.factoring.number(1).leases == 0


def test_reporting_all_curves_of_an_assignment_ends_its_lease(office):
    office.perform(submit(N))
    work = office.perform(request_work())
    office.perform(report("", work=work.work, curves=work.curves))
    assert office.factoring.lease(work.work).outcome == "completed"


def test_a_factor_ends_what_others_hold_on_the_number_and_their_late_results_still_count(office):
    office.perform(submit(N, target_milli=30_000))
    mine, theirs = office.perform(request_work()), office.perform(request_work(), client="bob")
    assert mine.number == theirs.number
    office.perform(report("", work=mine.work, curves=1, claims=(Claim(str(P14)),)))
    assert office.factoring.lease(mine.work).outcome is None
    assert office.factoring.lease(theirs.work).outcome == "revoked"
    assert office.perform(report("", work=theirs.work, curves=2), client="bob").credited == 2


def test_more_cpu_time_than_the_declared_cores_had_is_doubtful_and_counts_all_the_same(office):
    office.perform(submit(N))
    work = office.perform(RequestWork(work="w", wanted=Wanted(), lease_seconds=120, work_seconds=600, cores=2))
    office.now += 10 * SECOND
    office.perform(report("", work=work.work, curves=3, cpu_milliseconds=50_000))
    ((doubt,),) = office.factoring.connection.execute("SELECT doubt FROM attempts")
    assert "50.0 CPU-seconds" in doubt
    assert office.factoring.number(1).effort == 3 * curve_effort(2000, None, 1)


def test_a_client_gets_about_five_seconds_of_work_until_its_speed_is_known(office):
    office.perform(submit(P20 * (10**60 + 7), target_milli=40_000))
    first = office.perform(request_work())
    assert first.curves < 100_000
    office.perform(report("", work=first.work, curves=first.curves, cpu_milliseconds=5_000))
    assert office.factoring.speed_milli(1) is not None


@pytest.mark.parametrize(
    ("command", "refusal", "word"),
    [
        (report(curves=0), BadInput, "curves = 0"),
        (report(curves=10**9 + 1), BadInput, "out of bounds"),
        (report(curves=1, sigmas=("1", "2")), BadInput, "2 sigmas were sent for 1 curve"),
        (report(curves=1, sigmas=("1e5",)), BadInput, "1e5"),
        (report(curves=1, sigmas=("1",), checksums=(1, 2)), BadInput, "2 checksums"),
        (report("999999999999999999"), Unknown, "submit it first"),
        (report("", work="nope"), Unknown, "nope"),
        (submit("1"), BadInput, "1"),
        (submit("0"), BadInput, "0"),
        (submit("-5"), BadInput, "5"),
        (submit("9^9^9"), BadInput, "9"),
        (submit("7/2"), BadInput, "7"),
        (submit("1" * 1001), BadInput, "1001"),
        (submit(N, target_milli=100_001), BadInput, "target_t_level"),
        (RenewWork(lease="nope"), Unknown, "nope"),
    ],
)
def test_bad_input_gets_its_sentence_and_leaves_nothing_behind(office, command, refusal, word):
    office.perform(submit(N))
    head, before = office.log.head(), office.tables()
    with pytest.raises(refusal, match=word.replace("^", r"\^").replace("(", r"\(")):
        office.perform(command)
    assert office.log.head() == head
    assert office.tables() == before

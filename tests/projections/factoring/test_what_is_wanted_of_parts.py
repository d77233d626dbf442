"""What is wanted of a number that was split is wanted of what is left of it."""

import math

import pytest

from core.factoring.commands.assignment import RequestWork
from core.factoring.commands.numbers import ChangeComposite, SubmitComposite
from core.factoring.commands.reports import Claim, ReportAttempt
from core.factoring.mathematics.levels.targets import part_target_milli, usual_target_milli
from core.factoring.state.numbers import Wanted
from projections.factoring.numbers import projects
from projections.factoring.wholes.products import leaves_of

P, Q, R, S = 10**15 + 37, 10**20 + 39, 10**24 + 7, 10**29 + 319


def submit(office, number, **fields):
    return office.perform(SubmitComposite(text=str(number), ceiling_digits=1000, **fields))


def find(office, number, factor, method="qs"):
    claims = (Claim(str(factor)),)
    office.perform(ReportAttempt(value=str(number), method=method, b1=0, b2=None, runs=1, claims=claims))


def tables(office):
    return office.committer.files["factoring"].connection


def known(office, value):
    return office.factoring.number_of_value(str(value))


def test_a_number_that_was_split_is_wanted_again_with_its_open_parts(office):
    whole = submit(office, P * Q * R * S).number
    find(office, P * Q * R * S, P)
    find(office, Q * R * S, Q)
    answer = submit(office, P * Q * R * S, priority=7, target_milli=40_000, project="urgent")
    assert (answer.outcome, answer.number) == ("updated", whole)
    rest = known(office, R * S)
    assert (rest.priority, rest.target_milli) == (7, part_target_milli(rest.digits, 40_000))
    wanted = Wanted(project="urgent")
    work = office.perform(RequestWork(work="w", wanted=wanted, lease_seconds=60, work_seconds=60))
    assert work.number == rest.id
    assert submit(office, P * Q * R * S, priority=7, target_milli=40_000, project="urgent").outcome == "existing"
    (project,) = projects.listed(tables(office))
    assert project.numbers == 1  # its parts are not counted beside it
    office.perform(ChangeComposite(whole, priority=3))
    assert (known(office, R * S).priority, known(office, P).priority) == (3, 0)


def test_of_a_part_that_others_share_nobody_wants_less_than_its_owners(office):
    for other in (P, Q):
        submit(office, other * R * S, priority=5, target_milli=16_500)
        find(office, other * R * S, other)
    submit(office, P * R * S, priority=1, target_milli=16_000)
    assert (known(office, R * S).priority, known(office, R * S).target_milli) == (5, 16_500)
    assert (known(office, P * R * S).priority, known(office, P * R * S).target_milli) == (1, 16_000)
    submit(office, P * R * S, priority=9, target_milli=16_600)
    assert (known(office, R * S).priority, known(office, R * S).target_milli) == (9, 16_600)


def test_what_was_wanted_again_in_between_is_wanted_anew(office):
    submit(office, P * R * S)
    find(office, P * R * S, P)
    submit(office, P * R * S, priority=5)
    submit(office, R * S, priority=1)
    assert submit(office, P * R * S, priority=5).outcome == "updated"
    assert known(office, R * S).priority == 5


@pytest.mark.parametrize(("wanted", "kept"), [(None, None), (50_000, 16_615), (12_000, 12_000)])
def test_a_part_gets_what_its_owner_named_as_far_as_its_own_size_pays(office, wanted, kept):
    big = math.prod((10**200 + 357, R, S))
    submit(office, big, target_milli=wanted)
    find(office, big, 10**200 + 357)
    rest = known(office, R * S)
    assert rest.target_milli == (usual_target_milli(rest.digits) if kept is None else kept)


def test_a_number_is_one_product_however_deep_it_was_split(office):
    whole = submit(office, P**3 * Q * R * S).number
    find(office, P**3 * Q * R * S, P * Q)
    find(office, P**3 * Q * R * S, P)
    leaves = leaves_of(tables(office), [whole])[whole]
    assert [(int(leaf.value), leaf.times) for leaf in leaves] == [(P, 3), (Q, 1), (R * S, 1)]

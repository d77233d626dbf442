"""What was done elsewhere is declared: it counts once, exactly, and the largest declaration stands for the others."""

import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.commands.numbers import Prior, SubmitComposite
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.mathematics.levels.ladder import prior_work
from core.factoring.notation.worklist import Work, parse
from core.factoring.worth import CurveWorth
from core.refusals import BadInput
from projections.factoring.credit import attempts
from projections.factoring.credit.prior import declared
from projections.factoring.wholes import standing
from tests.office import Office
from tests.profiles import trying

P16, P20, P64 = 10**15 + 37, 10**19 + 51, 10**63 + 121
N = P16 * P20 * P64
KINDS = (Work(1, 2000), Work(1, 2000, 0), Work(1, 300, None, 0))


def submit(office, number, t_milli=0, work="", **options):
    prior = Prior(t_milli, parse(work) if work else ())
    return office.perform(SubmitComposite(text=str(number), ceiling_digits=1000, prior=prior), **options)


def effort(office, number=N):
    return office.factoring.number_of_value(str(number)).effort


def worth(b1, b2=None, param=1):
    return CurveWorth(bounds_of(b1, b2, param)).find()


def test_a_new_number_comes_with_what_was_done_on_it(office):
    answer = submit(office, N, 25_000)
    assert (answer.outcome, answer.t_milli) == ("new", pytest.approx(25_000, abs=50))
    assert effort(office) == prior_work(25_000).effort
    assert declared(office.committer.files["factoring"].connection, 1).t_milli == 25_000


def test_curves_count_each_as_they_are(office):
    submit(office, N, work="10@2e3;5@2e3,0;7@300,p=0")
    assert effort(office) == 10 * worth(2000) + 5 * worth(2000, 0) + 7 * worth(300, None, 0)


def test_what_was_declared_before_adds_nothing(office):
    submit(office, N, 25_000, "10@2e3")
    head, before = office.log.head(), effort(office)
    for again in ((25_000, "10@2e3"), (20_000, ""), (0, "3@2e3"), (0, "")):
        assert submit(office, N, *again, client="bob").outcome == "existing"
    assert effort(office) == before
    assert {row.type for row in office.log.read(head.position, 100)} <= {"clients.named.v1", "factoring.wish_noted.v1"}


def test_more_takes_the_place_of_less(office):
    submit(office, N, 20_000, "10@2e3")
    assert submit(office, N, 30_000, "12@2e3;1@300").outcome == "updated"
    assert effort(office) == prior_work(30_000).effort + 12 * worth(2000) + worth(300)


def test_kinds_that_are_told_twice_add_up(office):
    submit(office, N, work="10@2e3;5@2e3")
    assert effort(office) == 15 * worth(2000)


def test_it_counts_for_every_part_whenever_they_come(office):
    submit(office, N, work="10@2e3")
    report = {"work": "", "value": str(N), "bounds": bounds_of(2000, None, 1), "curves": 1}
    office.perform(ReportCurves(**report, claims=(Claim(str(P16)),)))
    assert effort(office, P20 * P64) == 11 * worth(2000)
    submit(office, N, 20_000)
    assert effort(office, P20 * P64) == effort(office, N) == 11 * worth(2000) + prior_work(20_000).effort
    submit(office, P20 * P64, work="3@2e3")
    assert effort(office, P20 * P64) == effort(office, N) + 3 * worth(2000)


def test_it_is_listed_apart_from_what_was_run_here(office):
    submit(office, N, 20_000, "10@2e3")
    connection = office.committer.files["factoring"].connection
    (row,) = attempts.attempts_on(connection, 1, 9)
    assert (row.method, row.program, row.b1, row.curves) == ("prior", "t20; 10@2000,p=1", 0, row.credited)
    stands_for = prior_work(20_000)
    assert sum(kind.curves for kind in attempts.work_counting_for(connection, 1)) == stands_for.curves + 10
    assert sum(curves for _, curves in standing.work_on(connection, 1).by_b1) == stands_for.curves + 10
    assert connection.execute("SELECT count(*) FROM contributions").fetchone() == (0,)


def test_it_counts_towards_the_target(office):
    office.perform(SubmitComposite(text=str(N), ceiling_digits=1000, target_milli=25_000, prior=Prior(25_000)))
    assert office.factoring.number(1).status == "finished"


@pytest.mark.parametrize(
    ("number", "t_milli", "work", "sentence"),
    [
        (P64, 30_000, "", "is a probable prime; no work can have been done"),
        (N, 100_001, "", "prior_t_level 100.001 is out of bounds"),
        (N, 0, ";".join(f"1@{b1}" for b1 in range(100, 601)), "501 kinds of curves were declared; at most 500"),
        (N, 0, "999999999@2e3;2@2e3", "curves = 1000000001 is out of bounds"),
    ],
)
def test_what_nobody_can_have_done_is_refused_and_nothing_is_recorded(office, number, t_milli, work, sentence):
    head = office.log.head()
    with pytest.raises(BadInput, match=sentence):
        submit(office, number, t_milli, work)
    assert office.log.head() == head


declarations = st.lists(
    st.tuples(st.sampled_from([0, 0, 15_000, 20_000, 21_000]), st.lists(st.sampled_from(KINDS), max_size=4)),
    min_size=1,
    max_size=6,
)


@trying(4)
@given(declarations)
def test_whatever_is_declared_in_whatever_order_the_largest_counts_also_after_a_rebuild(said):
    with tempfile.TemporaryDirectory() as directory:
        office = Office(directory)
        for t_milli, work in said:
            prior = Prior(t_milli, tuple(work))
            office.perform(SubmitComposite(text=str(N), ceiling_digits=1000, prior=prior))
        level = max(t_milli for t_milli, _ in said)
        most = {kind: max(work.count(kind) for _, work in said) for kind in KINDS}
        expected = sum(count * worth(kind.b1, kind.b2, kind.param) for kind, count in most.items())
        assert effort(office) == expected + (prior_work(level).effort if level else 0)
        tables = office.tables()
        office.reopen(rebuild=True)
        assert office.tables() == tables
        office.close()

"""Names beside what is reported under them: a correction takes the report, and leaves whose the name is."""

import pytest

from core.access.commands import CreateKey
from core.access.events import NameTaken
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.events.reports import CurvesRun
from core.factoring.mathematics.curves.bounds import bounds_of
from core.refusals import Forbidden
from projections.access.users import belongings

NUMBER = (10**19 + 51) * (10**20 + 39)


@pytest.fixture
def office(office):
    """An office with a key for each of two users, and a report with which one of them came under a name."""
    for number in (1, 2):
        office.perform(CreateKey(hash=f"{number:064x}", roles=("work",)), client=None)
    office.perform(SubmitComposite(text=str(NUMBER), ceiling_digits=1_000, target_milli=20_000), client=None)
    report(office)
    return office


def report(office, actor="key-1"):
    command = ReportCurves(work="", value=str(NUMBER), bounds=bounds_of(2_000, None, 1), curves=10)
    return office.perform(command, client="box", actor=actor, content=b"the same")


def position_of(office, kind):
    (position,) = (row.position for row in office.log.read(0, 100) if row.type == kind.type)
    return position


def test_a_name_is_taken_with_the_first_thing_that_is_recorded_under_it(office):
    assert position_of(office, NameTaken) < position_of(office, CurvesRun)
    assert belongings(office.committer.files["access"].connection).holders == {1: {"user-1"}}


def test_a_correction_leaves_whose_the_name_is_and_the_tables_rebuild_the_same(office):
    run = position_of(office, CurvesRun)
    office.correct(run)
    before = {name: office.tables(name) for name in ("access", "clients", "factoring")}
    office.reopen(rebuild=True)
    assert {name: office.tables(name) for name in before} == before
    assert belongings(office.committer.files["access"].connection).holders == {1: {"user-1"}}
    with pytest.raises(Forbidden, match="belongs to user-1"):
        report(office, "key-2")
    office.correct(run, undo=True)
    assert office.factoring.number(1).effort > 0


def test_in_one_batch_the_second_user_is_refused_under_a_name_that_the_first_brought(office):
    command = SubmitComposite(text=str(NUMBER), ceiling_digits=1_000, target_milli=25_000)
    orders = [office.order(command, client="new", actor=f"key-{key}", content=b"%d" % key) for key in (1, 2, 1)]
    first, second, third = office.perform_all(orders)
    assert isinstance(second, Forbidden)
    assert not isinstance(first, Exception)
    assert not isinstance(third, Exception)

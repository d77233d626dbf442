"""Working out a correction beside a coordinator that goes on: ids that were given out meanwhile are nobody else's."""

import msgspec
import pytest

from coordinator.correcting.child import Task, WorkedOut, work_out
from coordinator.processes.progress import unreported
from coordinator.projecting.opening import building_path_of
from coordinator.sealing import SealingKeys
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.events.reports import CurvesRun, FactorFound
from core.factoring.mathematics.curves.bounds import bounds_of
from tests.office import Office

P, Q, R = 10**11 + 3, 10**13 + 37, 10**19 + 51
OTHER_P, OTHER_Q = 10**12 + 39, 10**14 + 31


@pytest.fixture
def office(tmp_path):
    SealingKeys(tmp_path / "client-keys.db").close()
    office = Office(tmp_path)
    for number in (P * Q * R, OTHER_P * OTHER_Q * R):
        office.perform(SubmitComposite(text=str(number), ceiling_digits=1_000))
    yield office
    office.close()


def report(office, number, factor, client):
    """Report a curve that found a factor; return the position of the report."""
    command = ReportCurves("", str(number), bounds_of(2_000, None, 1), 1, claims=(Claim(str(factor)),))
    office.perform(command, client=client)
    return next(row.position for row in reversed(office.log.read(0, 10_000)) if row.type == CurvesRun.type)


def found(office):
    """The ids of factors that the log has given out."""
    events = [office.committer.registry.event(row).fact for row in office.log.read(0, 10_000)]
    return [fact.factor for fact in events if isinstance(fact, FactorFound)]


def worked_out(office, position, meanwhile):
    """Work out what the withdrawal of a report amounts to; return that, and how often it was begun.

    Args:
        office: where it was reported.
        position: of its event.
        meanwhile: what somebody does before the end is worked out for the first time.
    """
    path = building_path_of(office.directory, "factoring")
    tells = []

    def told():
        if not tells:
            meanwhile()
        tells.append(office.log.head().position)
        return tells[-1]

    work_out(Task(str(office.directory), str(path), (position,), ()), unreported, told)
    return msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=WorkedOut), len(tells)


@pytest.mark.parametrize("meanwhile", [False, True], ids=["nobody else", "somebody else"])
def test_who_finds_something_meanwhile_keeps_the_id_that_it_was_given(office, meanwhile):
    first = report(office, P * Q * R, P, "alice")
    report(office, P * Q * R, P, "bob")

    def find():
        if meanwhile:
            report(office, OTHER_P * OTHER_Q * R, OTHER_P, "carol")

    before = found(office)
    outcome, begun = worked_out(office, first, find)
    given = [row for place in outcome.places for row in place.rows or () if row.type == FactorFound.type]
    anew = {msgspec.json.decode(row.data, type=FactorFound).factor for row in given} - set(before)
    assert len(anew) == 1
    assert anew.isdisjoint(found(office))
    assert begun == (2 if meanwhile else 1)


def test_a_number_that_comes_meanwhile_keeps_the_ids_of_its_parts(office):
    first = report(office, P * Q * R, P, "alice")

    def hand_in():
        office.perform(SubmitComposite(text=str(P * OTHER_Q * R), ceiling_digits=1_000))
        report(office, P * OTHER_Q * R, P, "carol")

    before = office.log.head().position
    outcome, begun = worked_out(office, first, hand_in)
    assert begun == 1
    assert all(place.place <= before for place in outcome.places)

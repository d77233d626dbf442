"""Projects take turns by weight and by deadline; within each, numbers come in the order that they had."""

import heapq
from collections import Counter

import gmpy2
import pytest
from msgspec.structs import replace

from core.factoring.answers.shapes import NoWork, WorkAnswer
from core.factoring.commands.assignment import EndWork, RequestWork
from core.factoring.commands.numbers import SetDeadline, SubmitComposite
from core.factoring.commands.projects import CreateProject, DeleteProject, PauseProject, SetShare
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.prospects.cost import nominal_microseconds
from core.factoring.state.numbers import Wanted
from core.timestamps import SECOND
from projections.factoring.assignment.turns import shares
from projections.factoring.numbers import ordering

HOUR = 3_600 * SECOND
DAY = 24 * HOUR


@pytest.fixture
def submit(office):
    """A function that submits numbers that nobody factors, to a project, and returns their ids."""
    made = iter(range(1, 10_000))

    def submit(project, many=1, **fields):
        ids = []
        for _ in range(many):
            value = gmpy2.next_prime(10**35 + 10**6 * next(made)) * gmpy2.next_prime(10**36 + 7)
            command = SubmitComposite(
                text=str(value), ceiling_digits=100, project=project, target_milli=60_000, **fields
            )
            ids.append(office.perform(command).number)
        return ids

    return submit


def project_id(office, name):
    return office.factoring.project(name)


def weigh(office, **weights):
    for name, weight in weights.items():
        office.perform(SetShare(project=project_id(office, name), weight=weight), client=None)


def take(office, client="alice", seconds=60, **wanted):
    work = f"w{office.log.head().position}"
    command = RequestWork(work=work, wanted=Wanted(**wanted), lease_seconds=7_200, work_seconds=seconds)
    return office.perform(command, client=client)


def project_of(office, number):
    rows = office.factoring.connection.execute("SELECT project FROM projects WHERE number = ?", (number,)).fetchall()
    return rows[0][0] if rows else ""


def milliseconds(answer, slowness=1.0):
    """Return the CPU time that an assignment takes a worker that is slower or faster than nominal."""
    nominal = answer.curves * nominal_microseconds(Bounds(answer.b1, answer.b2, answer.param), answer.digits)
    return max(int(nominal * slowness / 1000), 1)


def work_for(office, length, workers):
    """Have workers of several speeds ask, compute and report for as long as said; return the CPU time of each project."""
    spent = Counter()
    end = office.now + length
    asking = [(office.now + index, index, None) for index in range(len(workers))]
    while asking and asking[0][0] < end:
        office.now, index, held = heapq.heappop(asking)
        name, slowness = f"worker{index}", workers[index]
        if held is not None:
            cpu = milliseconds(held, slowness)
            report = ReportCurves(work=held.work, value="", bounds=None, curves=held.curves, cpu_milliseconds=cpu)
            office.perform(report, client=name)
            spent[project_of(office, held.number)] += cpu
        answer = take(office, client=name, seconds=120)
        assert isinstance(answer, WorkAnswer)
        heapq.heappush(asking, (office.now + milliseconds(answer, slowness) * 1000, index, answer))
    return spent


def test_an_hour_of_work_goes_to_projects_by_their_weights(office, submit):
    """Of three projects, whose numbers, sizes and counts differ, within 5 % of their shares; none is starved."""
    for name, many in (("one", 5), ("two", 12), ("five", 7)):
        submit(name, many)
    weigh(office, one=1, two=2, five=5)
    spent = work_for(office, HOUR, workers=(0.6, 1.0, 1.7, 2.5))
    whole = sum(spent.values())
    assert whole > 3 * 3_600_000
    for name, weight in (("one", 1), ("two", 2), ("five", 5)):
        share = weight / 8
        assert abs(spent[name] / whole - share) < 0.05 * share, spent
    counted = {one.project: one.used_microseconds for one in shares(office.factoring.connection, office.now)}
    assert all(abs(counted[name] / 1000 - spent[name]) < 0.1 * spent[name] for name in spent)


def test_a_small_project_is_not_starved_and_what_belongs_to_none_has_weight_one(office, submit):
    submit("large", 20)
    submit("", 3)
    submit("small", 1)
    weigh(office, large=3)
    spent = work_for(office, HOUR // 2, workers=(1.0, 1.0))
    whole = sum(spent.values())
    assert {name: round(5 * spent[name] / whole) for name in spent} == {"large": 3, "": 1, "small": 1}


def test_without_weights_numbers_come_as_they_did(office, submit):
    ids = submit("a", 2) + submit("b", 2)
    taken = [take(office, client=f"c{index}").number for index in range(4)]
    assert sorted(taken) == ids
    assert office.tables()["project_time"] == []


@pytest.mark.parametrize("strategy", ["ladder", "progressive"])
def test_within_a_project_the_order_is_what_it_was(office, submit, strategy):
    """Taken in turns, the numbers of each project come in the order in which they come to who names the project."""
    ids = {name: submit(name, 4) for name in ("a", "b")}
    for index, number in enumerate((*ids["a"], *ids["b"])):
        run = ReportCurves(work="", value=office.factoring.number(number).value, bounds=Bounds(2_000, -1, 1), curves=1)
        office.perform(replace(run, curves=5 + index * 37 % 11, cpu_milliseconds=1_000 + index * 53 % 17))
    alone = {}
    for name in ids:
        taken = [take(office, client=f"{name}{index}", project=name, strategy=strategy) for index in range(4)]
        alone[name] = [one.number for one in taken]
        for one in taken:
            office.perform(EndWork(lease=one.work, outcome="released", reason="", by_holder=False))
    weigh(office, a=1, b=3)
    turns = [take(office, client=f"turn{index}", strategy=strategy).number for index in range(8)]
    assert {name: [number for number in turns if number in ids[name]] for name in ids} == alone


def test_priority_goes_before_shares_and_a_paused_project_has_no_turn(office, submit):
    submit("heavy", 1)
    submit("light", 2, priority=5)
    weigh(office, heavy=1_000)
    assert [project_of(office, take(office, client=f"c{index}").number) for index in range(3)] == [
        "light",
        "light",
        "heavy",
    ]
    submit("heavy", 1)
    submit("light", 1)
    office.perform(PauseProject(project=project_id(office, "heavy"), drains=True), client=None)
    assert project_of(office, take(office, client="last").number) == "light"


def test_who_names_a_project_is_given_of_it_whatever_its_turn(office, submit):
    submit("a", 2)
    submit("b", 2)
    weigh(office, a=1_000_000)
    assert project_of(office, take(office, project="b").number) == "b"


def test_what_has_to_be_done_within_a_day_goes_first_the_nearest_deadline_before_others(office, submit):
    submit("calm", 3)
    (number,) = submit("calm", 1)
    submit("later", 1)
    submit("sooner", 1)
    weigh(office, calm=1_000_000)
    office.perform(SetShare(project=project_id(office, "later"), deadline=office.now + 20 * HOUR), client=None)
    office.perform(SetShare(project=project_id(office, "sooner"), deadline=office.now + 10 * HOUR), client=None)
    office.perform(SetDeadline(number=number, deadline=office.now + 5 * HOUR), client=None)
    taken = [take(office, client=f"c{index}").number for index in range(4)]
    assert taken[0] == number
    assert [project_of(office, one) for one in taken[1:]] == ["sooner", "later", "calm"]


def test_a_deadline_that_is_far_or_over_changes_nothing(office, submit):
    submit("calm", 2)
    submit("due", 2)
    weigh(office, calm=1_000)
    office.perform(SetShare(project=project_id(office, "due"), deadline=office.now + 3 * DAY), client=None)
    take(office, client="a")
    office.now += 2 * DAY + HOUR
    assert project_of(office, take(office, client="b", seconds=1).number) == "due"
    office.now += 2 * DAY
    assert project_of(office, take(office, client="c").number) == "calm"


def test_the_parts_of_a_number_share_its_deadline(office, submit):
    submit("", 2)
    small, middle, large = 10**11 + 3, int(gmpy2.next_prime(10**30)), int(gmpy2.next_prime(10**31))
    text = str(small * middle * large)
    whole = office.perform(SubmitComposite(text=text, ceiling_digits=100, target_milli=60_000)).number
    office.perform(SetDeadline(number=whole, deadline=office.now + HOUR), client=None)
    office.perform(
        ReportCurves(
            work="", value=text, bounds=Bounds(2_000, -1, 1), curves=1, sigmas=("7",), claims=(Claim(str(small), "7"),)
        )
    )
    assert take(office).value == str(middle * large)


def test_a_project_that_is_deleted_leaves_no_share_behind(office, submit):
    submit("a", 2)
    weigh(office, a=7)
    take(office)
    office.perform(DeleteProject(project=project_id(office, "a")), client=None)
    office.perform(CreateProject(name="a"), client=None)
    assert office.factoring.share_of("a").weight == 1
    assert office.tables()["project_shares"] == office.tables()["project_time"] == []


def test_shares_rebuild_the_same(office, submit):
    submit("a", 3)
    submit("b", 3)
    weigh(office, a=2, b=3)
    work_for(office, 10 * 60 * SECOND, workers=(1.0, 2.0))
    before = office.tables()
    office.reopen(rebuild=True)
    assert office.tables() == before
    assert not isinstance(take(office, client="next"), NoWork)


@pytest.mark.parametrize("many", [1, 3, 1_000])
def test_a_large_project_is_looked_through_as_a_small_one_is(office, submit, monkeypatch, many):
    """Whether its numbers are looked at one by one or met among all, the same one is the first of them; so is that of none."""
    for name in ("a", "b", ""):
        submit(name, 4, priority=len(name))
    submit("a", 2, priority=2)
    monkeypatch.setattr(ordering, "_MANY", many)
    state = office.factoring
    for strategy in ("ladder", "progressive", "yield"):
        found = [
            state.free_number(Wanted(strategy=strategy, **narrow)).id
            for narrow in ({"project": "a"}, {"project": "b"}, {"unclaimed": True}, {"among": (6, 7)})
        ]
        assert found == [13, 5, 9, 6]
    assert state.free_number(Wanted(project="nobody's")) is None


def test_what_belongs_to_no_project_is_known_as_projects_come_and_go(office, submit):
    (alone,) = submit("")
    (member,) = submit("a")

    def unclaimed():
        return [number for (number,) in office.tables()["unclaimed"]]

    assert unclaimed() == [alone]
    office.perform(SubmitComposite(text=office.factoring.number(alone).value, ceiling_digits=100, project="b"))
    assert unclaimed() == []
    office.perform(DeleteProject(project=project_id(office, "a")), client=None)
    assert unclaimed() == [member]


def test_once_the_only_share_is_gone_no_time_counts_whether_or_not_the_coordinator_was_restarted(office, submit):
    """A history of the twins: a coordinator that had gone on since there was a share counted it, one that was started didn't."""
    submit("a", 3)
    submit("")
    weigh(office, a=3)
    office.perform(DeleteProject(project=project_id(office, "a")), client=None)
    take(office)
    assert office.factoring.connection.execute("SELECT * FROM project_time").fetchall() == []
    office.reopen()
    take(office, client="bob")
    before = office.tables("factoring")
    office.reopen(rebuild=True)
    assert office.tables("factoring") == before

"""What happens to machines and simulations, told command by command."""

import math

import pytest

from core.refusals import BadInput, Conflict, Unknown
from core.simulations.commands import (
    ChangeSimulation,
    CreateSimulation,
    DeleteSimulation,
    RecordPoint,
    RegisterMachine,
    RemoveMachine,
    SetMachineStatus,
)
from projections.simulations import catalogue, machines, points


def machine(office, **fields):
    return office.perform(RegisterMachine(name="m", cpu="8 cores", memory_gb=32, **fields)).id


def simulation(office, machine=None, name="s"):
    return office.perform(CreateSimulation(name=name, machine=machine)).id


def turn(office, simulation, status):
    return office.perform(ChangeSimulation(simulation=simulation, status=status))


def connection(office):
    return office.committer.files["simulations"].connection


def machine_of(office, number):
    return catalogue.simulation(connection(office), number).machine


def status_of(office, machine):
    return machines.machine(connection(office), machine).status


def test_a_simulation_is_pending_then_running_then_finished(office):
    number = simulation(office, machine(office))
    statuses = [turn(office, number, status).status for status in ("pending", "running", "running", "finished")]
    assert statuses == ["pending", "running", "running", "finished"]


@pytest.mark.parametrize(
    ("so_far", "wanted"),
    [
        ([], "finished"),
        (["running"], "pending"),
        (["running", "finished"], "running"),
        (["running", "finished"], "pending"),
    ],
)
def test_every_other_way_between_statuses_is_refused(office, so_far, wanted):
    number = simulation(office, machine(office))
    for status in so_far:
        turn(office, number, status)
    with pytest.raises(Conflict, match=f"can't become {wanted}"):
        turn(office, number, wanted)


def test_a_machine_is_busy_while_one_of_its_simulations_runs(office):
    where = machine(office)
    number = simulation(office, where)
    seen = [status_of(office, where)]
    for status in ("running", "finished"):
        turn(office, number, status)
        seen.append(status_of(office, where))
    assert seen == ["available", "busy", "available"]


def test_deleting_a_running_simulation_frees_its_machine(office):
    where = machine(office)
    number = simulation(office, where)
    turn(office, number, "running")
    office.perform(DeleteSimulation(simulation=number))
    assert status_of(office, where) == "available"


@pytest.mark.parametrize(("status", "reason"), [("busy", "which is busy"), ("maintenance", "which is in maintenance")])
def test_nothing_starts_on_a_machine_that_is_not_available(office, status, reason):
    number = simulation(office, machine(office, status=status))
    with pytest.raises(Conflict, match=reason):
        turn(office, number, "running")


def test_several_are_pending_on_one_machine_but_one_runs(office):
    where = machine(office)
    first, second = simulation(office, where), simulation(office, where)
    turn(office, second, "running")
    with pytest.raises(Conflict, match=f"busy with simulation {second}"):
        turn(office, first, "running")


def test_a_running_simulation_stays_on_its_machine(office):
    where, elsewhere = machine(office), machine(office)
    number = simulation(office, where)
    turn(office, number, "running")
    with pytest.raises(Conflict, match="only a pending one can be moved"):
        office.perform(ChangeSimulation(simulation=number, machine=elsewhere))
    assert office.perform(ChangeSimulation(simulation=number, machine=where)).machine == where


def test_a_machine_is_not_made_available_by_hand_while_a_simulation_runs_on_it(office):
    where = machine(office)
    turn(office, simulation(office, where), "running")
    with pytest.raises(Conflict, match="can't be made available while simulation 1 runs"):
        office.perform(SetMachineStatus(machine=where, status="available"))


def test_maintenance_lets_what_runs_end_and_nothing_else_start(office):
    where = machine(office)
    number = simulation(office, where)
    turn(office, number, "running")
    office.perform(SetMachineStatus(machine=where, status="maintenance"))
    turn(office, number, "finished")
    assert status_of(office, where) == "maintenance"


def test_a_simulation_without_a_machine_gets_a_free_one_at_once(office):
    simulation(office, machine(office))
    idle = machine(office)
    assert office.perform(CreateSimulation(name="s")).machine == idle


def test_who_has_waited_longest_gets_the_machine_that_becomes_free(office):
    where = machine(office)
    running = simulation(office, where)
    turn(office, running, "running")
    waiting = [simulation(office) for _ in range(3)]
    assert [machine_of(office, one) for one in waiting] == [None, None, None]
    turn(office, running, "finished")
    assert [machine_of(office, one) for one in waiting] == [where, None, None]
    turn(office, waiting[0], "running")
    office.perform(DeleteSimulation(simulation=waiting[0]))
    assert [machine_of(office, one) for one in waiting[1:]] == [where, None]


@pytest.mark.parametrize("way", ["registered", "made available", "given back by moving", "given back by deleting"])
def test_a_machine_can_become_free_in_more_than_one_way(office, way):
    if way == "registered":
        waiting = simulation(office)
        where = machine(office)
    elif way == "made available":
        where = machine(office, status="maintenance")
        waiting = simulation(office)
        office.perform(SetMachineStatus(machine=where, status="available"))
    else:
        where = machine(office)
        promised, waiting = simulation(office), simulation(office)
        assert machine_of(office, waiting) is None
        if way == "given back by moving":
            elsewhere = machine(office, status="maintenance")
            office.perform(ChangeSimulation(simulation=promised, machine=elsewhere))
        else:
            office.perform(DeleteSimulation(simulation=promised))
    assert machine_of(office, waiting) == where


def test_the_event_that_gives_a_machine_names_the_event_that_freed_it(office):
    where = machine(office)
    running = simulation(office, where)
    turn(office, running, "running")
    waiting = simulation(office)
    office.perform(ChangeSimulation(simulation=running, name="done", status="finished"))
    *_, renamed, finished, placed = office.log.read(0, 100)
    assert [e.type for e in (renamed, finished, placed)] == [
        "simulations.renamed.v1",
        "simulations.finished.v1",
        "simulations.placed.v1",
    ]
    assert (placed.stream, placed.cause) == (f"simulation-{waiting}", finished.position)


def test_a_waiting_simulation_does_not_run(office):
    with pytest.raises(Conflict, match="waits for a machine"):
        turn(office, simulation(office), "running")


def test_what_would_change_nothing_is_not_recorded(office):
    where = machine(office)
    number = simulation(office, where)
    head = office.log.head()
    office.perform(ChangeSimulation(simulation=number, name="s", status="pending", machine=where))
    office.perform(SetMachineStatus(machine=where, status="available"))
    assert office.log.head() == head


def test_unknown_machines_and_simulations_are_named(office):
    where = machine(office)
    office.perform(RemoveMachine(machine=where))
    for command in (
        CreateSimulation(name="s", machine=99),
        CreateSimulation(name="s", machine=where),
        SetMachineStatus(machine=where, status="busy"),
        RemoveMachine(machine=where),
    ):
        with pytest.raises(Unknown, match="There is no machine"):
            office.perform(command)
    for command in (
        ChangeSimulation(simulation=99),
        DeleteSimulation(simulation=99),
        RecordPoint(simulation=99, loss=0.5),
    ):
        with pytest.raises(Unknown, match="There is no simulation 99"):
            office.perform(command)


def test_a_machine_that_is_needed_is_not_removed(office):
    where = machine(office)
    number = simulation(office, where)
    for status in ("pending", "running"):
        turn(office, number, status)
        with pytest.raises(Conflict, match=f"while simulation {number} runs or is to run"):
            office.perform(RemoveMachine(machine=where))
    turn(office, number, "finished")
    office.perform(RemoveMachine(machine=where))
    assert machines.machines(connection(office)) == []
    assert catalogue.with_machine(connection(office), number)[1].id == where


@pytest.mark.parametrize("text", ["", "  ", "x" * 201, "a\nb"])
def test_names_are_short_and_printable(office, text):
    for command in (CreateSimulation(name=text), RegisterMachine(name=text, cpu="c", memory_gb=1)):
        with pytest.raises(BadInput, match="printable characters"):
            office.perform(command)


def test_numbers_are_never_given_out_again(office):
    first = simulation(office)
    office.perform(RecordPoint(simulation=first, loss=1.0))
    office.perform(DeleteSimulation(simulation=first))
    office.reopen(rebuild=True)
    second = simulation(office)
    assert second == first + 1
    assert office.perform(RecordPoint(simulation=second, loss=1.0)).point == 2


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf])
def test_a_loss_is_finite(office, loss):
    number = simulation(office)
    with pytest.raises(BadInput, match="a finite number is accepted"):
        office.perform(RecordPoint(simulation=number, loss=loss))


def test_equal_points_are_two_points_and_a_key_makes_them_one(office):
    number = simulation(office)
    point = RecordPoint(simulation=number, loss=0.5, at=7)
    assert [office.perform(point).point for _ in range(2)] == [1, 2]
    assert [office.perform(point, key="p").point for _ in range(2)] == [3, 3]


def test_points_without_a_time_get_ever_later_ones_even_when_the_clock_does_not(office):
    number = simulation(office)
    office.perform(RecordPoint(simulation=number, loss=0.5, at=2 * office.now))
    times = []
    for step in (0, 0, -5_000_000, 5_000_000):
        office.now += step
        times.append(office.perform(RecordPoint(simulation=number, loss=0.5)).at)
    assert times == [office.now + shift for shift in (0, 1, 2, 3)]


def test_points_stand_in_the_order_of_their_times(office):
    number, other = simulation(office), simulation(office)
    for at, loss in ((30, 0.1), (10, 0.3), (20, 0.2)):
        office.perform(RecordPoint(simulation=number, loss=loss, at=at))
        office.perform(RecordPoint(simulation=other, loss=9.9, at=at))
    whole, newest = points.course(connection(office), number).points, office.log.head().position
    assert [(p.at, p.loss) for p in whole] == [(10, 0.3), (20, 0.2), (30, 0.1)]
    for part, times in (
        ({"beyond": points.end_of(10)}, [20, 30]),
        ({"beyond": (10, whole[0].point - 1)}, [10, 20, 30]),
        ({"after": newest - 2}, [20]),
        ({"upto": newest - 2}, [10, 30]),
        ({"limit": 2}, [10, 20]),
    ):
        assert [p.at for p in points.course(connection(office), number, **part).points] == times


def test_points_go_with_their_simulation(office):
    number = simulation(office)
    office.perform(RecordPoint(simulation=number, loss=0.5))
    office.perform(DeleteSimulation(simulation=number))
    assert points.course(connection(office), number) is None
    assert office.tables("simulations")["points"] == []

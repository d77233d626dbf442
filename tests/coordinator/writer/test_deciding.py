"""Orders of one batch, each decided behind those before it; what is known of whom, and of pauses, has to be known."""

from coordinator.unavailable import Unavailable
from coordinator.writer import applying
from coordinator.writer.outcome import Outcome, Overtaking
from core.deciding import Unprepared
from core.factoring.commands.assignment import RequestWork
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.state.numbers import Wanted
from projections.runtime.checkpoint import STATE, Degraded
from tests.ledgers import KeyOffice, create

P, Q, R = 10**24 + 7, 10**25 + 13, 10**26 + 67


def submit(number):
    return SubmitComposite(text=str(number), ceiling_digits=1_000)


def test_an_order_waits_for_the_one_before_it_that_bears_its_key_and_for_no_other(office):
    orders = [
        office.order(submit(P * Q), key="once"),
        office.order(submit(P * Q), key="once"),
        office.order(submit(P * R), key="another"),
        office.order(submit(Q * R)),
        office.order(submit(P * Q * R)),
    ]
    assert [type(result) for result in office.perform_all(orders)] == [
        Unprepared,
        Overtaking,
        Unprepared,
        Unprepared,
        Unprepared,
    ]


def test_while_nobody_knows_what_is_paused_no_work_is_handed_out_and_numbers_are_taken(office):
    office.perform(submit(P * Q))
    office.committer.files["steering"].degraded[STATE] = Degraded(STATE, 3, "it can't be read")
    asks = RequestWork(work="w", wanted=Wanted(), lease_seconds=120, work_seconds=600)
    refused = office.result(asks)
    assert isinstance(refused, Unavailable)
    assert "steering takes no writes: its state stopped at event 3 (it can't be read)" in str(refused)
    assert isinstance(office.result(submit(P * R)), Outcome)


def test_a_file_that_nothing_concerns_is_written_now_and_then(tmp_path, monkeypatch):
    monkeypatch.setattr(applying, "_CHECKPOINT_EVERY", 4)
    office = KeyOffice(tmp_path)
    clients, access = (office.committer.files[name] for name in ("clients", "access"))
    apart = []
    for number in range(6):
        office.perform(create(f"key {number}"), client=None)
        apart.append(access.head.position - clients.head.position)
    office.close()
    assert apart == [1, 2, 3, 0, 1, 2]

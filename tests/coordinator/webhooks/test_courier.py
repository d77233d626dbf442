"""A courier and a real receiver: every event that is wanted, in order, until it is taken; bounded in time and size."""

import asyncio
import threading
import time

import pytest
from msgspec.structs import replace

from coordinator.webhooks.courier import Courier, Patience
from coordinator.webhooks.errands import Delivered, Destination, Failing, Gone
from coordinator.webhooks.guarding import Guard
from coordinator.webhooks.posting import Poster
from coordinator.webhooks.reading import Log
from coordinator.webhooks.signing import signature_headers
from core.factoring.commands.numbers import SubmitComposite
from core.notifications.commands import RaiseAlarm, Subscribe
from core.notifications.decide import MOST_LIVING
from core.tasks.commands import SubmitTask
from tests.office import Office
from tests.real.receivers import SPACE, fails_at_random
from tests.waiting import PATIENCE_SECONDS, until

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HERE = Guard((SPACE,), 1)
QUICK = Patience(waits=(0.0,), told_after=3, unsaid=4)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A log of tasks and numbers, some of a project, and events about deliveries among them."""
    office = Office(tmp_path_factory.mktemp("log"))
    for index in range(12):
        office.perform(SubmitTask(task=f"t{index}", operation="add", args=("1", "2"), node="n", most_waiting=99))
    office.perform(Subscribe(seal="s", sealed="x"), client=None)
    for number, project in ((10**20 + 39 * 3, "one"), (10**22 + 7, ""), (10**21 + 11, "one")):
        office.perform(SubmitComposite(text=str(number), ceiling_digits=99, project=project))
    office.perform(RaiseAlarm(alarm="disk_filling", subject="data", reason="r"), client=None)
    yield office
    office.close()


def positions(office, *types, beyond=0):
    rows = office.log.read(0, 10_000)
    return [row.position for row in rows if row.position > beyond and row.type.startswith(types)]


def deliver(office, receiver, ends=lambda: False, patience=QUICK, guard=HERE, **to):
    """Run a courier until it has nothing to do, or it ends by itself, or something is so; return what it found out."""
    usual = {"url": receiver.url, "secret": SECRET, "types": (), "project": "", "upto": 0, "failing_since": None}
    found = []

    async def story():
        log, poster = Log(office.directory), Poster(guard)
        courier = Courier(Destination(1, 0, **usual | to), log, "L", poster, found.append, patience)
        idle = asyncio.Event()

        async def grown(position, _):
            if log.end() <= position:
                idle.set()
                await asyncio.Event().wait()

        running = asyncio.create_task(courier.run(grown))
        waiting = asyncio.create_task(idle.wait())
        while not ends() and not running.done() and not waiting.done():
            await asyncio.wait({running, waiting}, timeout=0.02, return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        waiting.cancel()
        await asyncio.wait({running})
        await poster.close()
        log.close()
        assert running.cancelled() or running.exception() is None

    asyncio.run(story())
    return found


def test_everything_is_delivered_once_in_order_and_nothing_about_deliveries(office, receiver):
    found = deliver(office, receiver)
    wanted = positions(office, "log", "clients", "tasks", "factoring", "notifications.alarm")
    assert receiver.positions == wanted
    assert sum(one.deliveries for one in found) == len(wanted)
    assert max(one.deliveries for one in found) <= QUICK.unsaid
    assert all(isinstance(one, Delivered) for one in found)
    assert found[-1].upto == office.log.head().position
    one = receiver.taken[3]
    sent = {name.lower(): value for name, value in one["headers"].items()}
    message, seconds = f"msg_L_1_{one['data']['position']}", int(sent["webhook-timestamp"])
    assert signature_headers([SECRET], message, seconds, one["raw"]).items() <= sent.items()
    assert one["type"] == one["data"]["type"]
    assert sent["content-type"] == "application/json"


def test_only_what_is_wanted_after_the_subscription_is_delivered(office, receiver):
    begin = positions(office, "notifications.subscribed")[0]
    deliver(office, receiver, types=("factoring.composite_submitted", "tasks"), upto=begin)
    assert receiver.positions == positions(office, "factoring.composite_submitted", beyond=begin)


def test_of_a_project_what_is_about_its_numbers_is_delivered(office, receiver):
    deliver(office, receiver, project="one")
    rows = {row.position: row for row in office.log.read(0, 10_000)}
    streams = {rows[position].stream for position in receiver.positions}
    assert "project-1" in streams
    assert "composite-1" in streams
    assert "composite-2" not in streams


def test_while_projects_can_not_be_read_what_is_of_a_project_waits(office, receiver):
    path = office.directory / "projections" / "factoring.db"
    hidden = path.with_suffix(".away")
    path.rename(hidden)
    began = time.monotonic()
    try:
        deliver(office, receiver, project="one", ends=lambda: time.monotonic() - began > 0.3)
    finally:
        hidden.rename(path)
    assert receiver.attempts == []


def test_nobody_waits_for_receivers_that_never_answer(receiver):
    async def story():
        poster = Poster(HERE)
        full = asyncio.Event()
        connected = []

        async def keep(*stream):
            connected.append(stream)
            if len(connected) == MOST_LIVING - 1:
                full.set()

        silent = await asyncio.start_server(keep, "127.0.0.1", 0)
        url = "http://{}:{}/".format(*silent.sockets[0].getsockname())
        others = [asyncio.create_task(poster.post(url, {}, b"")) for _ in range(MOST_LIVING - 1)]
        async with asyncio.timeout(10):
            await full.wait()
            await poster.post(receiver.url, {"content-length": "2"}, b"{}")
        for other in others:
            other.cancel()
        await asyncio.wait(others)
        await poster.close()
        for _, writer in connected:
            writer.close()
        silent.close()

    asyncio.run(story())
    assert len(receiver.attempts) == 1


def test_a_receiver_that_fails_at_random_gets_all_in_order(office, receiver):
    receiver.answer = fails_at_random(1, 0.5)
    deliver(office, receiver)
    assert receiver.positions == positions(office, "log", "clients", "tasks", "factoring", "notifications.alarm")
    assert len(receiver.attempts) > len(receiver.taken)
    assert len({one["headers"]["webhook-id"] for one in receiver.attempts}) == len(receiver.taken)


def test_it_is_said_once_that_an_event_is_turned_down_and_again_when_it_is_given_up(office, receiver):
    receiver.answer = lambda attempt: (204, {}) if attempt["type"].startswith("log") else (500, {})
    second = positions(office, "clients", "tasks")[0]
    found = deliver(office, receiver, ends=lambda: len(receiver.attempts) > 8)
    assert [type(one) for one in found] == [Delivered, Failing]
    assert found[1] == Failing(1, 0, second, "It answered 500.", given_up=False)
    found = deliver(office, receiver, upto=1, patience=replace(QUICK, given_up_after=0))
    assert found == [Failing(1, 0, second, "It answered 500.", given_up=True)]
    assert {one["data"]["position"] for one in receiver.attempts} == {1, second}


def test_days_of_failing_before_a_start_count_but_a_few_attempts_are_made_all_the_same(office, receiver):
    receiver.answer = lambda _: (500, {})
    found = deliver(office, receiver, failing_since=int((time.time() - 10 * 86_400) * 1e6))
    assert [one.given_up for one in found] == [True]
    assert len(receiver.attempts) == QUICK.told_after


def test_days_of_failing_count_no_more_once_an_event_was_taken(office, receiver):
    receiver.answer = lambda attempt: (204, {}) if attempt["data"]["position"] < 3 else (500, {})
    found = deliver(office, receiver, ends=lambda: len(receiver.attempts) > 8, failing_since=1)
    assert [one.given_up for one in found if isinstance(one, Failing)] == [False]


def test_that_failing_is_over_is_said_at_once_and_the_rest_together(office, receiver):
    found = deliver(office, receiver, failing_since=1, patience=replace(QUICK, unsaid=1_000))
    assert [(type(one), one.deliveries) for one in found] == [(Delivered, 1), (Delivered, len(receiver.taken) - 1)]


def test_how_far_deliveries_have_come_is_said_in_time_though_nothing_more_comes(office, receiver):
    found, said = [], None
    patience = replace(QUICK, unsaid=1_000, unsaid_seconds=0.01)

    async def story():
        log, poster = Log(office.directory), Poster(HERE)
        to = Destination(1, 0, receiver.url, SECRET, (), "", upto=0, failing_since=None)
        running = asyncio.create_task(Courier(to, log, "L", poster, found.append, patience).run(grown))
        await asyncio.wait({running})
        await poster.close()
        log.close()

    async def grown(position, seconds):
        nonlocal said
        if position == office.log.head().position and seconds is None:  # it has nothing more to say
            said = found[-1].upto
            raise asyncio.CancelledError
        await asyncio.sleep(seconds or 0)

    asyncio.run(story())
    assert said == office.log.head().position


def test_how_far_was_looked_is_said_also_where_nothing_was_to_be_delivered(office, receiver):
    said = deliver(office, receiver, types=("counting",), patience=replace(QUICK, unsaid_events=5))
    assert (said, receiver.positions) == ([Delivered(1, 0, office.log.head().position, 0)], [])
    assert deliver(office, receiver, types=("counting",), patience=replace(QUICK, unsaid_events=1_000)) == []


def test_a_secret_that_was_renewed_signs_until_its_time():
    to = Destination(1, 0, "url", "new", (), "", upto=0, failing_since=None, former="old", former_until=100)
    assert to.secrets(99.9) == ("new", "old")
    assert to.secrets(100) == ("new",)


def test_between_attempts_it_is_waited_longer_and_longer(office, receiver):
    came = []

    def answer(_):
        came.append(time.monotonic())
        return 500, {}

    receiver.answer = answer
    patience = replace(QUICK, waits=(0.0, 3_600.0))
    deliver(office, receiver, ends=lambda: len(came) > 1 and time.monotonic() - came[1] > 0.3, patience=patience)
    assert len(came) == 2


def test_a_receiver_that_answers_410_is_left_alone(office, receiver):
    receiver.answer = lambda attempt: (204, {}) if attempt["data"]["position"] < 3 else (410, {})
    assert [type(one) for one in deliver(office, receiver)] == [Delivered, Gone]
    assert len(receiver.attempts) == 3


@pytest.mark.parametrize("status", [300, 301, 302, 307])
def test_no_redirect_is_followed(office, receiver, status):
    receiver.answer = lambda _: (status, {"location": "/elsewhere"})
    found = deliver(office, receiver, ends=lambda: len(receiver.attempts) > 3)
    assert {one["path"] for one in receiver.attempts} == {"/hook"}
    assert found[0].reason == f"It answered {status}."


def test_a_receiver_says_for_how_long_it_is_left_alone(office, receiver):
    receiver.answer = lambda _: (429, {"retry-after": "3600"})
    began = time.monotonic()
    deliver(office, receiver, ends=lambda: time.monotonic() - began > 0.3)
    assert len(receiver.attempts) == 1


@pytest.mark.parametrize("status", [204, 500])
def test_whoever_leaves_hears_first_of_what_is_being_sent(office, receiver, status):
    to_answer = threading.Event()
    receiver.answer = lambda _: (to_answer.wait(PATIENCE_SECONDS) and status, {})
    found = []

    async def story():
        log, poster = Log(office.directory), Poster(HERE)
        to = Destination(1, 0, receiver.url, SECRET, (), "", 0, None)
        courier = Courier(to, log, "L", poster, found.append, Patience(waits=(3_600.0,)))
        running = asyncio.create_task(courier.run(lambda *_: asyncio.Event().wait()))
        await asyncio.to_thread(until, lambda: receiver.attempts)
        courier.leave()
        assert not running.done()
        to_answer.set()
        await asyncio.wait_for(running, PATIENCE_SECONDS)
        await poster.close()
        log.close()
        return courier.upto

    upto = asyncio.run(story())
    assert len(receiver.attempts) == 1
    assert upto == (receiver.positions[0] if status == 204 else 0)
    assert found == ([Delivered(1, 0, upto, 1)] if status == 204 else [])


def test_whoever_waits_to_try_again_leaves_at_once(office, receiver):
    receiver.answer = lambda _: (500, {})

    async def story():
        log, poster = Log(office.directory), Poster(HERE)
        to = Destination(1, 0, receiver.url, SECRET, (), "", 0, None)
        found = asyncio.Event()
        patience = Patience(waits=(3_600.0,), told_after=1)
        courier = Courier(to, log, "L", poster, lambda _: found.set(), patience)
        running = asyncio.create_task(courier.run(lambda *_: asyncio.Event().wait()))
        await found.wait()
        courier.leave()
        await asyncio.wait({running}, timeout=PATIENCE_SECONDS)
        await poster.close()
        log.close()
        return running.cancelled()

    assert asyncio.run(story())
    assert len(receiver.attempts) == 1

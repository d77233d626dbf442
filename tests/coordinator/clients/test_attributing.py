"""Users made of the labels of keys from before there were any: at the first start, once."""

import asyncio
import uuid
from contextlib import closing

import pytest

import core.considering
from coordinator import opening
from coordinator.auditing.verify import verify
from coordinator.clients.names import user_names
from coordinator.founding import open_log
from coordinator.http.admission.keyring import hash_of
from coordinator.opening import opened
from coordinator.time.wallclock import now
from core.access.commands import CreateKey
from core.access.events import KeyCreatedBefore
from core.deciding import Order
from core.events.chain import stamp
from core.events.envelope import Envelope, NewEvent
from core.refusals import Forbidden
from core.tasks.commands import SubmitTask
from projections.access.state import keys
from projections.access.users import belongings
from projections.clients.state import number_named

LABELS = ("alice", "bob", "alice", "", "alice\n")
USED = (
    *(("key-1", "box"), ("key-3", "box"), ("key-2", "desk"), ("key-1", "farm"), ("key-2", "farm")),
    *(("shared-key", "farm"), ("key-4", "lone"), (None, "passer-by"), ("operator", "moved in"), ("key-5", "odd")),
)


def on_a_node(directory, story):
    async def run():
        async with opened(directory) as node:
            return await story(node)

    return asyncio.run(run())


async def works(node, actor, name):
    """Hand in a task under a name."""
    task = SubmitTask(task=str(uuid.uuid4()), operation="add", args=("1", "2"), node="here", most_waiting=99)
    claim = await node.introductions.claim(name)
    order = Order(command=task, now=now(), correlation=str(uuid.uuid4()), actor=actor, client=claim, route="test")
    return await node.perform(order)


@pytest.fixture
def directory(tmp_path, monkeypatch):
    """A data directory as a version before users left it: keys with labels, and names that they used."""
    with closing(open_log(tmp_path, now())) as log:
        for number, label in enumerate(LABELS, 1):
            key = KeyCreatedBefore(key=number, hash=hash_of(f"key {number}"), roles=("submit",), label=label)
            envelope = Envelope(now(), None, "operator", f"operator/{number}#", f"made {number}")
            log.append(stamp([NewEvent(f"key-{number}", key)], envelope, log.head(), log.version), log.head())

    async def before(node):
        for actor, name in USED:
            await works(node, actor, name)

    with monkeypatch.context() as as_before:
        as_before.setattr(core.considering, "take_name", lambda *_: ())
        as_before.setattr(opening, "attribute_keys", lambda *_: None)
        on_a_node(tmp_path, before)
    return tmp_path


async def standing(node):
    """Return the users of each key and of each name, as they are called."""
    called = await user_names(node.readers["clients"])
    holders = (await node.readers["access"].query(belongings)).holders
    numbers = {name: await node.readers["clients"].query(number_named, name) for _, name in USED}
    return (
        {key.id: called.get(key.user, key.user) for key in await node.readers["access"].query(keys)},
        {
            name: {called.get(user, user) for user in holders[number]}
            for name, number in numbers.items()
            if number in holders
        },
        node.log.head(),
    )


def test_labels_become_users_and_names_that_several_used_stay_shared(directory):
    of_keys, of_names, _ = on_a_node(directory, standing)
    assert of_keys == {1: "alice", 2: "bob", 3: "alice", 4: "user-3", 5: "user-4"}
    assert of_names == {
        "box": {"alice"},
        "desk": {"bob"},
        "farm": {"alice", "bob", "shared-key"},
        "lone": {"user-3"},
        "odd": {"user-4"},
    }
    assert verify(directory).holds


def test_it_is_done_once(directory):
    assert on_a_node(directory, standing) == on_a_node(directory, standing)


def test_names_are_taken_from_whom_they_belong_to_from_then_on(directory):
    async def story(node):
        for actor, name in USED:
            await works(node, actor, name)
        await works(node, "key-2", "moved in")
        for actor, name in (("key-2", "box"), (None, "desk"), ("key-4", "farm"), ("shared-key", "lone")):
            with pytest.raises(Forbidden, match=f"{name!r} belongs to"):
                await works(node, actor, name)

    on_a_node(directory, story)


def test_a_key_with_a_label_of_before_is_that_users(directory):
    async def story(node):
        command = CreateKey(hash=hash_of("new"), roles=("submit",), user="user-1")
        await node.perform(Order(command=command, now=now(), correlation="r", actor="operator"))
        await works(node, "key-6", "box")

    on_a_node(directory, story)

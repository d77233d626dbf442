import contextlib

import pytest

from coordinator.pen import names
from coordinator.pen.names import SharedNames, answer
from coordinator.sealing import SealingKeys
from core.clients.events import ClientForgotten, ClientNamed
from core.events.envelope import NewEvent
from tests.ledgers import following, opening
from tests.memory_log import MemoryEventLog

NOBODY = {"two": "127.0.0.1:9"}


@pytest.fixture
def sealing(tmp_path):
    with contextlib.closing(SealingKeys(tmp_path / "here.db")) as keys:
        yield keys


@pytest.fixture
def elsewhere(tmp_path):
    with contextlib.closing(SealingKeys(tmp_path / "elsewhere.db")) as keys:
        yield keys


def handed(to):
    """Have what is asked answered by other keys, in this process."""

    def answers(_self, method, body):
        yield None  # a node that does not answer
        yield names.msgspec.msgpack.decode(answer(to, method, names.msgspec.msgpack.encode(body)))

    return answers


def test_a_new_name_can_be_read_at_another_node_before_anybody_hears_of_it(sealing, elsewhere, monkeypatch):
    monkeypatch.setattr(SharedNames, "_answers", handed(elsewhere))
    sealing.copied = SharedNames(sealing, NOBODY, None).copy
    claim = sealing.seal("ada")
    assert elsewhere.unseal(claim.seal, claim.sealed) == "ada"


def test_where_no_other_node_is_there_a_name_is_kept_here(sealing):
    sealing.copied = SharedNames(sealing, NOBODY, names.ssl.create_default_context()).copy
    claim = sealing.seal("ada")
    assert sealing.unseal(claim.seal, claim.sealed) == "ada"


def log_of(*facts):
    """Return a log of facts about clients, in memory, each of a command of its own."""
    log = MemoryEventLog()
    log.append(following(log, opening()), log.head())
    for fact in facts:
        log.append(following(log, NewEvent(f"client-{fact.client}", fact)), log.head())
    return log


@pytest.mark.parametrize("at_once", [1, 10_000])
def test_keys_that_are_lacking_are_asked_for_and_those_that_are_destroyed_stay_so(
    sealing, elsewhere, monkeypatch, at_once
):
    ada, bob = elsewhere.seal("ada"), elsewhere.seal("bob")
    elsewhere.destroy([bob.seal])
    monkeypatch.setattr(SharedNames, "_answers", handed(elsewhere))
    monkeypatch.setattr(names, "_AT_ONCE", at_once)
    log = log_of(ClientNamed(1, ada.seal, ada.sealed), ClientNamed(2, bob.seal, bob.sealed))
    SharedNames(sealing, NOBODY, None).learn(log, 0)
    assert sealing.unseal(ada.seal, ada.sealed) == "ada"
    assert sealing.unseal(bob.seal, bob.sealed) is None


def test_no_node_is_asked_for_more_than_is_lacking(sealing, elsewhere, monkeypatch):
    ada, bob, eve = (elsewhere.seal(name) for name in ("ada", "bob", "eve"))
    sealing.keep(elsewhere.of([bob.seal]))
    asked = []

    def answers(_self, _method, lacking):
        asked.append(list(lacking))
        yield elsewhere.of(lacking)
        asked.append("of another node, too")
        yield {}

    monkeypatch.setattr(SharedNames, "_answers", answers)
    shared = SharedNames(sealing, NOBODY, None)
    log = log_of(*(ClientNamed(number, one.seal, one.sealed) for number, one in enumerate((ada, bob), 1)))
    shared.learn(log, 0)
    shared.learn(log, 0)
    assert asked == [[ada.seal]]
    shared.learn(log_of(ClientForgotten(3, eve.seal)), 0)
    assert asked == [[ada.seal]], "what is forgotten stays so"


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_what_can_not_be_read_is_not_answered(sealing, method):
    assert answer(sealing, method, b"nonsense") is None

import contextlib

import pytest

from coordinator.pen import names
from coordinator.pen.names import SharedNames, answer, seals_in
from coordinator.sealing import SealingKeys
from tests.ledgers import keys_in
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


def test_keys_that_are_lacking_are_asked_for_and_those_that_are_destroyed_stay_so(sealing, elsewhere, monkeypatch):
    ada, bob = elsewhere.seal("ada"), elsewhere.seal("bob")
    elsewhere.destroy([bob.seal])
    log = MemoryEventLog()
    keys_in(log, 2)
    rows = [
        names.msgspec.structs.replace(row, data=f'{{"seal":"{one.seal}","sealed":"{one.sealed}"}}'.encode())
        for row, one in zip(log.read(0, 2), (ada, bob), strict=True)
    ]
    assert seals_in(rows) == {ada.seal, bob.seal}
    monkeypatch.setattr(SharedNames, "_answers", handed(elsewhere))
    monkeypatch.setattr(log, "read", lambda after, _limit: [row for row in rows if row.position > after])
    SharedNames(sealing, NOBODY, None).learn(log, 0)
    assert sealing.unseal(ada.seal, ada.sealed) == "ada"
    assert sealing.unseal(bob.seal, bob.sealed) is None


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_what_can_not_be_read_is_not_answered(sealing, method):
    assert answer(sealing, method, b"nonsense") is None

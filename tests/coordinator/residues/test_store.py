"""Where residue files stand: nothing of an upload is left but what was kept, and none is longer than accepted."""

import asyncio
import hashlib

import pytest

from coordinator.residues import store as stores
from coordinator.residues.store import ResidueStore
from core.refusals import BadInput, TooLarge


async def pieces(*contents):
    for content in contents:
        yield content


def arrive(store, *contents):
    """Upload a file in pieces, and keep it; return its name."""

    async def arrive():
        async with store.arriving(pieces(*contents)) as arrived:
            store.keep(arrived.path, arrived.sha256)
            return arrived.sha256

    return asyncio.run(arrive())


def test_a_file_is_kept_under_what_it_holds_until_it_is_removed(tmp_path):
    store = ResidueStore(tmp_path)
    name = arrive(store, b"on", b"e")
    assert name == hashlib.sha256(b"one").hexdigest()
    assert store.path(name).read_bytes() == b"one"
    assert ResidueStore(tmp_path).contents() == {name}
    assert (store.discard(name), store.discard(name)) == (True, False)
    assert store.contents() == set()


def test_what_an_upload_left_that_a_stop_interrupted_is_gone_at_the_next_start(tmp_path):
    store = ResidueStore(tmp_path)
    name = arrive(store, b"one")
    store.passing().write_bytes(b"half")
    assert store.contents() == {name}
    ResidueStore(tmp_path)
    assert [path.name for path in store.directory.iterdir()] == [name]


def test_a_file_may_be_as_long_as_accepted_and_no_longer_nor_empty(tmp_path, monkeypatch):
    monkeypatch.setattr(stores, "MAX_BYTES", 10)
    store = ResidueStore(tmp_path)
    name = arrive(store, b"five ", b"bytes")
    for contents, refusal in (((b"five ", b"bytes", b"!"), TooLarge), ((), BadInput)):
        with pytest.raises(refusal):
            arrive(store, *contents)
    assert [path.name for path in store.directory.iterdir()] == [name]

"""The coordinator's own keys: made where there was none, never replaced silently where one is lost."""

import asyncio
import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from coordinator.auditing.importing import import_log
from coordinator.auditing.verify import verify
from coordinator.backups.taking import back_up
from coordinator.heads.signing import KeyUnreadable
from coordinator.log.lock import DirectoryInUse, locked
from coordinator.opening import opened
from coordinator.ownkeys import DRAWS_FILE, fresh_seed, kept_admin_key, kept_seed, replace
from coordinator.sealing import KeysDamaged, SealingKeys
from core.deciding import Order
from tests.golden.golden import HERE
from tests.ledgers import START, create


@pytest.fixture
def directory(tmp_path):
    """A data directory with a name that is sealed, and a head that is signed."""
    directory = tmp_path / "data"

    async def story(node):
        claim = await node.introductions.claim("alice")
        order = Order(command=create("a"), now=START, correlation="r", actor="operator", key="a", client=claim)
        await node.perform(order)

    on_a_node(directory, story)
    return directory


def on_a_node(directory, story):
    async def run():
        async with opened(directory) as node:
            return await story(node)

    return asyncio.run(run())


async def names(node):
    return await node.readers["clients"].query(lambda c: [n for (n,) in c.execute("SELECT name FROM clients")])


def remove(path):
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def empty(path):
    remove(path)
    path.touch()


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_an_admin_key_that_is_none_opens_nothing(tmp_path, content):
    (tmp_path / "admin.key").write_bytes(content)
    with pytest.raises(KeyUnreadable, match=r"admin\.key is empty, or holds no key; put the key back"):
        kept_admin_key(tmp_path)
    assert (tmp_path / "admin.key").read_bytes() == content
    assert replace(tmp_path, "admin") is not None
    assert len(kept_admin_key(tmp_path)) > 40


def test_of_keys_that_are_replaced_within_one_second_each_is_kept(tmp_path):
    keys = [kept_admin_key(tmp_path)]
    kept = []
    for _ in range(3):
        kept.append(replace(tmp_path, "admin"))
        keys.append(kept_admin_key(tmp_path))
    assert [old.read_text().strip() for old in kept] == keys[:-1]


def test_an_admin_key_is_made_whole_and_for_its_owner(tmp_path):
    (tmp_path / "admin.key.0123abcd.part").write_bytes(b"half")  # somebody was killed who had begun it
    key = kept_admin_key(tmp_path)
    assert kept_admin_key(tmp_path) == key
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [("admin.key", 0o600)]


@pytest.mark.parametrize("lose", [remove, empty])
def test_keys_of_names_that_are_lost_are_not_replaced_silently(directory, lose):
    lose(directory / "client-keys.db")
    for _ in range(2):
        with pytest.raises(KeyUnreadable, match=r"client-keys\.db is missing, or empty, and the log has names"):
            on_a_node(directory, names)
    replace(directory, "names")
    assert on_a_node(directory, names) == [None]
    assert verify(directory).holds


def test_keys_of_names_that_are_damaged_are_named_by_whoever_reads_them(directory, tmp_path):
    path = directory / "client-keys.db"
    path.write_bytes(b"SQLote" + path.read_bytes()[6:])
    for use in (lambda: on_a_node(directory, names), lambda: verify(directory), lambda: SealingKeys(path)):
        with pytest.raises(
            KeysDamaged, match=r"client-keys\.db can't be read as the keys .*; put it back, a backup has it"
        ):
            use()
    with pytest.raises(OSError, match=r"client-keys\.db can't be copied: file is not a database"):
        back_up(directory, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
    replace(directory, "names")
    assert on_a_node(directory, names) == [None]


def test_a_backup_without_keys_that_its_log_needs_says_so(directory, tmp_path):
    assert back_up(directory, tmp_path / "whole").at_fault == ()
    empty(directory / "client-keys.db")
    assert back_up(directory, tmp_path / "emptied").at_fault == ("client-keys.db",)
    remove(directory / "client-keys.db")
    remove(directory / "signing.key")
    assert back_up(directory, tmp_path / "without").at_fault == ("client-keys.db", "signing.key")


def test_a_signing_key_that_is_lost_is_not_replaced_silently(directory):
    remove(directory / "signing.key")
    for _ in range(2):
        with pytest.raises(KeyUnreadable, match=r"signing\.key is missing, and heads were signed with it"):
            on_a_node(directory, names)
    assert not (directory / "signing.key").exists()
    assert replace(directory, "signing") is None
    assert on_a_node(directory, names) == ["alice"]


def test_keys_of_another_log_are_told_of_at_the_start_and_can_be_replaced_on_purpose(directory, tmp_path):
    other = tmp_path / "other"
    on_a_node(other, _somebody)
    for name, words in ("signing.key", "another key"), ("client-keys.db", "the keys of names in another log than"):
        kept = (directory / name).read_bytes()
        shutil.copy(other / name, directory / name)
        for _ in range(2):
            with pytest.raises(KeyUnreadable, match=rf"{name}.* {words}.*keys replace"):
                on_a_node(directory, names)
        (directory / name).write_bytes(kept)
        assert on_a_node(directory, names) == ["alice"]
    for name, which in ("signing.key", "signing"), ("client-keys.db", "names"):
        shutil.copy(other / name, directory / name)
        replace(directory, which)
        replace(directory, which)  # twice, before anything was signed
        on_a_node(directory, names)
    assert on_a_node(directory, names) == [None]


def test_keys_that_an_earlier_version_kept_are_known_for_others_by_what_they_sealed(directory, tmp_path):
    on_a_node(tmp_path / "other", _somebody)
    for place in (directory, tmp_path / "other"):
        with closing(sqlite3.connect(place / "client-keys.db")) as keys:
            keys.execute("DROP TABLE sealed_in")
    assert on_a_node(directory, names) == ["alice"]
    shutil.copy(tmp_path / "other" / "client-keys.db", directory / "client-keys.db")
    with pytest.raises(KeyUnreadable, match="another log"):
        on_a_node(directory, names)


async def _somebody(node):
    claim = await node.introductions.claim("bob")
    await node.perform(Order(command=create("a"), now=START, correlation="r", actor="operator", key="a", client=claim))


def test_what_is_replaced_is_kept_under_another_name(directory):
    before = (directory / "signing.key").read_bytes()
    old = replace(directory, "signing")
    assert old.read_bytes() == before != (directory / "signing.key").read_bytes()
    with locked(directory), pytest.raises(DirectoryInUse):
        replace(directory, "signing")


def test_a_log_that_is_imported_goes_on_without_keys_and_has_none_to_export(tmp_path):
    with (HERE / "log.ndjson").open("rb") as source:
        import_log(source, tmp_path / "copy")
    assert SealingKeys.are_in(tmp_path / "copy" / "client-keys.db")
    assert not SealingKeys.are_any_in(tmp_path / "copy" / "client-keys.db")
    assert on_a_node(tmp_path / "copy", names)


def test_of_several_who_find_no_seed_one_makes_it_and_all_draw_with_that(tmp_path):
    many = 16
    together = threading.Barrier(many)

    def ask(directory):
        together.wait()
        return kept_seed(directory)

    with ThreadPoolExecutor(many) as pool:
        for round_ in range(20):
            directory = tmp_path / str(round_)
            directory.mkdir()
            (directory / "draws.new").touch(0o600)  # somebody was killed who had begun it
            (directory / "draws.new").write_text("longer than a seed, " * 9)
            (seed,) = set(pool.map(ask, [directory] * many))
            assert [file.name for file in directory.iterdir()] == [DRAWS_FILE]
            assert (directory / DRAWS_FILE).read_text() == f"{seed.hex()}\n"
            assert (directory / DRAWS_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damaged", [True, False])
def test_of_several_who_find_a_seed_damaged_or_used_up_one_replaces_it_and_all_draw_with_that(tmp_path, damaged):
    many, old = 16, bytes(32)
    together = threading.Barrier(many)

    def ask(directory):
        together.wait()
        return kept_seed(directory) if damaged else fresh_seed(directory, old)

    with ThreadPoolExecutor(many) as pool:
        for round_ in range(20):
            directory = tmp_path / str(round_)
            directory.mkdir()
            kept = "no seed" if damaged else old.hex()
            (directory / DRAWS_FILE).write_text(kept)
            (seed,) = set(pool.map(ask, [directory] * many))
            assert (directory / DRAWS_FILE).read_text() == f"{seed.hex()}\n"
            assert seed != old
            (aside,) = (file for file in directory.iterdir() if file.name != DRAWS_FILE)
            assert aside.read_text() == kept

"""When heads are signed, and that no log is taken for another."""

from contextlib import closing

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from coordinator.heads.book import FILE, HeadBook, line_of
from coordinator.heads.notary import INTERVAL, Notary
from coordinator.heads.signing import SigningKey, is_signed
from coordinator.log.sqlite import NotALog, SqliteEventLog
from core.events.envelope import NewEvent
from core.events.heads import check_consistency, check_inclusion
from core.log.events import LogOpened
from core.refusals import BadInput, Busy, Unknown
from core.timestamps import SECOND
from tests.ledgers import START, data_directory, following, key_created, spoil

EVENTS = 10
LATER = START + INTERVAL


def record(directory, count=1):
    """Have the log grow."""
    with closing(SqliteEventLog(directory / "log.db")) as log:
        for number in range(count):
            log.append(following(log, key_created(100 + log.head().position + number)), log.head())


def positions(notary):
    return [head.position for head in notary.heads(0, 100)]


def test_a_head_says_where_the_log_ends(notary, directory):
    head = notary.sign(START)
    with closing(SqliteEventLog(directory / "log.db", read_only=True)) as log:
        assert (head.position, head.hash) == (EVENTS, log.head().hash.hex())
    assert head.signed_at == "2026-09-21T14:13:20.000000Z"
    assert head.key == notary.key.public
    assert is_signed(head)


def test_a_head_is_signed_at_intervals_and_only_when_the_log_has_grown(notary, directory):
    notary.tend(START)
    assert positions(notary) == [EVENTS]
    record(directory)
    notary.tend(LATER - 1)
    assert positions(notary) == [EVENTS]
    notary.tend(LATER)
    notary.tend(LATER + SECOND)
    notary.tend(LATER + 1_000 * SECOND)
    assert positions(notary) == [EVENTS, EVENTS + 1]


def test_who_may_have_signed_since_is_the_key_of_then_and_that_of_now(notary, directory):
    before = notary.sign(START).key
    record(directory)
    notary.key = SigningKey(Ed25519PrivateKey.generate())
    notary.sign(LATER)
    assert notary.keys_since(EVENTS - 1) == notary.keys_since(EVENTS) == {before, notary.key.public}
    assert notary.keys_since(EVENTS + 1) == notary.keys_since(EVENTS + 2) == {notary.key.public}


def test_a_clock_that_was_set_back_keeps_no_head_from_being_signed(notary, directory):
    notary.sign(LATER)
    record(directory)
    notary.tend(START)
    assert positions(notary) == [EVENTS, EVENTS + 1]


def test_while_the_tree_of_a_long_log_is_built_nobody_waits_for_it(directory, monkeypatch):
    Notary(directory).close(START)
    record(directory)
    (directory / "projections" / "merkle.tree").unlink()
    monkeypatch.setattr("coordinator.heads.notary._STEP", 4)
    notary = Notary(directory)
    (head,) = notary.heads(0, 10)
    for ask in (
        lambda: notary.sign(LATER),
        lambda: notary.covering(EVENTS + 1, LATER),
        lambda: notary.prove_inclusion(1, head),
        lambda: notary.prove_consistency(head, head),
    ):
        with pytest.raises(Busy, match=r"0 of 1[01] events so far; try again later"):
            ask()
    assert [notary.tend(LATER) for _ in range(3)] == [False, False, True]
    assert positions(notary) == [EVENTS, EVENTS + 1]
    assert notary.prove_inclusion(1, head).head == EVENTS
    notary.close(LATER)


def test_a_stop_does_not_wait_for_the_tree_of_a_long_log(directory, monkeypatch):
    monkeypatch.setattr("coordinator.heads.notary._STEP", 4)
    Notary(directory).close(START)
    assert (directory / FILE).read_bytes() == b""


def test_the_last_head_is_signed_at_an_orderly_stop(directory):
    Notary(directory).close(START)
    with closing(HeadBook(directory / FILE, read_only=True)) as book:
        assert book.newest().position == EVENTS
    Notary(directory).close(LATER)
    assert len((directory / FILE).read_bytes().splitlines()) == 1


def test_a_head_is_signed_for_whoever_asks_about_newer_events(notary, directory):
    assert notary.newest(START).position == EVENTS
    record(directory, 3)
    assert notary.newest(START).position == EVENTS
    assert notary.covering(EVENTS, START).position == EVENTS
    assert notary.covering(EVENTS + 1, START).position == EVENTS + 3
    with pytest.raises(Unknown, match=rf"There is no event {EVENTS + 4}; the log ends at {EVENTS + 3}\."):
        notary.covering(EVENTS + 4, START)
    assert positions(notary) == [EVENTS, EVENTS + 3]


def test_every_event_is_proved_under_every_later_head(notary, directory):
    heads = [notary.sign(START)]
    for count in (1, 2, 9):
        record(directory, count)
        heads.append(notary.sign(START))
    with closing(SqliteEventLog(directory / "log.db", read_only=True)) as log:
        events = log.read(0, 100)
    for head in heads:
        for event in events[: head.position]:
            check_inclusion(event, notary.prove_inclusion(event.position, head), head)
        for earlier in heads[: heads.index(head) + 1]:
            check_consistency(earlier, notary.prove_consistency(earlier, head), head)


def test_no_event_is_proved_under_an_earlier_head_and_no_head_from_a_later_one(notary, directory):
    first = notary.sign(START)
    record(directory)
    second = notary.sign(START)
    with pytest.raises(BadInput, match=f"Event 11 was recorded after the head at {EVENTS}; a later head is needed"):
        notary.prove_inclusion(EVENTS + 1, first)
    with pytest.raises(BadInput, match="the earlier comes first"):
        notary.prove_consistency(second, first)


def test_a_position_at_which_no_head_was_signed_is_told_with_the_next(notary):
    notary.sign(START)
    assert notary.head_at(EVENTS).position == EVENTS
    with pytest.raises(Unknown, match=f"No head was signed at 4, the next one after it is at {EVENTS};"):
        notary.head_at(4)
    with pytest.raises(Unknown, match=r"No head was signed at 99, nor later;"):
        notary.head_at(99)


@pytest.mark.parametrize("spoilt", ["missing", "empty", "zeros", "cut short", "of another log", "one bit"])
def test_a_tree_that_is_not_the_one_of_the_log_is_built_anew(directory, tmp_path, spoilt):
    Notary(directory).close(START)
    tree = directory / "projections" / "merkle.tree"
    whole = tree.read_bytes()
    if spoilt == "missing":
        tree.unlink()
    elif spoilt == "of another log":
        other = data_directory(tmp_path / "other", 12)
        Notary(other).close(START)
        tree.write_bytes((other / "projections" / "merkle.tree").read_bytes())
    else:
        bit = bytes([whole[40] ^ 4])
        tree.write_bytes(
            {
                "empty": b"",
                "zeros": bytes(len(whole)),
                "cut short": whole[:-70],
                "one bit": whole[:40] + bit + whole[41:],
            }[spoilt]
        )
    notary = Notary(directory)
    head = notary.sign(LATER)
    for position in range(1, EVENTS + 1):
        notary.prove_inclusion(position, head)
    notary.close(LATER)
    assert tree.read_bytes() == whole


def test_what_the_tree_holds_beyond_the_newest_head_is_not_trusted(directory):
    notary = Notary(directory)
    notary.sign(START)
    record(directory, 4)
    notary.tend(START + SECOND)
    tree = directory / "projections" / "merkle.tree"
    after_a_crash = tree.read_bytes()[:-32] + bytes(32)
    notary.close(LATER)
    heads = (directory / FILE).read_bytes().splitlines(keepends=True)
    (directory / FILE).write_bytes(heads[0])
    tree.write_bytes(after_a_crash)
    notary = Notary(directory)
    assert line_of(notary.sign(LATER)) == heads[1]
    notary.close(LATER)


def cut(directory):
    spoil(directory, f"DELETE FROM events WHERE position > {EVENTS - 2}")


def compute_anew(directory):
    spoil(directory, f"DELETE FROM events WHERE position > {EVENTS - 2}")
    record(directory, 5)


def put_another_in_its_place(directory):
    for name in ("log.db", "log.db-wal", "log.db-shm"):
        (directory / name).unlink(missing_ok=True)
    opening = NewEvent("system", LogOpened(log="00000000-0f0b-4c1e-9d59-0a2f8f6f3f10"))
    with closing(SqliteEventLog(directory / "log.db")) as log:
        log.append(following(log, opening), log.head())
    record(directory, 20)


@pytest.mark.parametrize(
    ("spoil_it", "words"),
    [
        (cut, "its newest events were cut off"),
        (compute_anew, "the log was computed anew"),
        (put_another_in_its_place, "and this is the log 00000000-0f0b-4c1e-9d59-0a2f8f6f3f10"),
    ],
)
def test_a_log_that_the_newest_head_was_not_signed_for_is_refused(directory, spoil_it, words):
    Notary(directory).close(START)
    spoil_it(directory)
    with pytest.raises(NotALog, match=words) as refusal:
        Notary(directory)
    assert str(refusal.value).endswith(f"or take {directory / FILE} away.")
    (directory / FILE).rename(directory / "heads-of-before.ndjson")
    Notary(directory).close(LATER)


def test_heads_that_can_not_be_read_are_told(directory):
    (directory / FILE).write_bytes(b"no head\n")
    with pytest.raises(NotALog, match="This is not a signed head"):
        Notary(directory)

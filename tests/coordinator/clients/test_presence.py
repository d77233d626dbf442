"""Who was here lately."""

from coordinator.clients import presence
from coordinator.clients.presence import MINUTE, Presence


def test_who_was_heard_of_within_the_last_minute_counts():
    seen = Presence()
    seen.seen("alice", 0, "tasks")
    seen.seen("bob", MINUTE // 2, "factoring")
    assert seen.count(MINUTE) == 2
    assert seen.count(MINUTE + 1) == 1
    assert seen.recent(MINUTE + 1) == {"bob": MINUTE // 2}
    seen.seen("alice", MINUTE + 1, "tasks")
    assert list(seen.recent(MINUTE + 1)) == ["alice", "bob"]
    assert (seen.last_seen("alice"), seen.last_seen("carol")) == (MINUTE + 1, None)


def test_nobody_is_here_for_the_hour_by_which_a_clock_is_set_back():
    seen = Presence()
    seen.seen("alice", 60 * MINUTE, "tasks")
    seen.seen("bob", 0, "tasks")
    assert seen.recent(1) == {"bob": 0}
    assert [seen.works_beside("alice", "tasks", 1), seen.works_beside("bob", "tasks", 1)] == [True, False]


def test_only_so_many_are_remembered(monkeypatch):
    monkeypatch.setattr(presence, "_REMEMBERED", 3)
    seen = Presence()
    for number in range(10):
        seen.seen(f"c{number}", number, "tasks")
    assert list(seen.recent(10)) == ["c9", "c8", "c7"]


def test_whether_anybody_does_a_kind_of_work_is_known_for_a_minute():
    seen = Presence()
    assert not seen.works_on("tasks", 0)
    seen.seen("alice", 5, "tasks")
    assert [seen.works_on("tasks", 5 + MINUTE), seen.works_on("tasks", 6 + MINUTE)] == [True, False]
    assert not seen.works_on("factoring", 5)

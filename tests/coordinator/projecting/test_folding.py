import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.log.checking import Damaged
from coordinator.projecting.comparing import dump
from coordinator.projecting.folding import fold_log
from core.contexts import registry
from core.events.chain import stamp
from core.events.envelope import Envelope
from projections.contexts import projections
from projections.runtime.file import ProjectionFile
from tests.ledgers import START, following, key_created, keys_in
from tests.memory_log import MemoryEventLog
from tests.profiles import trying


@pytest.fixture
def files(tmp_path):
    """Open files of the same context by name; they are closed in the end."""
    opened = {}
    (access,) = (projection for projection in projections(lambda _s, _n: None) if projection.name == "access")

    def file(name):
        if name not in opened:
            opened[name] = ProjectionFile(tmp_path / f"{name}.db", access, durable=False)
        return opened[name]

    yield file
    for file in opened.values():
        file.close()


def log_of_commands(*sizes):
    """Return a log whose commands led to so many events each."""
    log = MemoryEventLog()
    number = 0
    for size in sizes:
        log.append(following(log, *(key_created(number := number + 1) for _ in range(size))), log.head())
    return log


def keys_of(file):
    return [key for (key,) in file.connection.execute("SELECT key FROM keys ORDER BY key")]


def answers_of(file):
    return [position for (position,) in file.connection.execute("SELECT position FROM answers ORDER BY position")]


def test_several_files_are_brought_forward_together_from_wherever_they_stand(files):
    log = MemoryEventLog()
    keys_in(log, 9)
    fold_log(log, [files("one")], registry(), 4)
    fold_log(log, [files("one"), files("other")], registry(), 10)
    assert keys_of(files("one")) == keys_of(files("other")) == list(range(1, 10))
    assert files("one").head == files("other").head == log.head()
    assert list(dump(files("one").connection)) == list(dump(files("other").connection))


def test_a_file_that_is_further_already_stays_as_it_is(files):
    log = MemoryEventLog()
    keys_in(log, 9)
    fold_log(log, [files("one")], registry(), 8)
    fold_log(log, [files("one"), files("other")], registry(), 5)
    assert (files("one").head.position, files("other").head.position) == (8, 5)


def test_a_position_in_the_middle_of_a_command_is_reached_without_its_answer(files):
    log = log_of_commands(1, 3, 1)
    fold_log(log, [files("one")], registry(), 3)
    assert (keys_of(files("one")), answers_of(files("one"))) == ([1, 2, 3], [1])
    fold_log(log, [files("other")], registry(), 4)
    assert (keys_of(files("other")), answers_of(files("other"))) == ([1, 2, 3, 4], [1, 4])


def test_progress_is_told_as_positions(files, monkeypatch):
    monkeypatch.setattr("coordinator.projecting.folding._AT_ONCE", 4)
    reached = []
    fold_log(log_of_commands(3, 3, 3, 1), [files("one")], registry(), 10, reached.append)
    assert reached == [6, 10]


def test_commands_that_say_the_same_of_themselves_are_told_apart_by_their_requests(files, monkeypatch):
    monkeypatch.setattr("coordinator.projecting.folding._AT_ONCE", 4)
    log = MemoryEventLog()
    for number in range(1, 30):
        envelope = Envelope(START, None, "operator", "operator/~#", f"request-{number}")
        log.append(stamp([key_created(number)], envelope, log.head(), log.version), log.head())
    reached = []
    fold_log(log, [files("one")], registry(), 29, reached.append)
    assert reached == [4, 8, 12, 16, 20, 24, 28, 29]
    assert keys_of(files("one")) == list(range(1, 30))


def test_nothing_is_done_for_no_files_or_for_an_empty_log(files):
    fold_log(log_of_commands(2), [], registry(), 2)
    fold_log(MemoryEventLog(), [files("one")], registry(), 0)
    assert files("one").head.position == 0


def test_a_log_that_lacks_events_is_not_taken_for_shorter(files):
    with pytest.raises(Damaged, match="Event 3 is missing") as damaged:
        fold_log(log_of_commands(1, 1), [files("one")], registry(), 5)
    assert damaged.value.problem.position == 3


@trying(15)
@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=6), at_once=st.integers(1, 5), data=st.data())
def test_the_tables_are_the_same_however_many_rows_are_read_at_once(tmp_path_factory, sizes, at_once, data):
    (access,) = (projection for projection in projections(lambda _s, _n: None) if projection.name == "access")
    log = log_of_commands(*sizes)
    upto = data.draw(st.integers(1, sum(sizes)))

    def folded(at_once):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("coordinator.projecting.folding._AT_ONCE", at_once)
            file = ProjectionFile(tmp_path_factory.mktemp("fold") / "access.db", access, durable=False)
            fold_log(log, [file], registry(), upto)
            found = (file.head, list(dump(file.connection)))
            file.close()
        return found

    assert folded(at_once) == folded(5_000)

"""A log that an earlier version could not go on with is gone on with, and says what it would have said all along."""

import io
from types import SimpleNamespace

import pytest

from coordinator.auditing.importing import import_log
from tests.golden.golden import HERE
from tests.golden.stuck.stories import STORIES
from tests.office import Office
from tests.twins.contents import contents, differences
from tests.twins.story import Story


@pytest.fixture
def imported(tmp_path):
    """A function that gives an office the log of a story."""
    opened = []

    def imported(name):
        directory = tmp_path / "imported"
        directory.mkdir()
        import_log(io.BytesIO((HERE / "stuck" / f"{name}.ndjson").read_bytes()), directory)
        opened.append(Office(directory))
        return opened[-1]

    yield imported
    for office in opened:
        office.close()


@pytest.mark.xfail(strict=True, reason="a correction takes along what was caused, and not what else speaks of it")
@pytest.mark.parametrize("name", STORIES)
def test_a_log_that_was_stuck_says_what_it_would_have_said_without_what_was_withdrawn(imported, tmp_path, name):
    office = imported(name)
    story = Story(tmp_path)
    STORIES[name](story)
    with story.second() as second:
        found = differences(contents(SimpleNamespace(office=office)), contents(second))
    story.close()
    assert office.committer.files["factoring"].degraded == {}
    assert not found, "\n".join(found)

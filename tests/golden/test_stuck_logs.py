"""A log that an earlier version could not go on with is gone on with, and says what it would have said all along."""

import io
from collections import Counter
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


@pytest.mark.parametrize("name", STORIES)
def test_a_log_that_was_stuck_says_what_it_would_have_said_without_what_was_withdrawn(imported, tmp_path, name):
    office = imported(name)
    office.correct(reason="it had stopped")
    story = Story(tmp_path)
    STORIES[name](story)
    with story.second() as second:
        found = differences(
            _as_far_as_kept(contents(SimpleNamespace(office=office))), _as_far_as_kept(contents(second))
        )
    story.close()
    assert office.committer.files["factoring"].degraded == {}
    assert not found, "\n".join(found)


def _as_far_as_kept(found):
    """Leave out by which curve a factor was found: of all who claimed one, earlier versions kept only that of the first."""
    factors = Counter()
    for row, count in found["factoring.factors"].items():
        factors[tuple((column, value) for column, value in row if column != "sigma")] += count
    return {**found, "factoring.factors": dict(factors)}

import signal

import pytest

from coordinator.writer import failpoints
from core.refusals import BadInput


@pytest.fixture
def killed(monkeypatch):
    """What was sent to this process instead of being killed."""
    signals = []
    monkeypatch.setattr(failpoints.os, "kill", lambda _process, sent: signals.append(sent))
    return signals


def test_without_the_variable_nothing_happens(killed):
    failpoints.from_environment({})("before-log-commit")
    assert killed == []


def test_the_process_dies_where_it_is_told_to_and_nowhere_else(killed):
    reached = failpoints.from_environment({"TALLYSTICK_FAILPOINT": "after-log-commit"})
    reached("before-log-commit")
    assert killed == []
    reached("after-log-commit")
    assert killed == [signal.SIGKILL]


def test_it_may_be_told_to_die_the_third_time(killed):
    reached = failpoints.from_environment({"TALLYSTICK_FAILPOINT": "during-swap:3"})
    reached("during-swap")
    reached("during-swap")
    assert killed == []
    reached("during-swap")
    assert killed == [signal.SIGKILL]


@pytest.mark.parametrize(
    "given", ["noon", ":", "after-log-commit:", "after-log-commit:x", "after-log-commit:0", " during-swap"]
)
def test_what_is_no_failpoint_is_refused_in_a_sentence_that_names_them(given):
    with pytest.raises(BadInput, match=f"TALLYSTICK_FAILPOINT is '{given}'; one of before-log-commit, .* is accepted"):
        failpoints.from_environment({"TALLYSTICK_FAILPOINT": given})

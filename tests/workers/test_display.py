"""Where a worker draws bars."""

import os
import pty
import sys
from pathlib import Path

import pytest
import structlog

from tests import log_lines
from workers.display import _is_in_front, display


def test_on_a_terminal_that_another_session_has_nothing_is_drawn():
    """As that of a coordinator is for the workers it starts, or a shell's for a worker in the background."""
    ours, theirs = pty.openpty()
    try:
        with os.fdopen(theirs, "w") as stream:
            assert stream.isatty()
            assert not _is_in_front(stream)
    finally:
        os.close(ours)


@pytest.fixture
def logging_as_before():
    yield
    log_lines.keep_short()


def test_a_disk_that_is_full_costs_lines_and_no_work(monkeypatch, logging_as_before):
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stderr", full)
        with display() as shown:
            for _ in range(3):
                structlog.get_logger().info("curves_done", what="x" * 100_000)
            with shown.showing(1, "c100", 3) as further:
                further(1)
        full.buffer.raw.close()

"""Where a worker draws bars."""

import os
import pty

from workers.display import _is_in_front


def test_on_a_terminal_that_another_session_has_nothing_is_drawn():
    """As that of a coordinator is for the workers it starts, or a shell's for a worker in the background."""
    ours, theirs = pty.openpty()
    try:
        with os.fdopen(theirs, "w") as stream:
            assert stream.isatty()
            assert not _is_in_front(stream)
    finally:
        os.close(ours)

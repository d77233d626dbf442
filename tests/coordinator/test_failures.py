"""How the log tells of what failed."""

import errno
import os
import sqlite3

import pytest

from coordinator.failures import logged
from coordinator.unavailable import Unavailable


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "No space left on device"),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES), "signing.key"), "signing.key: Permission denied"),
        (MemoryError(), "MemoryError"),
        (RuntimeError("can't start new thread"), "can't start new thread"),
        (Unavailable("The database is away."), "The database is away."),
    ],
)
def test_of_what_lies_outside_a_line_says_why_and_no_traceback(error, reason):
    assert logged(error) == {"reason": reason}


@pytest.mark.parametrize("error", [KeyError("number"), RuntimeError("it is closed"), sqlite3.IntegrityError("unique")])
def test_of_a_fault_of_the_program_a_line_says_where_it_is(error):
    assert logged(error) == {"exc_info": error}

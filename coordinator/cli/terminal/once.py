"""Showing once what there is no copy of: a key, a link, a secret."""

import errno
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from coordinator.cli.ending import Exit, Failure, let_go
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say


def show_once(made: Mapping[str, Any], secret: str, heading: str, unseen: str, *, in_json: bool) -> None:
    """Write to standard output what can't be shown again.

    Args:
        made: what the coordinator answered.
        secret: under which name the answer has it.
        heading: what to say of it before, on standard error.
        unseen: what to say where it can't be written: what there is now that nobody has seen, and what to do about it.
        in_json: whether to write the whole answer, as JSON.

    Raises:
        Failure: it could not be written.
    """
    if not in_json:
        with suppress(OSError):  # where standard error has no room, what stands below it is worth the more
            say(heading, err=True)
    try:
        _write(made, secret, in_json=in_json)
    except OSError as error:
        if sys.stdout is not None:
            let_go(sys.stdout)
        exit_code = Exit.UNREAD if error.errno == errno.EPIPE else Exit.REFUSED
        raise Failure(exit_code, f"Standard output can't be written: {error.strerror}. {unseen}") from None


def _write(made: Mapping[str, Any], secret: str, *, in_json: bool) -> None:
    if sys.stdout is None:  # it was closed from the start, and click passes that over
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    if in_json:
        print_json(made)
    else:
        say(made[secret])

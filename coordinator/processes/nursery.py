"""Where children come from, and what they do first; little is imported here, since each coordinator's nursery imports it."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from multiprocessing import connection
from typing import Any

from core.deciding import Want


def prepare() -> None:
    """Say what is imported once, in the process without threads from which children are forked.

    Not from this one: it has threads, and a forked child may inherit a lock that one of them holds.
    """
    multiprocessing.get_context("forkserver").set_forkserver_preload(["__main__", __name__, "core.contexts"])


def begin() -> None:
    """Run in a child first: leave Ctrl-C to the coordinator, and end when it has ended, however it did."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_coordinator, daemon=True).start()


def _end_with_the_coordinator() -> None:
    coordinator = multiprocessing.parent_process()
    assert coordinator is not None, "this runs in a child"
    connection.wait([coordinator.sentinel])
    os._exit(1)


def find(wants: Sequence[Want[Any]]) -> list[Any]:
    """Run in a child: what each want finds, or the refusal that it ends in."""
    findings: list[Any] = []
    for want in wants:
        try:
            findings.append(want.find())
        except Exception as error:
            findings.append(error)
    return findings

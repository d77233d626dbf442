"""How a command ends."""

import errno
import os
import signal
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from types import FrameType
from typing import TextIO

import rich_click as click


class Exit(IntEnum):
    """The meaning of an exit code; docs/reference/cli.md lists them for whoever writes scripts."""

    DONE = 0
    UNSOUND = 1
    """The command did its work, and what it saw is not as it should be."""
    USAGE = 2
    """A word or a value on the command line is not acceptable."""
    UNREACHABLE = 3
    """The coordinator does not answer, or can't serve at present; trying again later may help."""
    REFUSED = 4
    """The coordinator or the data directory turned the request down; trying again won't help."""
    INTERRUPTED = 130
    """Ctrl-C; by another signal a command ends with 128 and its number, as shells have it."""
    UNREAD = 141
    """Whoever read what it wrote has had enough, as `head` has; the signal for that is SIGPIPE."""


_TOLD_BY = (signal.SIGTERM, signal.SIGHUP)


class Failure(Exception):  # noqa: N818 - how a command ends is no fault of the program
    """The command ends here, with one sentence on standard error.

    Args:
        exit_code: what it ends with.
        sentence: says why.
        quoted: lines that another program has said, to follow it.
    """

    def __init__(self, exit_code: Exit, sentence: str, quoted: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
        self.quoted = quoted


class Told(KeyboardInterrupt):
    """The command was told to end by a signal.

    Args:
        number: the signal's.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class EndsItsOwnWay(click.RichCommand):
    """A command that heeds by itself what tells it to end."""


@contextmanager
def ends_when_told() -> Iterator[None]:
    """Have SIGTERM and a closed terminal end what is under way as Ctrl-C does, so that it leaves no parts behind.

    A terminal's end does not where `nohup` has the command outlive it.

    Raises:
        Told: a signal came.
    """
    signals = [number for number in _TOLD_BY if signal.getsignal(number) is signal.SIG_DFL]

    def tell(number: int, _: FrameType | None) -> None:
        for one in signals:
            signal.signal(one, signal.SIG_IGN)  # what is cleared away by now shall be to its end
        raise Told(number)

    for number in signals:
        signal.signal(number, tell)
    try:
        yield
    finally:
        for number in signals:
            signal.signal(number, signal.SIG_DFL)


def how_interrupted(interrupt: KeyboardInterrupt) -> tuple[str, int]:
    """Return what is said of a command that was interrupted, and what it ends with."""
    if isinstance(interrupt, Told):
        return f"Ended by {signal.Signals(interrupt.number).name}.", 128 + interrupt.number
    return "Interrupted.", Exit.INTERRUPTED


def let_go(stream: TextIO) -> str:
    """Write what a stream holds back, or lose it where that can't be: Python would end with 120 over it.

    Returns:
        Why it can't be written, as where a disk is full; empty when it was, and where nobody is there any more who would read
        it: its terminal was closed, or whoever read a pipe has had enough.
    """
    try:
        stream.flush()
    except OSError as error:
        closed = error.errno == errno.EIO and stat.S_ISCHR(os.fstat(stream.fileno()).st_mode)
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())
        return "" if closed or error.errno == errno.EPIPE else str(error.strerror)
    return ""

"""How a command ends."""

from enum import IntEnum


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
    """Ctrl-C."""


class Failure(Exception):  # noqa: N818 - how a command ends is no fault of the program
    """The command ends here, with one sentence on standard error.

    Args:
        exit_code: what it ends with.
        sentence: says why.
    """

    def __init__(self, exit_code: Exit, sentence: str) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code

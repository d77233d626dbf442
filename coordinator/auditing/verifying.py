"""Verification in a child process, beside a coordinator that goes on writing."""

import os
import sys
from pathlib import Path

import msgspec

from coordinator.auditing.verify import Verification, verify
from coordinator.processes.child import Child, begin_work, say
from coordinator.processes.progress import Report


class Request(msgspec.Struct, frozen=True):
    """A task for a child process: to verify.

    Attributes:
        directory: the data directory.
        refold: whether to look at tables and residue files too.
    """

    directory: str
    refold: bool


class Verifying(Child):
    """A child process at work on a verification.

    Args:
        directory: the data directory; nothing in it is changed.
        refold: whether to look at tables and residue files too.
    """

    def __init__(self, directory: Path, *, refold: bool) -> None:
        super().__init__("coordinator.auditing.verifying", msgspec.json.encode(Request(str(directory), refold)))

    def result(self, report: Report) -> Verification:
        """Wait for what is found.

        Raises:
            ChildFailed: nothing will be; says why.
        """
        return msgspec.json.decode(self.follow(report), type=Verification)


def main(request: bytes) -> None:
    """Verify as the child."""
    report = begin_work().report
    asked = msgspec.json.decode(request, type=Request)
    say(msgspec.json.encode(verify(Path(asked.directory), refold=asked.refold, report=report)))


if __name__ == "__main__":
    main(os.fsencode(sys.argv[1]))

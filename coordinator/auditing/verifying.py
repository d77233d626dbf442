"""Verification in a child process, beside a coordinator that goes on writing."""

import os
import sys
from pathlib import Path
from typing import Self

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


class Verifying:
    """A verification under way. Leaving the context ends it.

    Args:
        directory: the data directory; nothing in it is changed.
        refold: whether to look at tables and residue files too.
    """

    def __init__(self, directory: Path, *, refold: bool) -> None:
        self._child = Child("coordinator.auditing.verifying", msgspec.json.encode(Request(str(directory), refold)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._child.__exit__(*exception)

    def follow(self, report: Report) -> Verification:
        """Wait for what is found.

        Raises:
            ChildFailed: nothing will be; says why.
        """
        return msgspec.json.decode(self._child.follow(report), type=Verification)


def main(request: bytes) -> None:
    """Verify as the child."""
    report = begin_work()
    asked = msgspec.json.decode(request, type=Request)
    say(msgspec.json.encode(verify(Path(asked.directory), refold=asked.refold, report=report)))


if __name__ == "__main__":
    main(os.fsencode(sys.argv[1]))

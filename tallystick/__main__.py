"""The command `tallystick`, and `python -m tallystick`: looks whether the installation is whole, then runs the command line."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tallystick.installation import fault

_REFUSED = 4
"""As `coordinator.cli.ending.Exit` has it, which may be what is not there."""


def main() -> None:
    """Run the command line, or say why it can't be run."""
    with _ends_silently():
        if sentence := fault():
            sys.stderr.write(f"{sentence}\n")
            raise SystemExit(_REFUSED)
        from coordinator.cli.main import main as run  # noqa: PLC0415 - only now is it known whose package that is
    run()


@contextmanager
def _ends_silently() -> Iterator[None]:
    """Have Ctrl-C end the program outright while it loads: nothing is there yet that could say so without a traceback."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:  # it may be ignored, as a shell has what it starts with `&`
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    main()

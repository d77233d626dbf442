"""The command `tallystick`, and `python -m tallystick`: looks whether the installation is whole, then runs the command line."""

import sys

from tallystick.installation import fault

_REFUSED = 4
"""As `coordinator.cli.ending.Exit` has it, which may be what is not there."""


def main() -> None:
    """Run the command line, or say why it can't be run."""
    if sentence := fault():
        sys.stderr.write(f"{sentence}\n")
        raise SystemExit(_REFUSED)
    from coordinator.cli.main import main as run  # noqa: PLC0415 - only now is it known whose package that is

    run()


if __name__ == "__main__":
    main()

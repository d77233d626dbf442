"""`python -m coordinator.cli` is `tallystick`, for whoever starts it from this very Python."""

from coordinator.cli.main import main

main()

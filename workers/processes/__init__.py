"""Processes that a worker starts: run apart, tied to it, and ended with all that they started."""

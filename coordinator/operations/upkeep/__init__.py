"""Upkeep: what a running coordinator does for itself, asked by nobody: as time passes, when something fails, as the log grows."""

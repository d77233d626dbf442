"""Reaching a coordinator: one that runs, over the wire, or the data directory of one that is stopped."""

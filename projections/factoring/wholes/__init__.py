"""Wholes: submitted numbers as people think of them, with all that they were split into."""

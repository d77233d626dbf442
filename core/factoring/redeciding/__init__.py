"""Deciding again what was decided before, when something that it rested on does not count any more, or counts again."""

"""Answers to commands that pause and resume."""

from core.deciding import Answer


class Steered(Answer, frozen=True, tag="steered"):
    """It stands as it was asked to, from now on or already."""

"""Answers to commands about API keys."""

from core.deciding import Answer


class KeyAnswer(Answer, frozen=True, tag="key"):
    """A key was created or revoked."""

    key: int

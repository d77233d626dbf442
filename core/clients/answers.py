"""Answers to commands about clients."""

from core.deciding import Answer


class Forgotten(Answer, frozen=True, tag="forgotten"):
    """A client is forgotten."""

    client: int

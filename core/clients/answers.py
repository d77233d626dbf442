"""Answers to commands about what clients and users are called."""

from core.deciding import Answer


class Forgotten(Answer, frozen=True, tag="forgotten"):
    """A client is forgotten."""

    client: int


class UserForgotten(Answer, frozen=True, tag="user_forgotten"):
    """A user is forgotten, with the clients that were theirs alone."""

    user: str


class Renamed(Answer, frozen=True, tag="renamed"):
    """It is called so from now on, or was so already."""

"""Answers to commands about users, their API keys and their names."""

from core.deciding import Answer


class KeyAnswer(Answer, frozen=True, tag="key"):
    """A key was created or revoked."""

    key: int


class InvitationAnswer(Answer, frozen=True, tag="invitation"):
    """An invitation was made or withdrawn."""

    invitation: int


class Noted(Answer, frozen=True, tag="noted"):
    """It is so from now on, or was so already."""

"""Answers to commands of the federation."""

from core.deciding import Answer


class PushAnswer(Answer, frozen=True, tag="pushed"):
    """A summary was taken, now or before.

    Attributes:
        agent_id: whose it is.
        recorded_at: when it was taken, microseconds UTC.
    """

    agent_id: str
    recorded_at: int


class ResetAnswer(Answer, frozen=True, tag="reset"):
    """The merge has started anew, at this time."""

    recorded_at: int

"""Answers to commands about subscriptions and alarms."""

from core.deciding import Answer


class SubscriptionAnswer(Answer, frozen=True, tag="subscription"):
    """A subscription was made or ended, or is delivered to again."""

    subscription: int


class Noted(Answer, frozen=True, tag="noted"):
    """It is so from now on, or was so already."""

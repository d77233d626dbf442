"""What senders of commands about API keys are told."""

from core.deciding import Answer


class KeyAnswer(Answer, frozen=True, tag="key"):
    """A key was created or revoked."""

    key: int

"""What senders of commands about clients are told."""

from core.deciding import Answer


class Forgotten(Answer, frozen=True, tag="forgotten"):
    """A client is forgotten."""

    client: int

"""Facts about API keys."""

from core.events.fact import Fact


class KeyCreated(Fact, frozen=True):
    """An API key was handed out.

    Attributes:
        key: its number, from 1.
        hash: SHA-256 of the key itself, in hexadecimal; the key is kept nowhere.
        roles: what it opens.
        label: whom it was made for, in the words of who made it.
    """

    type = "access.key_created.v1"
    key: int
    hash: str
    roles: tuple[str, ...]
    label: str


class KeyRevoked(Fact, frozen=True):
    """An API key opens nothing any more."""

    type = "access.key_revoked.v1"
    key: int


FACTS = (KeyCreated, KeyRevoked)

"""Commands about API keys."""

from core.access.answers import KeyAnswer
from core.access.roles import Role
from core.deciding import Command


class CreateKey(Command[KeyAnswer], frozen=True):
    """Hand out a key whose SHA-256 (hexadecimal) is `hash`."""

    context = "access"
    hash: str
    roles: tuple[Role, ...]
    label: str


class RevokeKey(Command[KeyAnswer], frozen=True):
    """Take a key back."""

    context = "access"
    key: int

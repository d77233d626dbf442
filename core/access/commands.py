"""What can be asked about API keys."""

from core.access.roles import Role
from core.deciding import Command


class CreateKey(Command, frozen=True):
    """Hand out a key whose SHA-256 (hexadecimal) is `hash`."""

    context = "access"
    hash: str
    roles: tuple[Role, ...]
    label: str


class RevokeKey(Command, frozen=True):
    """Take a key back."""

    context = "access"
    key: int

"""Commands about clients."""

from core.clients.answers import Forgotten
from core.deciding import Command


class ForgetClient(Command[Forgotten], frozen=True):
    """Have nobody be able to tell any more who a client was; what it did stays."""

    context = "clients"
    client: int

"""Clients as a context: recorded along with whatever a client does first, never commanded."""

from core.clients.events import FACTS
from core.deciding import Context

CLIENTS = Context(name="clients", facts=FACTS)

"""What can be asked of the federation."""

from core.deciding import Command
from core.federation.summary import Summary


class PushSummary(Command, frozen=True):
    """Take an agent's summary."""

    context = "federation"
    summary: Summary


class ResetMerge(Command, frozen=True):
    """Let the merge start anew."""

    context = "federation"

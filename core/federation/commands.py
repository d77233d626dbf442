"""Commands of the federation."""

from core.deciding import Command
from core.federation.answers import PushAnswer, ResetAnswer
from core.federation.summary import Summary


class PushSummary(Command[PushAnswer], frozen=True):
    """Take an agent's summary."""

    context = "federation"
    summary: Summary


class ResetMerge(Command[ResetAnswer], frozen=True):
    """Let the merge start anew."""

    context = "federation"

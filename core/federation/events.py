"""Facts about what agents know."""

import msgspec

from core.events.fact import Fact

INLINE_BYTES = 60_000
"""A larger content comes in parts: with what stands around it, it might exceed what an event holds."""


class SummaryPushed(Fact, frozen=True):
    """An agent handed in a summary of all that it knows.

    Attributes:
        agent_id: what the agent calls itself.
        stated_at: when it says that it made the summary, microseconds UTC.
        effective_at: the same, but never later than when it was handed in; the agent's greatest one counts.
        fingerprint: what a resend is recognised by: 128 bits of SHA-256 over the summary, in hexadecimal.
        topic_count: how many topics it has.
        fact_count: how many facts it has.
        parts: 0, or how many `federation.summary_part.v1` follow, which together are the content.
        content: what it says, a `core.federation.summary.Content`; null when it comes in parts. To fold the event it
            need not be decoded.
    """

    type = "federation.summary_pushed.v1"
    agent_id: str
    stated_at: int
    effective_at: int
    fingerprint: str
    topic_count: int
    fact_count: int
    parts: int
    content: msgspec.Raw


class SummaryPart(Fact, frozen=True):
    """A piece of the content of the summary just before, which is too large for one event.

    Attributes:
        part: its number, from 1.
        parts: how many there are.
        text: a piece of the content's JSON.
    """

    type = "federation.summary_part.v1"
    part: int
    parts: int
    text: str


class MergeReset(Fact, frozen=True):
    """The merge starts anew: what was handed in before counts no longer, but stays in the log."""

    type = "federation.merge_reset.v1"


FACTS = (SummaryPushed, SummaryPart, MergeReset)

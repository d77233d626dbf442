"""Decisions about agents' summaries."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from core.deciding import Answer, Asking, Context, Decision
from core.events.envelope import Event, NewEvent
from core.federation.answers import PushAnswer, ResetAnswer
from core.federation.commands import PushSummary, ResetMerge
from core.federation.events import FACTS, INLINE_BYTES, MergeReset, SummaryPart, SummaryPushed
from core.federation.summary import Summary, cut

RESET_STREAM = "federation"


class FederationState(Protocol):
    """The state that decisions about summaries need; implemented by `projections.federation.state`."""

    def taken_at(self, summary: Summary) -> int | None:
        """Return when this summary was taken, None when it was not since the merge last started anew."""
        ...


def stream_of(agent_id: str) -> str:
    """Return the stream of an agent's summaries."""
    return f"agent-{agent_id}"


def push(command: PushSummary, asking: Asking, state: FederationState) -> Decision:
    """Take a summary, unless it was taken before; after the merge has started anew, it counts again."""
    known = state.taken_at(command.summary)
    return _pushed(command.summary, asking.now) if known is None else PushAnswer(command.summary.agent_id, known)


def reset(_: ResetMerge, __: Asking, ___: FederationState) -> Decision:
    """Let the merge start anew."""
    return [NewEvent(RESET_STREAM, MergeReset())]


def _pushed(summary: Summary, now: int) -> list[NewEvent]:
    texts = [] if len(summary.content) <= INLINE_BYTES else cut(summary.content)
    stream = stream_of(summary.agent_id)
    pushed = SummaryPushed(
        agent_id=summary.agent_id,
        stated_at=summary.stated_at,
        effective_at=min(summary.stated_at, now),
        fingerprint=summary.fingerprint,
        topic_count=summary.topic_count,
        fact_count=summary.fact_count,
        parts=len(texts),
        content=msgspec.Raw(b"null" if texts else summary.content),
    )
    parts = [SummaryPart(part=number, parts=len(texts), text=text) for number, text in enumerate(texts, 1)]
    return [NewEvent(stream, pushed), *(NewEvent(stream, part, within=0) for part in parts)]


def answer(events: Sequence[Event], state: FederationState) -> Answer:  # noqa: ARG001 - one shape for all
    """Tell whose summary was taken when, or when the merge started anew."""
    for event in events:
        if isinstance(event.fact, SummaryPushed):
            return PushAnswer(event.fact.agent_id, event.recorded_at)
    return ResetAnswer(events[-1].recorded_at)


FEDERATION = Context(
    name="federation",
    facts=FACTS,
    decisions={PushSummary: push, ResetMerge: reset},
    answer=answer,
    answers=(PushAnswer, ResetAnswer),
)

"""A summary is what an agent hands in: a copy of all that it knows, as counts by topic and names of facts."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from core.bigint import abbreviate
from core.clients.naming import MAX_NAME
from core.events.idempotency import fingerprint_of
from core.refusals import BadInput
from core.timestamps import from_iso
from core.wording import shortened

MAX_FACTS = 10_000
MAX_TOPICS = 10_000
MAX_TEXT = 256
MAX_COUNT = 10**12
MAX_BYTES = 1024 * 1024
"""Of a whole summary, as compact JSON."""

AgentId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_TEXT,
        pattern=r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f]+$(?!\n)",  # in Python, $ stands before a line break that ends the text, too
        extra={"accepted": f"text of 1 to {MAX_TEXT} characters, not all blank, none of them a control character,"},
    ),
]
_Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
TopicCounts = Annotated[
    dict[str, Any],
    Meta(max_length=MAX_TOPICS, extra_json_schema={"additionalProperties": msgspec.json.schema(_Count)}),
]
FactHash = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]

_KNOWN = {"agent_id", "timestamp", "topic_counts", "fact_hashes"}
_PART_CHARACTERS = 16_000
"""Quoted once more, none of them takes more than four bytes; a part fits into an event."""

_encode = msgspec.json.Encoder(order="deterministic").encode


class StatedSummary(msgspec.Struct, frozen=True):
    """A summary in an agent's own words.

    Attributes:
        agent_id: what the agent calls itself.
        timestamp: when it made the summary, ISO 8601; without a zone it is UTC.
        topic_counts: how many facts it has on each topic.
        fact_hashes: what it calls its facts: hashes, or any other text.
        metadata: whatever else it wants to be kept; so is every other field.
    """

    agent_id: AgentId
    timestamp: str
    topic_counts: TopicCounts = {}
    fact_hashes: Annotated[list[FactHash], Meta(max_length=MAX_FACTS)] = []
    metadata: dict[str, Any] | None = None


class Content(msgspec.Struct, frozen=True, gc=False):
    """The topics and facts of a summary.

    Attributes:
        topics: how many facts there are on each topic.
        facts: what they are called, in order of code points and each once.
        more: every other field, as it was sent.
    """

    topics: dict[str, int]
    facts: tuple[str, ...]
    more: dict[str, msgspec.Raw]


class Summary(msgspec.Struct, frozen=True, gc=False):
    """An acceptable summary.

    Attributes:
        agent_id: what the agent calls itself.
        stated_at: when it says that it made the summary, microseconds UTC.
        topic_count: how many topics it has.
        fact_count: how many facts it has.
        content: what it says, as JSON: a `Content`.
        fingerprint: the same for a resend, another for another summary of the agent's.
    """

    agent_id: str
    stated_at: int
    topic_count: int
    fact_count: int
    content: bytes
    fingerprint: str


def summary_of(stated: StatedSummary, fields: Mapping[str, msgspec.Raw]) -> Summary:
    """Read a summary.

    Args:
        stated: what the agent sent.
        fields: every field that it sent, of which those unknown here are kept as they are.

    Raises:
        BadInput: the timestamp is none, a topic's name or count is not acceptable, or the whole is larger than 1 MiB.
    """
    stated_at = from_iso(stated.timestamp, "timestamp")
    content = Content(
        topics=_counted(stated.topic_counts),
        facts=tuple(sorted(set(stated.fact_hashes))),
        more={name: _compact(fields[name]) for name in sorted(fields.keys() - _KNOWN)},
    )
    encoded = _encode(content)
    if len(encoded) > MAX_BYTES:
        raise BadInput(f"The summary takes {len(encoded)} bytes as JSON; at most {MAX_BYTES} are accepted.")
    return Summary(
        agent_id=stated.agent_id,
        stated_at=stated_at,
        topic_count=len(content.topics),
        fact_count=len(content.facts),
        content=encoded,
        fingerprint=fingerprint_of(b"%b\0%d\0%b" % (stated.agent_id.encode(), stated_at, encoded)),
    )


def name_of(agent_id: str) -> str:
    """Return the name by which an agent is a client, so that it belongs to somebody: its id, or a digest of one that is no name."""
    is_name = len(agent_id) <= MAX_NAME and agent_id.isprintable()
    return agent_id if is_name else f"agent {sha256(agent_id.encode()).hexdigest()[:32]}"


def _counted(topics: dict[str, Any]) -> dict[str, int]:
    """Read here, and not by type, what a sentence could not name otherwise: which topic's count is wrong.

    It is taken as other whole numbers of our drop-in addresses are: 3.0 and "3" are 3.
    """
    counted: dict[str, int] = {}
    for topic, count in topics.items():
        if len(topic) > MAX_TEXT:
            raise BadInput(
                f"The topic {shortened(topic)!r} has {len(topic)} characters; at most {MAX_TEXT} are accepted."
            )
        try:
            counted[topic] = msgspec.convert(count, _Count, strict=False)
        except msgspec.ValidationError:
            shown = abbreviate(count) if isinstance(count, str) else shortened(_encode(count).decode())
            raise BadInput(
                f"topic_counts[{shortened(topic)!r}] is {shown}; a whole number from 0 to {MAX_COUNT} is accepted."
            ) from None
    return counted


def _compact(value: msgspec.Raw) -> msgspec.Raw:
    """Take out the spaces between what a value is made of."""
    return msgspec.Raw(msgspec.json.format(bytes(value), indent=-1))


def cut(content: bytes) -> list[str]:
    """Cut the content into pieces, each of which fits into an event."""
    text = content.decode()
    return [text[start : start + _PART_CHARACTERS] for start in range(0, len(text), _PART_CHARACTERS)]

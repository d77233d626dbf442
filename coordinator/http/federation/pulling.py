"""What all agents know together."""

import sqlite3
from typing import Any

import msgspec
from litestar import Response, get
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency

from coordinator.house import House, now
from coordinator.http.caller import needs
from coordinator.http.commanding import AnyRequest
from core.timestamps import to_iso
from projections.federation.latest import last_change
from projections.federation.merge import Merge, brought_forward

_encode = msgspec.json.Encoder().encode


class Totals(msgspec.Struct, frozen=True):
    """How much there is."""

    total_facts: int
    total_topics: int


class Pulled(msgspec.Struct, frozen=True):
    """The latest summaries of all agents, merged.

    Attributes:
        merged_topic_counts: the counts of each topic, added up.
        unique_fact_hashes: every fact that at least one agent names, sorted.
        contributing_agents: how many agents there are.
        last_updated: the latest time that one of the summaries states; now while there is none.
        metadata: how much there is.
    """

    merged_topic_counts: dict[str, int]
    unique_fact_hashes: list[str]
    contributing_agents: int
    last_updated: str
    metadata: Totals


class Body(msgspec.Struct, frozen=True):
    """The answer to a pull, encoded, and the merge that it was made of."""

    merge: Merge
    position: int
    json: bytes


def body_of(kept: Body | None, connection: sqlite3.Connection) -> Body:
    """Bring the merge forward, and encode it as `Pulled` is."""
    merge = brought_forward(None if kept is None else kept.merge, connection)
    topics = merge.topics
    pulled = {
        "merged_topic_counts": topics,
        "unique_fact_hashes": msgspec.Raw(merge.facts.json()),
        "contributing_agents": merge.agents,
        "last_updated": to_iso(now() if merge.updated_at is None else merge.updated_at),
        "metadata": Totals(merge.fact_count, len(topics)),
    }
    return Body(merge, merge.position, _encode(pulled))


@get(
    "/pull",
    guards=[needs("read")],
    summary="Take what all agents know together",
    response_headers=[
        ResponseHeader(name="ETag", description="The position of the last change.", documentation_only=True)
    ],
)
async def pull(request: AnyRequest, house: NamedDependency[House]) -> Response[Pulled]:
    """Return the merge of every agent's latest summary; 304 for who has it already and says so in If-None-Match."""
    body = await house.readers["federation"].kept(last_change, body_of)
    tag = f'"{body.position}"'
    unchanged = _has(request.headers.get("if-none-match", ""), tag)
    encoded: Response[Any] = Response(
        None if unchanged else body.json,
        status_code=304 if unchanged else 200,
        media_type="application/json",
        headers={"ETag": tag, "Cache-Control": "no-cache"},
    )
    return encoded


def _has(if_none_match: str, tag: str) -> bool:
    """Tell whether the caller has what bears this tag; comparison is weak, as RFC 9110 has it for GET."""
    tags = {given.strip().removeprefix("W/") for given in if_none_match.split(",")}
    return tag in tags or "*" in tags

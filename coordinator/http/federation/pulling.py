"""What all agents know together."""

import sqlite3
from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter

from coordinator.house import House, now
from coordinator.http.caller import needs
from core.timestamps import to_iso
from projections.federation.latest import last_change
from projections.federation.merge import Merge, brought_forward

IfNoneMatch = Annotated[str, HeaderParameter(name="If-None-Match", description="The ETag of what the caller has.")]

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
    """The answer to a pull, encoded, and the merge that it was made of; None while nobody contributes."""

    merge: Merge
    position: int
    json: bytes | None


def body_of(kept: Body | None, connection: sqlite3.Connection) -> Body:
    """Bring the merge forward, and encode it as `Pulled` is."""
    merge = brought_forward(None if kept is None else kept.merge, connection)
    if merge.updated_at is None:
        return Body(merge, merge.position, None)
    topics = merge.topics
    pulled = {
        "merged_topic_counts": topics,
        "unique_fact_hashes": msgspec.Raw(merge.facts.json()),
        "contributing_agents": merge.agents,
        "last_updated": to_iso(merge.updated_at),
        "metadata": Totals(merge.fact_count, len(topics)),
    }
    return Body(merge, merge.position, _encode(pulled))


def _nothing() -> Pulled:
    """Return what there is while nobody contributes, as of now."""
    return Pulled({}, [], 0, to_iso(now()), Totals(0, 0))


@get(
    "/pull",
    guards=[needs("read")],
    summary="Take what all agents know together",
    response_headers=[
        ResponseHeader(name="ETag", description="The position of the last change.", documentation_only=True)
    ],
    responses={304: ResponseSpec(None, description="What the caller has is what there is")},
)
async def pull(house: NamedDependency[House], if_none_match: IfNoneMatch = "") -> Response[Pulled]:
    """Return the merge of every agent's latest summary."""
    body = await house.readers["federation"].kept(last_change, body_of)
    tag = f'"{body.position}"'
    unchanged = _has(if_none_match, tag)
    encoded: Response[Any] = Response(
        None if unchanged else body.json or _nothing(),
        status_code=304 if unchanged else 200,
        media_type="application/json",
        headers={"ETag": tag, "Cache-Control": "no-cache"},
    )
    return encoded


def _has(if_none_match: str, tag: str) -> bool:
    """Tell whether the caller has what bears this tag; comparison is weak, as RFC 9110 has it for GET."""
    tags = {given.strip().removeprefix("W/") for given in if_none_match.split(",")}
    return tag in tags or "*" in tags

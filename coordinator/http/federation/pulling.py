"""The merge of what all agents know."""

from typing import Any

from litestar import Response, get
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency

from coordinator.http.caller import needs
from coordinator.http.federation.keeping import KeptMerge, Pulled, Totals
from coordinator.http.responses.revalidating import NOT_MODIFIED, IfNoneMatch, has
from coordinator.node import Node
from core.timestamps import to_iso


def _nothing(time: int) -> Pulled:
    """Return what there is while nobody contributes, as of a time, microseconds UTC."""
    return Pulled({}, [], 0, to_iso(time), Totals(0, 0))


@get(
    "/pull",
    guards=[needs("read")],
    summary="Take what all agents know together",
    response_headers=[
        ResponseHeader(name="ETag", description="The position of the last change.", documentation_only=True)
    ],
    responses=NOT_MODIFIED,
)
async def pull(node: NamedDependency[Node], if_none_match: IfNoneMatch = "") -> Response[Pulled]:
    """Return the merge of every agent's latest summary."""
    body = await node.readers["federation"].companion(KeptMerge).body(node.live.growth)
    tag = f'"{body.position}"'
    unchanged = has(if_none_match, tag)
    encoded: Response[Any] = Response(
        None if unchanged else body.json or _nothing(node.time),
        status_code=304 if unchanged else 200,
        media_type="application/json",
        headers={"ETag": tag, "Cache-Control": "no-cache"},
    )
    return encoded

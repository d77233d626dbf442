"""Signed heads over HTTP, and proofs against them, by which anybody can hold the coordinator to what it has recorded."""

import asyncio
from typing import Annotated

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter

from coordinator.http.caller import needs
from coordinator.http.log.events import MAX_LIMIT, After, Position
from coordinator.http.past import ONLY_NOW
from coordinator.http.places import AT_OFFICE
from coordinator.http.requests.parameters import MAX_INTEGER
from coordinator.http.responses.problems import may_answer
from coordinator.node import Node
from coordinator.time.wallclock import now
from core.events.heads import ConsistencyProof, InclusionProof, SignedHead

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}

Limit = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="How many, at most.")]
At = Annotated[int, PathParameter(ge=1, le=MAX_INTEGER, description="The position at which the head was signed.")]
Under = Annotated[
    int | None,
    QueryParameter(
        name="head",
        ge=1,
        le=MAX_INTEGER,
        description="The position of the head that the proof leads to; else the newest.",
    ),
]
Since = Annotated[
    int, QueryParameter(name="from", ge=1, le=MAX_INTEGER, description="The position of the earlier head.")
]


class HeadPage(msgspec.Struct, frozen=True):
    """Signed heads in the order of their positions.

    Attributes:
        heads: the heads.
        next: what to send as `after` for those that follow; null when there are none yet.
    """

    heads: list[SignedHead]
    next: int | None


class PublicKey(msgspec.Struct, frozen=True):
    """The public key of Ed25519 that heads are signed with: 32 bytes in hexadecimal, and as PEM."""

    key: str
    pem: str


@get("/heads", summary="List the signed heads")
async def list_heads(node: NamedDependency[Node], after: After = 0, limit: Limit = 100) -> HeadPage:
    """Return signed heads; one is signed each minute in which something was recorded."""
    found = await asyncio.to_thread(node.notary.heads, after, limit)
    return HeadPage(found, found[-1].position if len(found) == limit else None)


@get("/heads/latest", summary="Read the newest signed head")
async def read_newest_head(node: NamedDependency[Node]) -> Response[SignedHead]:
    """Return the newest head. Keep it: it shows later whether the log was cut or computed anew."""
    head = await asyncio.to_thread(node.notary.newest, now())
    return Response(head, headers={"Cache-Control": "no-cache"})


@get("/heads/key", summary="Read the public key that heads are signed with")
async def read_key(node: NamedDependency[Node]) -> PublicKey:
    """Return the public key."""
    return PublicKey(node.notary.key.public, node.notary.key.pem)


@get("/heads/{position:int}", summary="Read one signed head", responses=may_answer(404))
async def read_head(node: NamedDependency[Node], position: At) -> Response[SignedHead]:
    """Return the head that was signed at a position."""
    return Response(await asyncio.to_thread(node.notary.head_at, position), headers=_FOR_EVER)


@get("/heads/{position:int}/consistency", summary="Prove that one head goes on from another", responses=may_answer(404))
async def prove_consistency(node: NamedDependency[Node], position: At, since: Since) -> Response[ConsistencyProof]:
    """Show, by about as many hashes as the log's length has binary digits, that what was recorded under an earlier head
    is recorded unchanged under this one.
    """  # noqa: D205 - the first sentence is a long one

    def prove() -> ConsistencyProof:
        notary = node.notary
        return notary.prove_consistency(notary.head_at(since), notary.head_at(position))

    return Response(await asyncio.to_thread(prove), headers=_FOR_EVER)


@get("/events/{position:int}/proof", summary="Prove that the log holds an event", responses=may_answer(404))
async def prove_inclusion(
    node: NamedDependency[Node], position: Position, under: Under = None
) -> Response[InclusionProof]:
    """Show that an event is in the log under a signed head, by about as many hashes as the log's length has binary digits.

    A head is signed first when none covers the event yet. `tallystick check-proof` checks what is answered.
    """

    def prove() -> InclusionProof:
        notary = node.notary
        head = notary.covering(position, now()) if under is None else notary.head_at(under)
        return notary.prove_inclusion(position, head)

    return Response(
        await asyncio.to_thread(prove), headers={"Cache-Control": "no-cache"} if under is None else _FOR_EVER
    )


ROUTER = Router(
    "/api/v1",
    route_handlers=[list_heads, read_newest_head, read_key, read_head, prove_consistency, prove_inclusion],
    guards=[needs("read")],
    opt={**ONLY_NOW, **AT_OFFICE},
    tags=["Heads"],
)

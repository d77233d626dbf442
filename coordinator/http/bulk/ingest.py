"""An ingest is what a context adds to the bulk address: one kind of item, and the command that it stands for."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec

from coordinator.setup.settings import Settings
from core.access.roles import Role
from core.deciding import Command


class Item(msgspec.Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """An item of the bulk address; each kind is a subclass that repeats frozen=True.

    Attributes:
        type: which kind it is.
        id: the client's own, unique among all that it ever hands in.
        client_id: by what name the client calls itself.
        occurred_at: when it happened by the client's clock, ISO 8601.
    """

    type: str
    id: str
    client_id: str
    occurred_at: str | None = None


ItemT = TypeVar("ItemT", bound=Item)


class Ingest(msgspec.Struct, Generic[ItemT], frozen=True):
    """One kind of item.

    Attributes:
        name: its type, `factoring.curves_run`.
        item: its fields.
        command: from an item, under the coordinator's settings, to the command that it stands for; pure and quick. A
            `Refusal` refuses that item alone. What is slow to find out, the decision asks for (`core.deciding.Want`).
        role: what handing it in needs.
        speaks_as: from the command to the name that has to belong to its sender; None for that by which it calls itself.
    """

    name: str
    item: type[ItemT]
    command: Callable[[ItemT, Settings], Command]
    role: Role = "work"
    speaks_as: Callable[[Any], str] | None = None

import msgspec
import pytest

from core import contexts
from core.deciding import Context
from core.events.chain import Head, stamp
from core.events.envelope import Envelope, NewEvent
from core.events.fact import Fact
from core.events.registry import Registry, UnknownType


class Weighed(Fact, frozen=True):
    type = "scales.weighed.v1"
    grams: int


class WeighedExactly(Fact, frozen=True):
    type = "scales.weighed.v2"
    milligrams: int


class WeighedOnAScale(Fact, frozen=True):
    type = "scales.weighed.v3"
    milligrams: int
    scale: str


UPCASTERS = {
    Weighed: lambda old: WeighedExactly(milligrams=old.grams * 1_000),
    WeighedExactly: lambda old: WeighedOnAScale(milligrams=old.milligrams, scale=""),
}
REGISTRY = Registry([Weighed, WeighedExactly, WeighedOnAScale], UPCASTERS)


def stored(fact):
    (row,) = stamp([NewEvent("scales", fact)], Envelope(1, None, "operator", "operator/~#", "r"), Head(), lambda _s: 0)
    return row


def test_a_row_is_read_as_the_fact_that_its_type_names():
    row = stored(WeighedOnAScale(milligrams=5, scale="left"))
    event = REGISTRY.event(row)
    assert event.fact == WeighedOnAScale(milligrams=5, scale="left")
    assert (event.position, event.recorded_at, event.stored) == (1, 1, row)


@pytest.mark.parametrize("old", [Weighed(grams=3), WeighedExactly(milligrams=3_000)])
def test_an_old_shape_is_brought_up_to_the_newest_version_by_version_and_its_row_stays_as_it_was(old):
    row = stored(old)
    event = REGISTRY.event(row)
    assert event.fact == WeighedOnAScale(milligrams=3_000, scale="")
    assert (event.stored.type, event.stored.data) == (old.type, msgspec.json.encode(old))


def test_the_upcasters_of_every_context_are_registered(monkeypatch):
    scales = Context("scales", (Weighed, WeighedExactly, WeighedOnAScale), upcasters=UPCASTERS)
    monkeypatch.setattr(contexts, "CONTEXTS", (*contexts.CONTEXTS, scales))
    assert contexts.registry().fact("scales.weighed.v1", b'{"grams":3}') == WeighedOnAScale(milligrams=3_000, scale="")


def test_an_unknown_type_is_named():
    with pytest.raises(UnknownType, match=r"'scales\.tipped\.v1' is not a type of event that this version knows"):
        REGISTRY.fact("scales.tipped.v1", b"{}")


def test_rows_of_types_that_a_newer_version_has_recorded_are_passed_over():
    known = stored(WeighedOnAScale(milligrams=5, scale="left"))
    newer = msgspec.structs.replace(known, type="scales.weighed.v9")
    assert [event.stored for event in REGISTRY.known([known, newer])] == [known]


@pytest.mark.parametrize("data", [b"{}", b'{"grams":"3"}', b'{"grams":3,"colour":"red"}', b"[3]", b"{", b""])
def test_data_of_another_shape_is_refused(data):
    with pytest.raises(msgspec.MsgspecError):
        REGISTRY.fact("scales.weighed.v1", data)

import msgspec
import pytest

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


REGISTRY = Registry([Weighed, WeighedExactly], {Weighed: lambda old: WeighedExactly(milligrams=old.grams * 1_000)})


def stored(fact):
    (row,) = stamp([NewEvent("scales", fact)], Envelope(1, None, "operator", "operator/~#", "r"), Head(), lambda _s: 0)
    return row


def test_a_row_is_read_as_the_fact_that_its_type_names():
    row = stored(WeighedExactly(milligrams=5))
    event = REGISTRY.event(row)
    assert event.fact == WeighedExactly(milligrams=5)
    assert (event.position, event.recorded_at, event.stored) == (1, 1, row)


def test_an_old_shape_is_brought_up_to_the_newest_and_its_row_stays_as_it_was():
    row = stored(Weighed(grams=3))
    event = REGISTRY.event(row)
    assert event.fact == WeighedExactly(milligrams=3_000)
    assert event.stored.data == b'{"grams":3}'


def test_an_unknown_type_is_named():
    with pytest.raises(UnknownType, match=r"'scales\.tipped\.v1' is not a type of event that this version knows"):
        REGISTRY.fact("scales.tipped.v1", b"{}")


@pytest.mark.parametrize("data", [b"{}", b'{"grams":"3"}', b'{"grams":3,"colour":"red"}', b"[3]", b"{", b""])
def test_data_of_another_shape_is_refused(data):
    with pytest.raises(msgspec.MsgspecError):
        REGISTRY.fact("scales.weighed.v1", data)

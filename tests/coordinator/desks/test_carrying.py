"""Everything that goes between a desk and its office arrives as it was sent: every command, answer and refusal."""

from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import msgpack

import coordinator.server.application  # noqa: F401 - so that every kind of refusal is there
from coordinator.desks.carrying import OfficeFailed, Sent, Told, heard, received, sent, told
from coordinator.desks.frames import MAX_BYTES, NotFrames, Unframing, frame
from coordinator.unavailable import Unavailable
from coordinator.writer.outcome import Outcome
from core.contexts import CONTEXTS
from core.deciding import Answer, ClientClaim, Order
from core.refusals import Later, Refusal

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
WHOLE = st.integers(-(2**200), 2**200)
st.register_type_strategy(int, WHOLE)
st.register_type_strategy(str, TEXT)
st.register_type_strategy(float, st.floats(allow_nan=False))
COMMANDS = [command for context in CONTEXTS for command in context.decisions]


def kinds_of(kind):
    """Return every kind of a thing, whatever module it stands in."""
    return [kind, *(more for one in kind.__subclasses__() for more in kinds_of(one))]


ANSWERS = [kind for kind in kinds_of(Answer) if kind is not Answer]
STAMPS = st.integers(0, 2**63 - 1)
CLAIMS = st.none() | st.builds(ClientClaim, TEXT, TEXT, TEXT)


def whole(kind):
    """Return a strategy for a struct of any kind, of which every field is said."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{name: st.from_type(hints[name]) for name in kind.__struct_fields__})


def there(value, kind):
    """Return a value as it arrives on the other side."""
    return msgpack.decode(msgpack.encode(value), type=kind)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
@settings(max_examples=5)
@given(st.data())
def test_every_command_arrives_as_it_was_sent(command, data):
    order = Order(
        command=data.draw(whole(command)),
        now=data.draw(STAMPS),
        correlation=data.draw(TEXT),
        actor=data.draw(st.none() | TEXT),
        client=data.draw(CLAIMS),
        administers=data.draw(st.booleans()),
        route=data.draw(TEXT),
        key=data.draw(TEXT),
        content=data.draw(st.binary()),
        occurred_at=data.draw(st.none() | STAMPS),
    )
    assert received(there(sent(order), Sent)) == order


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer.__module__}.{answer.__name__}")
@settings(max_examples=5)
@given(st.data())
def test_every_answer_arrives_as_it_was_given(answer, data):
    outcome = Outcome(data.draw(whole(answer)), data.draw(STAMPS), data.draw(st.binary()), data.draw(st.booleans()))
    arrived = heard(there(told(outcome), Told))
    assert arrived == outcome
    assert type(arrived.answer) is answer


REFUSALS = [kind for kind in kinds_of(Refusal) if not kind.__module__.startswith("workers.")]
"""Those of coordinators; workers, which other tests may have loaded, have their own."""


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_every_refusal_arrives_with_its_kind_and_its_sentence(kind):
    refusal = kind("Seven is no square.", 7) if issubclass(kind, Later) else kind("Seven is no square.")
    arrived = heard(there(told(refusal), Told))
    assert (type(arrived), arrived.sentence, vars(arrived)) == (kind, "Seven is no square.", vars(refusal))


def test_no_two_kinds_have_one_name():
    for kinds in (COMMANDS, REFUSALS):
        assert len({kind.__name__ for kind in kinds}) == len(set(kinds))


def test_what_is_no_refusal_arrives_too():
    arrived = heard(there(told(Unavailable("The disk is full.")), Told))
    assert (type(arrived), str(arrived)) == (Unavailable, "The disk is full.")
    assert str(heard(there(told(ZeroDivisionError("by zero")), Told))) == "ZeroDivisionError('by zero')"
    assert isinstance(heard(told(ZeroDivisionError())), OfficeFailed)


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.binary(max_size=200))), st.lists(st.integers(1, 50)))
def test_frames_are_found_however_they_are_cut(frames, cuts):
    written = b"".join(frame(number, message) for number, message in frames)
    unframing, found = Unframing(), []
    for size in [*cuts, len(written)]:
        piece, written = written[:size], written[size:]
        found += unframing.take(piece)
    assert found == frames


def test_what_is_no_frame_is_turned_away():
    with pytest.raises(NotFrames, match="67108864"):
        list(Unframing().take((MAX_BYTES + 1).to_bytes(4, "big") + bytes(8)))

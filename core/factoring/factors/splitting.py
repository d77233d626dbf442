"""From splits to events: a number exists once, by value, so a part may be known already."""

from collections.abc import Callable, Mapping, Sequence

from core.events.envelope import NewEvent
from core.factoring.events.numbers import NumberSplit, Part, stream_of
from core.factoring.factors.dissection import Piece, Split
from core.factoring.mathematics.levels.targets import part_target_milli
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number


def split_events(
    splits: Sequence[Split],
    numbers: Mapping[str, Number],
    state: FactoringState,
    within: Callable[[int], int],
) -> list[NewEvent]:
    """Record splits in order.

    Args:
        splits: each of a number in `numbers`, of a piece of an earlier one, or of what is left of such a piece.
        numbers: what is split, by value.
        state: where known parts and new ids come from.
        within: for the offset of a claim, the offset of the event in this decision that is the cause.
    """
    ids = {value: (number.id, number.target_milli) for value, number in numbers.items()}  # and the t-level to reach
    following = max([state.next_number(), *(number + 1 for number, _ in ids.values())])
    events: list[NewEvent] = []
    for split in splits:
        if split.of not in ids:
            left = state.number_of_value(split.of)
            assert left is not None, f"{split.of} is left of a number on record"
            ids[split.of] = (left.id, left.target_milli)
        parent, target = ids[split.of]
        parts: list[Part] = []
        for piece in split.pieces:
            if piece.value not in ids:
                known = state.number_of_value(piece.value)
                own = part_target_milli(piece.digits, target)
                ids[piece.value] = (known.id, known.target_milli) if known else (following, own)
                following += known is None
            parts.append(_part(piece, *ids[piece.value]))
        fact = NumberSplit(number=parent, parts=tuple(parts))
        events.append(NewEvent(stream_of(parent), fact, within=within(split.claim)))
    return events


def _part(piece: Piece, number: int, target_milli: int) -> Part:
    return Part(number, piece.value, piece.digits, piece.primality, piece.times, target_milli)

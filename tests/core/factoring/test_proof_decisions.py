"""What was computed afterwards, decided over a state in memory: nobody's word is taken for a group order."""

from core.factoring.answers.shapes import CompositeAnswer
from core.factoring.commands.proofs import RecordGroupOrder, SettlePrimality
from core.factoring.events.proofs import GroupOrderComputed, PrimalitySettled
from core.refusals import BadInput, Unknown
from tests.core.factoring.given import Example, P, Partly, a_number, each, holds
from tests.core.factoring.world import World

# The curve 0:8 modulo 1000003, by Suyama's parametrisation: its order was counted by PARI.
ORDER, FACTORISATION = "1000080", (("2", 4), ("3", 3), ("5", 1), ("463", 1))
COUNTED = {
    "factor": 5,
    "position": 80,
    "number": 1,
    "value": str(P),
    "param": 0,
    "sigma": "8",
    "verdict": "smooth",
    "reason": "",
}
NUMBER = a_number()
PROBABLE = a_number(primality="probable")

EXAMPLES = [
    Example(
        "the order of a group is recorded when the group law agrees",
        World(NUMBER),
        RecordGroupOrder(order=ORDER, factorisation=FACTORISATION, **COUNTED),
        [Partly(GroupOrderComputed, factor=5, number=1, sigma="8", order=ORDER, verdict="smooth")],
    ),
    Example(
        "it is refused when it does not",
        World(NUMBER),
        RecordGroupOrder(order="1000081", factorisation=(("1000081", 1),), **COUNTED),
        BadInput("1000081 is not the order of the curve 0:8 modulo 1000003"),
    ),
    Example(
        "a sigma that gives no curve has no order",
        World(NUMBER),
        RecordGroupOrder(order="", factorisation=(), **COUNTED | {"verdict": "doubtful", "reason": "no curve"}),
        [Partly(GroupOrderComputed, order="", verdict="doubtful", reason="no curve")],
    ),
    Example(
        "of what is not there there is none",
        World(),
        RecordGroupOrder(order="", factorisation=(), **COUNTED),
        Unknown("no number with the id 1"),
    ),
    Example(
        "a proof settles what was probable",
        World(PROBABLE),
        SettlePrimality(number=1, primality="proven"),
        [Partly(PrimalitySettled, number=1, primality="proven")],
    ),
    Example(
        "what is settled stays so",
        World(NUMBER),
        SettlePrimality(number=1, primality="proven"),
        Partly(CompositeAnswer, outcome="existing", primality="composite"),
    ),
]


@each(EXAMPLES)
def test_it_is_decided_so(example):
    holds(example)

"""Facts about what was found out afterwards, by computing for seconds: whether a prime is one, and how a factor was found."""

from core.events.fact import Fact
from core.factoring.mathematics.curves.group_order import Factorisation


class GroupOrderComputed(Fact, frozen=True):
    """The order of the curve that is said to have found a factor was counted.

    Attributes:
        factor: the factor's id.
        number: the number on which it was found.
        param: parametrisation of the curve.
        sigma: of the curve.
        order: of the group, modulo the factor; empty when the sigma gives no curve there.
        factorisation: of the order, (prime, exponent) ascending.
        verdict: `smooth` when the curve with its bounds finds the factor, else `doubtful`.
        reason: why it is doubtful, in words.
    """

    type = "factoring.group_order_computed.v1"
    factor: int
    number: int
    param: int
    sigma: str
    order: str
    factorisation: Factorisation
    verdict: str
    reason: str


class PrimalitySettled(Fact, frozen=True):
    """A probable prime was proved to be prime, or composite.

    Attributes:
        number: its id.
        value: in decimal.
        primality: `proven` or `composite`.
    """

    type = "factoring.primality_settled.v1"
    number: int
    value: str
    primality: str


FACTS = (GroupOrderComputed, PrimalitySettled)

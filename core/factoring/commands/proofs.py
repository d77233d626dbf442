"""Commands that record what was proved, or counted, outside of a decision."""

from typing import Literal

from core.deciding import Command
from core.factoring.answers.shapes import CompositeAnswer
from core.factoring.mathematics.curves.group_order import Factorisation, Verdict


class RecordGroupOrder(Command[CompositeAnswer], frozen=True):
    """Record the order of the curve that is said to have found a prime factor.

    Attributes:
        factor: the factor's id.
        position: of the event that tells of it.
        number: the number on which it was found.
        value: the factor, in decimal.
        param: parametrisation of the curve.
        sigma: of the curve, in decimal.
        order: of the group; empty when the sigma gives no curve.
        factorisation: of the order.
        verdict: `smooth` or `doubtful`.
        reason: why it is doubtful.
    """

    context = "factoring"
    factor: int
    position: int
    number: int
    value: str
    param: int
    sigma: str
    order: str
    factorisation: Factorisation
    verdict: Verdict
    reason: str


class SettlePrimality(Command[CompositeAnswer], frozen=True):
    """Record whether a number that passed for a prime is one."""

    context = "factoring"
    number: int
    primality: Literal["proven", "composite"]

"""Decisions about what was computed afterwards: group orders and proofs of primality."""

from core.bigint import abbreviate
from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.answers.rendering import composite_answer
from core.factoring.commands.proofs import RecordGroupOrder, SettlePrimality
from core.factoring.events.numbers import stream_of
from core.factoring.events.proofs import GroupOrderComputed, PrimalitySettled
from core.factoring.mathematics.curves.group_order import curve_of, is_order
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.refusals import BadInput, Unknown


def record_order(command: RecordGroupOrder, _: Asking, state: FactoringState) -> Decision:
    """Record a group order; whoever counted it, the group law has to agree."""
    number = _number(command.number, state)
    if command.order:
        curve = curve_of(command.param, int(command.sigma), int(command.value))
        if not is_order(curve, int(command.order), command.factorisation):
            raise BadInput(
                f"{abbreviate(command.order)} is not the order of the curve {command.param}:{command.sigma} modulo"
                f" {abbreviate(command.value)}."
            )
    fact = GroupOrderComputed(
        factor=command.factor,
        number=number.id,
        param=command.param,
        sigma=command.sigma,
        order=command.order,
        factorisation=command.factorisation,
        verdict=command.verdict,
        reason=command.reason,
    )
    return [NewEvent(stream_of(number.id), fact, cause=command.position)]


def settle_primality(command: SettlePrimality, _: Asking, state: FactoringState) -> Decision:
    """Record what a proof came to; what is settled stays so."""
    number = _number(command.number, state)
    if number.primality != "probable":
        return composite_answer(number, "existing")
    fact = PrimalitySettled(number=number.id, value=number.value, primality=command.primality)
    return [NewEvent(stream_of(number.id), fact, cause=number.submitted)]


def _number(number: int, state: FactoringState) -> Number:
    known = state.number(number)
    if known is None:
        raise Unknown(f"There is no number with the id {number}.")
    return known

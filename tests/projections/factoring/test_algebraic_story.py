"""A number that falls apart by its form when it is handed in."""

from core.factoring.commands.numbers import SubmitComposite
from core.factoring.events.reports import FactorFound


def test_the_halves_of_a_number_are_worked_on_apart(office):
    answer = office.perform(SubmitComposite(text="2,202+", ceiling_digits=1_000))
    state = office.factoring
    whole = state.number(answer.number)
    assert (whole.status, whole.digits) == ("split", 61)
    left = [leaf for leaf in state.leaves(whole.id) if leaf.status == "open"]
    assert sorted(leaf.digits for leaf in left) == [28, 30]
    product = 1
    for leaf in state.leaves(whole.id):
        product *= int(leaf.value)
    assert product == 2**202 + 1
    rows = office.log.read(0, office.log.head().position)
    found = [office.committer.registry.event(row).fact for row in rows if row.type == FactorFound.type]
    assert {(one.attempt, one.client) for one in found} == {(0, 0)}
    assert min(left, key=lambda leaf: leaf.digits).value in {one.value for one in found}
    again = office.perform(SubmitComposite(text=str(2**202 + 1), ceiling_digits=1_000))
    assert again.number == answer.number
    before = office.tables("factoring")
    office.reopen(rebuild=True)
    assert office.tables("factoring") == before

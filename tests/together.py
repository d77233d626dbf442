"""What a machine of an office does besides: it has several batches applied together, as a coordinator does."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

applied = precondition(lambda machine: not machine.office.committer.unapplied)
"""For an invariant of the tables: they show everything then."""


class Together(RuleBasedStateMachine):
    """Draws how many batches are applied together, and now and then has them applied before."""

    @rule(batches=st.integers(1, 8))
    def answer_before_applying(self, batches):
        self.office.together = batches

    @rule()
    def apply(self):
        self.office.committer.apply()

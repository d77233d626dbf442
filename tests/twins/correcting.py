"""Withdrawing in an office what a running coordinator withdraws at its HTTP door."""


def correct(office, positions, *, undo):
    """Have events not count any more, or take that back."""
    office.correct(*positions, reason="mistaken", undo=undo)

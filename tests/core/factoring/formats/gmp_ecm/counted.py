"""What printed outputs count for, in the words of the tests about them."""

from core.factoring.formats.credit.shown import shown_of
from core.factoring.formats.gmp_ecm.transcript import parse_output
from core.factoring.formats.middleware.submission import Told, runs_of

A = (10**30 + 57) * (10**31 + 33)
P9 = 1_000_000_007


def shown(text, number=A):
    """What an output shows of a number, of which up to 1,000 sigmas are kept."""
    return shown_of(parse_output(text), number, 1000)


def bounds_of(text, number=A):
    """The bounds of the curves that an output shows, one after the other."""
    return [ran.bounds for ran in shown(text, number).curves]


def credited(text, number=A, curves=0, **fields):
    """The runs that a report counts for: an output, the number of curves, and other fields beside it."""
    told = Told(
        **{"b1": None, "b2": None, "param": None, "sigma": "", "claims": (), "cpu_milliseconds": 0, "curves": curves}
        | fields
    )
    return runs_of(told, shown(text, number))

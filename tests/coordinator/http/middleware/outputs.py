"""Outputs of GMP-ECM on a number, as they are handed in with results."""

P12, P16, P20, P64 = 10**11 + 3, 10**15 + 37, 10**19 + 51, 10**63 + 121
N = P16 * P64
USING = "Using B1=11000, B2=1873422, polynomial x^1, sigma=1:{}\nStep 1 took 1ms\nStep 2 took 1ms\n"


def shown(*sigmas):
    """Return what shows a curve with each sigma."""
    return "".join(USING.format(sigma) for sigma in sigmas)

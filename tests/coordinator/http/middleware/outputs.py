"""Outputs of GMP-ECM on a number, as they are handed in with results."""

P12, P16, P20, P64 = 10**11 + 3, 10**15 + 37, 10**19 + 51, 10**63 + 121
N = P16 * P64
USING = "Using B1=11000, B2=1873422, polynomial x^1, sigma=1:{}\nStep 1 took 1ms\nStep 2 took 1ms\n"


def shown(*sigmas):
    """Return what shows a curve with each sigma."""
    return "".join(USING.format(sigma) for sigma in sigmas)


def resumed(number, sigmas):
    """Return what GMP-ECM prints when it resumes curves, from all processes that did."""
    curve = (
        "Resuming ECM residue saved by a@b with GMP-ECM 7.0.5 on Sat Nov 28 13:50:50 2026\nInput number is {} ({} digits)\n"
        "Using B1=11000-11000, B2=1100000, polynomial x^1, sigma=1:{}\nStep 1 took 0ms\nStep 2 took 9ms\n"
    )
    return "".join(curve.format(number, len(str(number)), sigma) for sigma in sigmas)

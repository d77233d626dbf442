"""Formulas of factoring: how likely a curve is to find a factor, what has been done, and what follows.

Each is in a file named after what it computes. The rooms from the bottom to the top. A room imports only from those listed
before it; `tests/architecture` holds that.

    divisibility/  what is prime or a power, and what numbers have in common
    curves/        one curve: how far it is run, and what group its points form
    probability/   how likely one curve is to find a factor of some size
    levels/        how much was done on a number: an effort, and the t-level that it amounts to
    prospects/     what a number may still hold, how long it takes to find that, and what to run next
"""

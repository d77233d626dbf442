"""How a range 1..n is cut: contiguous chunks of equal length, the last with what is left over."""

from core.refusals import BadInput

LEAST_N = 10_000
MOST_CHUNKS = 128


def accepted_n(ceiling: int) -> str:
    """Say up to which numbers primes are counted here, as a noun phrase."""
    return f"a whole number from {LEAST_N} to {ceiling}"


def check_job(n: int, chunks: int, ceiling: int) -> None:
    """Let a job pass that can be counted here.

    Raises:
        BadInput: n or the number of chunks is out of bounds.
    """
    if not LEAST_N <= n <= ceiling:
        shown = str(n) if abs(n) < 10**40 else "a number of many digits"
        raise BadInput(f"n is {shown}; {accepted_n(ceiling)} is accepted.")
    if not 1 <= chunks <= MOST_CHUNKS:
        raise BadInput(f"chunks is {chunks}; a whole number from 1 to {MOST_CHUNKS} is accepted.")


def ends_of(n: int, chunks: int, chunk: int) -> tuple[int, int]:
    """Return the first and the last number of a chunk, which counts from 1."""
    size = n // chunks
    return (chunk - 1) * size + 1, n if chunk == chunks else chunk * size


def check_counts(a: int, b: int, before: int, last: int) -> None:
    """Let counts pass that could be pi(a - 1) and pi(b).

    Raises:
        BadInput: they could not.
    """
    if not 0 <= before < a or (a == 1 and before):
        raise BadInput(f"pi_before is {before}; how many primes there are up to {a - 1} is accepted.")
    if not before <= last <= before + b - a + 1:
        raise BadInput(
            f"pi_last is {last}; how many primes there are up to {b}, from pi_before ({before}) to"
            f" {before + b - a + 1}, is accepted."
        )


def nominal_seconds(last: int) -> float:
    """Return about how long a chunk up to `last` takes on one core of 2020: pi at both of its ends, by primecount.

    Measured from 10^12 (0.03 s) to 10^16 (7.7 s): half as long again for each bit.
    """
    return 9.0 * 1.53 ** (last.bit_length() - 54)

"""Proving with FLINT that what passed a probable-prime test is prime."""

from msgspec import Struct

MOST_DIGITS = 500
"""A proof takes 2 seconds at 300 digits and 20 at 500, and two minutes at 800: longer ones stay probable."""


class Unproved(Exception):  # noqa: N818 - it reads as what is the case
    """FLINT could neither prove the number prime nor composite, which it says can happen and nobody has seen."""


class ProvePrime(Struct, frozen=True):
    """Is this number, in decimal, prime?"""

    value: str

    def find(self) -> bool:
        """Prove it, by Pocklington's or Morrison's theorem where p - 1 or p + 1 factors easily, else by APR-CL.

        Raises:
            Unproved: there is no proof either way.
        """
        from flint import fmpz  # noqa: PLC0415 - ten megabytes, which the coordinator itself does without

        verdict = fmpz(self.value).is_prime()
        if verdict not in {0, 1}:
            raise Unproved(self.value)
        return bool(verdict)

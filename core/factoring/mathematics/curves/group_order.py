"""The curve that a sigma stands for, modulo a factor, and whether its order lets that curve find the factor.

GMP-ECM works on Montgomery curves b y^2 = x^3 + A x^2 + x and follows a point from x0 on. Modulo a prime p the curve is a
finite group, and p is found when stage 1 and stage 2 together bring the point to the neutral element: when the order of
the point is a product of prime powers up to B1, but for a factor that stage 2 reaches. The order of the group is counted
elsewhere; here the curve is set up, a count is held against the group law, and it is judged.

The parametrisations: "Suyama's" for 0, and those of "Bouvier, Montgomery, Zimmermann" in parametrizations.c of GMP-ECM.
"""

from collections.abc import Iterable, Sequence
from math import prod
from typing import Literal

import gmpy2
from gmpy2 import mpz
from msgspec import Struct

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.stage2 import stage2_of

Factorisation = tuple[tuple[str, int], ...]
"""(prime in decimal, exponent), ascending; a composite stands in it only when nobody could take it apart."""

Verdict = Literal["smooth", "doubtful"]

_Point = tuple[mpz, mpz] | None
"""A point in affine coordinates; None for the neutral element."""


_USUAL_B2_DIGITS = 570
"""Up to here GMP-ECM's stage 2 goes as far as it usually does by default."""


class NoCurve(Exception):  # noqa: N818 - it reads as what is the case
    """The sigma gives no elliptic curve modulo this prime."""


class Curve(Struct, frozen=True):
    """b y^2 = x^3 + a x^2 + x modulo a prime, with the x of the point that GMP-ECM starts from and y = 1."""

    prime: mpz
    a: mpz
    x0: mpz

    @property
    def weierstrass(self) -> tuple[int, int, int, int, int]:
        """The coefficients a1, a2, a3, a4, a6 of an isomorphic curve in Weierstrass form."""
        b = ((self.x0 + self.a) * self.x0 + 1) * self.x0 % self.prime
        return 0, int(b * self.a % self.prime), 0, int(b * b % self.prime), 0

    def kills(self, multiplier: int) -> bool:
        """Tell whether so many times the starting point is the neutral element, by Montgomery's ladder."""
        return multiplier == 0 or _ladder(self, multiplier)[1] == 0


class Judgement(Struct, frozen=True):
    """The judgement of an order on a claim that its curve found the factor; `reason` is empty when it is `smooth`."""

    verdict: Verdict
    reason: str


def curve_of(param: int, sigma: int, prime: int) -> Curve:
    """Return the curve that GMP-ECM takes for `-param` and `-sigma`, modulo a prime above 3.

    Raises:
        NoCurve: a denominator vanishes, or the curve has a singular point.
    """
    p, s = mpz(prime), mpz(sigma)
    try:
        a, x0 = _PARAMETRISATIONS[param](s, p)
    except ZeroDivisionError:
        raise NoCurve from None
    curve = Curve(p, a % p, x0 % p)
    if (a * a - 4) % p == 0 or not curve.weierstrass[3]:
        raise NoCurve
    return curve


def is_order(curve: Curve, order: int, factorisation: Iterable[tuple[str, int]]) -> bool:
    """Tell whether a number can be the order of a curve.

    It is the product of its factorisation, lies where Hasse says, and kills the starting point. Another number that
    does all this exists only for points of an order below 4 sqrt(p).
    """
    p = curve.prime
    return (
        order == prod(mpz(base) ** exponent for base, exponent in factorisation)
        and (order - p - 1) ** 2 <= 4 * p
        and curve.kills(order)
    )


def judge(curve: Curve, factorisation: Factorisation, bounds: Bounds) -> Judgement:
    """Judge whether a curve, run to these bounds, finds the prime modulo which it has this order.

    What counts is the order of the starting point: it divides that of the group, and is smooth when the other is.
    """
    for base, _ in factorisation:
        if not gmpy2.is_prime(mpz(base)):
            what = f"{len(base)} digits of the group order could not be factored"
            return Judgement("doubtful", f"{what}; an order that lets a curve find something is easy to factor.")
    left = _left_by_stage_1(_point_order(curve, factorisation), bounds.b1)
    stage2 = stage2_of(bounds.b1, bounds.b2)
    if left <= max(1, stage2.furthest):
        return Judgement("smooth", "")
    ends = f"stage 2 meets nothing above {stage2.furthest}" if stage2.furthest else "there was no stage 2"
    reason = f"Stage 1 to B1 = {bounds.b1} leaves {left} of the order of the point, and {ends}."
    if stage2.polynomial.degree > 1:
        reason += " Only by chance does the extension of Brent and Suyama find such a factor."
    if bounds.param == 0:
        reason += (
            " Now and then, mostly with a low B1, Montgomery's chains find one by themselves: in parametrisation 0 the point"
            " is multiplied along them, and two of its multiples may meet on the way. And -go, of which GMP-ECM"
            " prints nothing, multiplies the point beforehand by whatever its user likes."
        )
    return Judgement("doubtful", reason)


def must_find(curve: Curve, factorisation: Factorisation, bounds: Bounds, digits: int) -> bool:
    """Tell whether a curve, run to these bounds on a number of so many digits, finds the prime for certain.

    What stage 1 leaves of the order of the point is nothing, or a prime that stage 2 goes by. Long numbers have another
    default B2, and of theirs only stage 1 is certain.
    """
    if not all(gmpy2.is_prime(mpz(base)) for base, _ in factorisation):
        return False
    left = _left_by_stage_1(_point_order(curve, factorisation), bounds.b1)
    reached = 0 if digits > _USUAL_B2_DIGITS else stage2_of(bounds.b1, bounds.b2).b2
    return left == 1 or (bounds.b1 < left <= reached and gmpy2.is_prime(mpz(left)))


def _point_order(curve: Curve, factorisation: Factorisation) -> list[tuple[mpz, int]]:
    """Return the order of the starting point, given the factorisation of a number that kills it."""
    powers = [(mpz(base), exponent) for base, exponent in factorisation]
    order = prod(base**exponent for base, exponent in powers)
    found = []
    for base, exponent in powers:
        needed = exponent
        while needed and curve.kills(order // base):
            order //= base
            needed -= 1
        if needed:
            found.append((base, needed))
    return found


def _left_by_stage_1(order: Sequence[tuple[mpz, int]], b1: int) -> int:
    """Return what is left of an order when the largest power of each prime up to B1 is divided out."""
    left = mpz(1)
    for base, exponent in order:
        power = base
        while exponent and power <= b1:
            power *= base
            exponent -= 1  # noqa: PLW2901 - counted down to what is left
        left *= base**exponent
    return int(left)


def _suyama(s: mpz, p: mpz) -> tuple[mpz, mpz]:
    u, v = s * s - 5, 4 * s
    x0 = gmpy2.divm(u**3, v**3, p)
    return gmpy2.divm((v - u) ** 3 * (3 * u + v), 4 * u**3 * v, p) - 2, x0


def _square_batch(s: mpz, p: mpz) -> tuple[mpz, mpz]:
    return gmpy2.divm(4 * s * s, mpz(1) << 64, p) - 2, mpz(2)


def _torsion_12(s: mpz, p: mpz) -> tuple[mpz, mpz]:
    point = _times(s, (-3 % p, mpz(3)), p)
    if point is None:
        raise ZeroDivisionError
    x, y = point
    x3 = gmpy2.divm(3 * x + y + 6, 2 * (y - 3), p)
    return gmpy2.divm(1 - 3 * x3**4 - 6 * x3**2, 4 * x3**3, p), mpz(2)


def _batch(s: mpz, p: mpz) -> tuple[mpz, mpz]:
    return gmpy2.divm(4 * s, mpz(1) << 32, p) - 2, mpz(2)


_PARAMETRISATIONS = (_suyama, _square_batch, _torsion_12, _batch)


def _times(multiplier: mpz, point: _Point, p: mpz) -> _Point:
    """Multiply a point of y^2 = x^3 + 36."""
    result: _Point = None
    for bit in multiplier.digits(2):
        result = _sum(result, result, p)
        if bit == "1":
            result = _sum(result, point, p)
    return result


def _sum(one: _Point, other: _Point, p: mpz) -> _Point:
    """Add two points of a curve y^2 = x^3 + constant."""
    if one is None or other is None:
        return other if one is None else one
    (x1, y1), (x2, y2) = one, other
    if (x1 - x2) % p:
        slope = gmpy2.divm(y2 - y1, x2 - x1, p)
    elif (y1 + y2) % p:
        slope = gmpy2.divm(3 * x1 * x1, 2 * y1, p)
    else:
        return None
    x = (slope * slope - x1 - x2) % p
    return x, (slope * (x1 - x) - y1) % p


def _ladder(curve: Curve, multiplier: int) -> tuple[mpz, mpz]:
    """Return X and Z of a multiple, from 1 on, of the starting point (Montgomery, "Speeding the Pollard ...", 1987)."""
    p = curve.prime
    quarter = gmpy2.divm(curve.a + 2, mpz(4), p)

    def doubled(x: mpz, z: mpz) -> tuple[mpz, mpz]:
        plus, minus = (x + z) ** 2 % p, (x - z) ** 2 % p
        difference = plus - minus
        return plus * minus % p, difference * (minus + quarter * difference) % p

    lower, upper = (curve.x0, mpz(1)), doubled(curve.x0, mpz(1))
    for bit in mpz(multiplier).digits(2)[1:]:
        (x, z), (u, w) = lower, upper
        one, other = (x - z) * (u + w) % p, (x + z) * (u - w) % p
        between = ((one + other) ** 2 % p, curve.x0 * (one - other) ** 2 % p)
        lower, upper = (between, doubled(u, w)) if bit == "1" else (doubled(x, z), between)
    return lower

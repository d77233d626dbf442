"""Names that tables and forums give numbers, in plain signs: `2,1277-` and `M1277` are 2^1277-1, `R(103)` is (10^103-1)/9.

`b,n-` and `b,n+` are the Cunningham tables' b^n - 1 and b^n + 1; where these fall into two by themselves, `b,nL` and `b,nM`
are the halves (Brillhart et al., "Factorizations of b^n ± 1", table of Aurifeuillian factorizations). Copied from a web
page, a minus may be another sign, digits may stand in groups of three, exponents may be raised. Programs break a long number
by a backslash or an underscore at the end of a line.

What has two readings is refused with both, and how to write each.
"""

import re
from collections.abc import Callable

from core.bigint import abbreviate, unbroken
from core.refusals import BadInput

_SIGNS = str.maketrans(
    "\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{MULTIPLICATION SIGN}\N{MIDDLE DOT}"
    "\N{DOT OPERATOR}\N{DIVISION SIGN}\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}[]{}",
    "-----***/   ()()",
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_RAISED_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([ ,_'])[0-9]{3})(?:\1[0-9]{3})*", re.ASCII)
_CUNNINGHAM = re.compile(r"([0-9]{1,9}),\s*([0-9]{1,9})\s*([-+LM])", re.ASCII)
_SHORT = re.compile(r"(?<![A-Za-z0-9])(?P<letter>[MR])(?:(?P<bare>[0-9]{1,9})|\((?P<enclosed>[0-9]{1,9})\))", re.ASCII)
_F = re.compile(r"(?<![A-Za-z0-9])F_?\(?([0-9]{1,9})\)?", re.ASCII)
_P = re.compile(r"(?<![A-Za-z0-9])p_?\(?([0-9]{1,9})\)?#", re.ASCII)
_PAIR = re.compile(r"([0-9]{1,9}),?\s*LM\s*,?\s*([0-9]{1,9})", re.ASCII)
_COFACTOR = re.compile(r"C([0-9]{1,5})_([0-9]{1,9})_([0-9]{1,9})", re.ASCII)

_Halves = Callable[[int], tuple[str, str]]


def in_plain_signs(text: str) -> str:
    """Return an expression with every name in it written out, as far as it has names; any other text as it is.

    Raises:
        BadInput: a name has two readings, or names no number.
    """
    text = _RAISED_RUN.sub(lambda run: f"^{run[0].translate(_RAISED)}", unbroken(text).translate(_SIGNS)).strip()
    if grouped := _GROUPED.fullmatch(text):
        return text.replace(grouped[1], "")
    if table := _CUNNINGHAM.fullmatch(text):
        return _cunningham(int(table[1]), int(table[2]), table[3])
    _refuse_two_readings(text)
    if whole := _SHORT.fullmatch(text):
        return _written_out(whole)
    return _SHORT.sub(lambda found: f"({_written_out(found)})", text)


def _written_out(short: re.Match[str]) -> str:
    n = short["bare"] or short["enclosed"]
    return f"2^{n}-1" if short["letter"] == "M" else f"(10^{n}-1)/9"


def _refuse_two_readings(text: str) -> None:
    before, slashes, behind = text.partition("//")
    if before and slashes:
        raise BadInput(
            f"{abbreviate(text)} has two readings: a quotient, written with one / and without a remainder, and, as GMP-ECM reads"
            f" it, {abbreviate(before.strip())} with the comment {abbreviate(behind.strip())}."
        )
    if found := _F.search(text):
        n = found[1]
        raise BadInput(
            f"{found[0]} has two readings: the Fibonacci number, written Fib({n}), and the Fermat number, written 2^(2^{n})+1."
        )
    if found := _P.search(text):
        n = found[1]
        raise BadInput(
            f"{found[0]} has two readings: the product of the primes up to {n}, written {n}#, and that of the first {n}"
            " primes, written q# with the last of these in place of q."
        )
    if found := _PAIR.fullmatch(text):
        base, n = found.groups()
        raise BadInput(
            f"{text} names two numbers, written {base},{n}L and {base},{n}M; their product is part of {base},{n}+."
        )
    if found := _COFACTOR.fullmatch(text):
        digits, x, y = found.groups()
        raise BadInput(
            f"{text} is what is left, {digits} digits, of {x}^{y}+{y}^{x} without the factors that its table lists; write its"
            " digits, or that expression for the whole number."
        )


def _cunningham(base: int, n: int, sign: str) -> str:
    if sign in "+-":
        return f"{base}^{n}{sign}1"
    name = f"{base},{n}{sign}"
    if base not in _AURIFEUILLIAN:
        raise BadInput(f"{name} is not known: the bases {', '.join(map(str, _AURIFEUILLIAN))} have an L and an M.")
    step, first, _ = _AURIFEUILLIAN[base]
    found = halves_of(base, n)
    if not found:
        raise BadInput(
            f"{abbreviate(name)} names no number: of base {base}, {first}, {first + step}, {first + 2 * step} and so on have an"
            f" L and an M. {base}^{n}-1 is written {base},{n}-."
        )
    return found[0] if sign == "L" else found[1]


def halves_of(base: int, n: int) -> tuple[str, ...]:
    """Return the halves L and M of the Cunningham tables for an exponent, as expressions; none where there are none."""
    if base not in _AURIFEUILLIAN:
        return ()
    step, first, halves = _AURIFEUILLIAN[base]
    k, rest = divmod(n - first, step)
    if rest or k < 0:
        return ()
    a, b = halves(k + 1)
    return f"{a}-{b}", f"{a}+{b}"


def _two(k: int) -> tuple[str, str]:
    return f"2^{2 * k - 1}+1", f"2^{k}"


def _three(k: int) -> tuple[str, str]:
    return f"3^{2 * k - 1}+1", f"3^{k}"


def _five(k: int) -> tuple[str, str]:
    t = f"(5^{2 * k - 1}+1)"
    return f"{t}^2+5^{2 * k - 1}", f"{t}*5^{k}"


def _six(k: int) -> tuple[str, str]:
    t = f"(6^{2 * k - 1}+1)"
    return f"{t}^2+6^{2 * k - 1}", f"{t}*6^{k}"


def _seven(k: int) -> tuple[str, str]:
    t = f"(7^{2 * k - 1}+1)"
    return f"{t}^3", f"7^{k}*({t}^2-7^{2 * k - 1})"


def _ten(k: int) -> tuple[str, str]:
    return (
        f"10^{8 * k - 4}+5*10^{6 * k - 3}+7*10^{4 * k - 2}+5*10^{2 * k - 1}+1",
        f"(10^{7 * k - 3}+2*10^{5 * k - 2}+2*10^{3 * k - 1}+10^{k})",
    )


def _eleven(k: int) -> tuple[str, str]:
    return (
        f"11^{10 * k - 5}+5*11^{8 * k - 4}-11^{6 * k - 3}-11^{4 * k - 2}+5*11^{2 * k - 1}+1",
        f"(11^{9 * k - 4}+11^{7 * k - 3}-11^{5 * k - 2}+11^{3 * k - 1}+11^{k})",
    )


def _twelve(k: int) -> tuple[str, str]:
    return f"12^{2 * k - 1}+1", f"2^{2 * k - 1}*3^{k}"


_AURIFEUILLIAN: dict[int, tuple[int, int, _Halves]] = {
    2: (4, 2, _two),
    3: (6, 3, _three),
    5: (10, 5, _five),
    6: (12, 6, _six),
    7: (14, 7, _seven),
    10: (20, 10, _ten),
    11: (22, 11, _eleven),
    12: (6, 3, _twelve),
}
"""By base: exponents that have halves lie so far apart, from this one on, and the halves of the k-th are a - b and a + b."""

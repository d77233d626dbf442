"""The log of CADO-NFS: the number, and the primes that its square roots split it into (cadotask.py; 3.0).

    Info:Complete Factorization / Discrete logarithm: Factoring 9037…
    Info:Square Root: Factors: 260938498861057 588120598053661 …

Its own curves are run on small cofactors of relations, never on the number, so that nothing of them counts.
"""

import re
from collections.abc import Iterable, Iterator

from core.factoring.formats.hand_run.stated import Stated

NAME = "CADO-NFS"
_COLOURS = re.compile(r"\x1b\[[0-9;]{0,20}m")
_NUMBER = re.compile(r"Info:[^:]{1,80}: Factoring (?P<qs>\(with QS\) )?(?P<number>[0-9]+)(?![0-9])")
_FACTORS = re.compile(r"Info:[^:]{1,80}: Factors: (?P<factors>[0-9]+(?: [0-9]+)*)\s*\Z")


def of_log(lines: Iterable[tuple[int, str]]) -> Iterator[Stated]:
    """Yield the factors of each number that a log tells of."""
    number, method = "", "nfs"
    for line, said in lines:
        plain = _COLOURS.sub("", said)
        if named := _NUMBER.search(plain):
            number, method = named["number"], "qs" if named["qs"] else "nfs"
        elif found := _FACTORS.search(plain):
            factors = tuple(dict.fromkeys(found["factors"].split()))
            yield Stated(line, NAME, factors=factors, number=number, method=method)

"""Plain outputs, which one expression reads whole.

Most are: a program begins, names one number, and runs curves of one kind on it; both stages of each are over, and nothing was
found. Of these, all but the sigmas is settled by the first curve. Any other output is read line by line.
"""

import re

from core.factoring.formats.gmp_ecm.output import Curve, Output, Terms

_COUNT = "[0-9]{1,12}"
_SIGMA = "[1-9][0-9]{0,19}"
_STEPS = rf"\nStep 1 took {_COUNT}ms\nStep 2 took {_COUNT}ms"
_PLAIN = re.compile(
    r"GMP-ECM (?P<version>[-+.~0-9A-Za-z]{1,40}) \[[-+=.:, 0-9A-Za-z]{0,1000}\] \[ECM\]\n"
    rf"Input number is (?P<number>[-+*/^!#,()0-9A-Za-z]+) \([0-9]{{1,9}} digits?\)\n"
    r"Using (?P<kind>B1=(?P<b1>[0-9]{1,20}), B2=(?P<b2>[0-9]{1,30}), polynomial (?P<polynomial>[-()0-9A-Za-z^]{1,20}),"
    rf" sigma=(?P<param>[0-3]):)(?P<sigma>{_SIGMA}){_STEPS}"
    rf"(?P<others>(?:\nRun {_COUNT} out of {_COUNT}:\nUsing (?P=kind){_SIGMA}{_STEPS})*+)\n?\Z"
)
_OTHER = re.compile(r"\nRun ([0-9]+) out of ([0-9]+):\nUsing .+:([0-9]+)\n.+\n.+")
_FIRST_LINE = 3
_LINES_OF_ANOTHER = 4


def plain_output(text: str) -> Output | None:
    """Everything that a plain output says, as it is said by its lines; None when it is another. Takes time linear in its length."""
    plain = _PLAIN.match(text)
    if plain is None:
        return None
    others = _OTHER.findall(plain["others"])
    if [(int(run), of) for run, of, _ in others] != [(run, others[0][1]) for run in range(2, len(others) + 2)]:
        return None
    terms = Terms(
        b1=int(plain["b1"]),
        b2=int(plain["b2"]),
        param=int(plain["param"]),
        polynomial=plain["polynomial"],
        number=plain["number"],
        method="ECM",
        version=plain["version"],
    )
    sigmas = (plain["sigma"], *(sigma for _, _, sigma in others))
    return Output(
        version=terms.version,
        method=terms.method,
        curves=tuple(Curve(terms, sigma, line=_FIRST_LINE + _LINES_OF_ANOTHER * i) for i, sigma in enumerate(sigmas)),
        unseen=0,
        numbers=(plain["number"],),
    )

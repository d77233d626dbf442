"""Texts of programs whose starter put tags into what they wrote, also within lines: the lines of each in one piece again.

Open MPI's `mpirun --tag-output` writes a tag before whatever portion came from a program just then, and behind each line's end;
`--timestamp-output` writes the time so, alone or before the tag. GMP-ECM writes the line that announces a curve in six goes:

    [1,2]<stdout>:Using B1=5000, [1,0]<stdout>:Step 1 took 4ms
    [1,2]<stdout>:B2=600786, polynomial x^1[1,2]<stdout>:, sigma=1:760467530

All that stands behind one tag, put together, is what its program wrote. Times alone don't tell programs apart: without them the
text is as the programs wrote it.
"""

import re
from collections import defaultdict

_TIME = "(?:[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]?[0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} [0-9]{4})?"
_STREAM = "<std(?:out|err)>: ?"
_TAG = re.compile(rf"{_TIME}(\[[^][\s]{{1,80}},[0-9]{{1,9}}\]{_STREAM})")
_TIME_ALONE = re.compile(f"{_TIME}{_STREAM}")


def untagged(text: str) -> str:
    """Return a text with a tag before each line only, on as many lines as before: a line stands where its last portion did."""
    if "<std" not in text:
        return text
    if not _TAG.search(text):
        return _TIME_ALONE.sub("", text)
    begun: defaultdict[str, str] = defaultdict(str)
    return "".join(_whole(line, begun) for line in text.splitlines(keepends=True))


def _whole(line: str, begun: defaultdict[str, str]) -> str:
    """Return the line that ends with this one; what else it holds is begun."""
    before, *tagged = _TAG.split(line)
    if not tagged:
        return line
    for tag, portion in zip(tagged[:-2:2], tagged[1:-2:2], strict=True):
        begun[tag] += portion
    tag, portion = tagged[-2:]
    return f"{before}{tag}{begun.pop(tag, '')}{portion}"

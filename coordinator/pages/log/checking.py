"""The page on which a visitor's own browser checks a log: five files that can be kept, and work from a disk.

They stand in `checker` with their SHA-256, which are published with a release, and are answered byte for byte. They have
no template, no part of the other pages and no script between their lines, so that what is served can be compared.
"""

from pathlib import Path

from litestar import Response, get
from litestar.params import FromPath

from coordinator.http.caller import PUBLIC
from coordinator.http.responses.problems import may_answer
from core.refusals import Unknown
from core.wording import shortened

CHECKER = Path(__file__).parents[1] / "checker"
SUMS = "SHA256SUMS"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", "": "text/plain"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def published() -> list[tuple[str, str]]:
    """Return the name of every file and the SHA-256 that it was released with."""
    lines = (CHECKER / SUMS).read_text().splitlines()
    return [(name, digest) for digest, _, name in (line.partition("  ") for line in lines)]


@get("/check/{name:str}", include_in_schema=False, guards=[PUBLIC], responses=may_answer(404))
async def read_checker(name: FromPath[str]) -> Response[bytes]:
    """Return one of the files."""
    path = CHECKER / name
    if name not in {SUMS, *(known for known, _ in published())}:
        raise Unknown(f"There is no file {shortened(name)!r} of the checker; /check/check.html is its page.")
    return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers=_HEADERS)

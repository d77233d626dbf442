"""Is what Python finds under the names of our packages what was installed with this one?

`core`, `workers` and the others are common names. Another distribution may bring a package of the same name: installed
into the same place, its files replace ours without a word; in a place that Python searches first, they hide ours. Either
way a command would end in the middle with an import that fails.
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("core", "projections", "coordinator", "workers")

_DISTRIBUTION = "tallystick"
_BESIDE = Path(__file__).resolve().parents[1]
_WAY_OUT = "install Tallystick into an environment of its own (python3 -m venv)"


def fault() -> str:
    """Say which package is not ours and what to do; nothing when all are."""
    digests = _digests()
    return next((sentence for package in PACKAGES if (sentence := _fault_of(package, digests))), "")


def _fault_of(package: str, digests: Mapping[str, str]) -> str:
    ours = _BESIDE / package / "__init__.py"
    if not ours.is_file():
        return (
            f"Tallystick's package {package} is missing from {_BESIDE}: another distribution may have replaced and removed"
            f" it; {_WAY_OUT}."
        )
    found = find_spec(package)
    if found is None or found.origin is None or Path(found.origin).resolve() != ours:
        where = found and (found.origin or next(iter(found.submodule_search_locations or ()), None))
        return (
            f"Instead of Tallystick's package {package}, Python finds {where}, which it searches first: start from another"
            f" directory, take that off PYTHONPATH, or {_WAY_OUT}."
        )
    recorded = digests.get(f"{package}/__init__.py")
    if recorded is not None and recorded != _digest(ours):
        others = " and ".join(_others_with(package)) or "another distribution"
        return f"Tallystick's package {package} was overwritten by {others}: {_WAY_OUT}, without it."
    return ""


def _digests() -> dict[str, str]:
    """Return what was installed and how: for each file the digest in RECORD. An editable installation lists none of them."""
    record = metadata.distribution(_DISTRIBUTION).read_text("RECORD") or ""
    rows = (line.rsplit(",", 2) for line in record.splitlines())
    return {path: digest for path, digest, _size in rows if digest}


def _digest(file: Path) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(file.read_bytes()).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"


def _others_with(package: str) -> Iterator[str]:
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name != _DISTRIBUTION and any(str(file) == f"{package}/__init__.py" for file in distribution.files or ()):
            yield f"the distribution {name}"

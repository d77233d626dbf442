"""While the wheel is built: put what shows the API's documentation in a browser where the coordinator serves it from.

Swagger UI and Redoc come out of a wheel that is only needed for building, so that neither they are copied into the
repository nor a page ever asks another host for them. Their licences stand beside them.
"""

import hashlib
from importlib.metadata import files
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = "drf-spectacular-sidecar"
DESTINATION = "coordinator/http/description/assets"

ASSETS = (
    ("swagger-ui.css", "swagger-ui-dist", "1ac324f7dcd27e4b9386b4bd6421271ec147e922a22c05ba24b11515e9aa6321"),
    ("swagger-ui-bundle.js", "swagger-ui-dist", "050bc415ee7048dcd881682678f720264e7da5e373f7461d7c58c755305255f7"),
    ("LICENSE", "swagger-ui-dist", "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"),
    ("redoc.standalone.js", "redoc/bundles", "dcaf76612bc4a3fbcc923a8966dee2f6146a5f32e5ce1b6f02dd60cbbf89500b"),
    (
        "redoc.standalone.js.LICENSE.txt",
        "redoc/bundles",
        "eed602ec32e00b2b9df1984fbcc26a687b1b3193ec01961389c4b8439e6edf73",
    ),
    ("LICENSE", "redoc", "d3026d549cf68ab7355bcfa85877bf8f845b3334a7efbfdc63936432fb34ff0e"),
)
"""What is copied: its name, the directory it is in, and the SHA-256 that it must have."""

# The one thing that Redoc would fetch from elsewhere: a logo, for which ours stands in.
ELSEWHERE, OURS = b"https://cdn.redoc.ly/redoc/logo-mini.svg", b"/favicon.ico"


class AssetsHook(BuildHookInterface[Any]):
    """Runs before the wheel is put together, an editable one too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - as hatchling asks
        """Copy the files."""
        copy_assets(Path(self.root) / DESTINATION)


def copy_assets(destination: Path) -> None:
    """Copy every asset, checked, into a directory.

    Raises:
        ValueError: a file is missing, or is not the one that was looked at when this list was made.
    """
    found = {str(path).partition("/drf_spectacular_sidecar/")[2]: path for path in files(SOURCE) or ()}
    destination.mkdir(parents=True, exist_ok=True)
    for name, directory, expected in ASSETS:
        path = found.get(f"{directory}/{name}")
        content = path.read_binary() if path else b""
        if hashlib.sha256(content).hexdigest() != expected:
            raise ValueError(f"{directory}/{name} of {SOURCE} is not the file whose SHA-256 stands in hatch_build.py.")
        target = f"{directory.partition('/')[0]}.LICENSE" if name == "LICENSE" else name
        (destination / target).write_bytes(content.replace(ELSEWHERE, OURS))

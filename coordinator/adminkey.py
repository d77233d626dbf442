"""The key that administers a coordinator."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from coordinator.settings import ADMIN_KEY, secret

FILE = "admin.key"


def admin_key(directory: Path, environment: Mapping[str, str]) -> str:
    """Return the key from the environment, else from the data directory, where one is made at the first start.

    Raises:
        BadInput: a file that the environment names can't be read, or is empty.
    """
    return secret(environment, ADMIN_KEY) or _kept_in(directory / FILE)


def _kept_in(path: Path) -> str:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{secrets.token_urlsafe(32)}\n")
    except FileExistsError:
        pass  # made at an earlier start
    return path.read_text().strip()

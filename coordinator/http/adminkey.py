"""The key that administers a coordinator, when nobody has chosen one."""

import os
import secrets
from pathlib import Path

FILE = "admin.key"


def kept_admin_key(directory: Path) -> str:
    """Return the admin key that stands in the data directory; it is made at the first start."""
    path = directory / FILE
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{secrets.token_urlsafe(32)}\n")
    except FileExistsError:
        pass  # made at an earlier start
    return path.read_text().strip()

"""Keys that come from the environment, or from files that it names; they are printed nowhere."""

from collections.abc import Mapping
from pathlib import Path

from core.refusals import BadInput

ADMIN_KEY = ("TALLYSTICK_ADMIN_KEY", "ADMIN_API_KEY")
API_KEY = ("TALLYSTICK_API_KEY", "API_KEY")
SHARED_KEY = ("API_KEY",)
POSTGRES_PASSWORD = ("TALLYSTICK_POSTGRES_PASSWORD",)


def secret(environment: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """The first secret that one of the variables holds, or that stands in the file which `NAME_FILE` names.

    Raises:
        BadInput: a file that is named can't be read, or is empty.
    """
    for name in names:
        if value := environment.get(name):
            return value
        if path := environment.get(f"{name}_FILE"):
            try:
                held = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise BadInput(f"{name}_FILE names {path}, which can't be read: {why(error)}.") from error
            if not held:
                raise BadInput(f"{name}_FILE names {path}, which is empty; a file with a key in it is accepted.")
            return held
    return None


def why(error: Exception) -> str:
    """Return why a file can't be read; the system's errors repeat its name."""
    return getattr(error, "strerror", None) or str(error)

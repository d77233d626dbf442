"""Reading the settings from four places, and describing them.

A later place wins over an earlier one: the defaults of the struct, a TOML file, the environment (`TALLYSTICK_PORT` for
`port`), the flags of the command line. An unknown name is refused in whichever place it stands.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

from coordinator.setup.credentials import why
from coordinator.setup.settings import HINTS, LEGACY_NAMES, OTHER_VARIABLES, PREFIX, Settings, accepted_by, meaning_of
from core.refusals import BadInput
from core.tasks.valkey_address import require_files
from core.wording import shortened


class Setting(Struct, frozen=True):
    """A row of the configuration table.

    Attributes:
        name: in the TOML file; with dashes it is the flag.
        group: of settings that belong together.
        form: of what it takes, in one word.
        variable: in the environment.
        default: as it would be written in the environment.
        what: it is.
        accepted: what values it takes.
        legacy: environment names of the systems replaced that stand for it.
    """

    name: str
    group: str
    form: str
    variable: str
    default: str
    what: str
    accepted: str
    legacy: tuple[str, ...]


def described() -> Iterator[Setting]:
    """Every setting, in the order of the struct."""
    for known in msgspec.structs.fields(Settings):
        meaning = meaning_of(known.name)
        yield Setting(
            name=known.name,
            group=str((meaning.extra or {})["group"]),
            form=_form(known.name),
            variable=PREFIX + known.name.upper(),
            default="" if known.default in {msgspec.NODEFAULT, None} else _spelled(known.default),
            what=meaning.description or "",
            accepted=accepted_by(known.name),
            legacy=tuple(old for old, new in LEGACY_NAMES.items() if new == known.name),
        )


def load(config: Path | None, environment: Mapping[str, str], flags: Mapping[str, object]) -> Settings:
    """Read the settings.

    Args:
        config: a TOML file; None for the one that the environment names, if any.
        environment: of the process.
        flags: by the names of the settings; None for one that was not given.

    Raises:
        BadInput: a name is unknown, a value is not acceptable, or the file can't be read, or one that a value names.
    """
    if config is None and environment.get("TALLYSTICK_CONFIG"):
        config = Path(environment["TALLYSTICK_CONFIG"])
    values: dict[str, Any] = {}
    for origin, name, value in (
        *(_from_file(config) if config else ()),
        *_from_environment(environment),
        *((f"--{name.replace('_', '-')}", name, value) for name, value in flags.items() if value is not None),
    ):
        values[name] = _read(origin, name, value)
    settings = Settings(**values)
    if settings.valkey:
        require_files(settings.valkey, lambda path: Path(path).read_bytes())
    return settings


def _from_file(path: Path) -> Iterator[tuple[str, str, Any]]:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"The configuration file {path} can't be read: {why(error)}.") from error
    for name, value in values.items():
        if name not in HINTS:
            raise BadInput(f"{path} sets {name!r}, which is not a setting; the settings are {', '.join(HINTS)}.")
        yield f"{name} in {path}", name, value


def _from_environment(environment: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Old names come first, so that ours win. An empty value counts as none, as containers pass them."""
    for variable, name in LEGACY_NAMES.items():
        if value := environment.get(variable):
            yield variable, name, value
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or variable in OTHER_VARIABLES:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in HINTS or variable != variable.upper():
            accepted = ", ".join(PREFIX + known.upper() for known in HINTS)
            raise BadInput(f"The environment has {variable}, which is not a setting; the settings are {accepted}.")
        if value:
            yield variable, name, value


def _read(origin: str, name: str, value: object) -> Any:
    given = value
    if isinstance(value, str) and _is_list(name):
        given = [] if value == "none" else [part.strip() for part in value.split(",") if part.strip()]
    try:
        return msgspec.convert(given, HINTS[name], strict=not isinstance(value, str), dec_hook=_to_path)
    except msgspec.ValidationError:
        raise BadInput(f"{origin} is {shortened(repr(value))}; {accepted_by(name)} is accepted.") from None


def _to_path(kind: type, value: object) -> object:
    if kind is Path and isinstance(value, str) and value and "\0" not in value:
        return Path(value)
    raise ValueError(value)


def _is_list(name: str) -> bool:
    kind = get_args(HINTS[name])[0]
    return tuple in {get_origin(kind), *map(get_origin, get_args(kind))}


def _form(name: str) -> str:
    kind = get_args(HINTS[name])[0]
    return "LIST" if _is_list(name) else {int: "N", Path: "DIR"}.get(kind, "TEXT")


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)

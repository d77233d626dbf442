"""`serve`: run a coordinator."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import rich_click as click

from coordinator.cli.ending import EndsItsOwnWay, Exit
from coordinator.setup.configuring import Setting, described, load


@click.command(cls=EndsItsOwnWay)
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="A TOML file with settings.")
def serve(config: Path | None, **flags: str | bool | None) -> None:
    """Run a coordinator.

    A flag wins over the environment, which wins over the TOML file. In brackets stand the default and the variable of
    each setting.
    """
    with _without_rich():
        from coordinator.cli.crew import crew, names_of  # noqa: PLC0415 - it and the web server are only loaded by who serves
        from coordinator.server.running import CUT_SHORT  # noqa: PLC0415 - as above
        from coordinator.server.serving import serve as run  # noqa: PLC0415 - as above

    settings = load(config, os.environ, flags)
    names_of(settings)  # before anything is opened
    if code := run(settings, crew if settings.workers else None):
        raise SystemExit(Exit.UNSOUND if code == CUT_SHORT else Exit.REFUSED)


@contextmanager
def _without_rich() -> Iterator[None]:
    """Keep structlog from loading rich, as it does where it finds it: five megabytes for tracebacks that are logged as text."""
    if "rich" in sys.modules:
        yield
        return
    sys.modules["rich"] = None  # type: ignore[assignment] # whereupon importing it fails
    try:
        yield
    finally:
        del sys.modules["rich"]


def _name(setting: Setting) -> str:
    return f"--{setting.name.replace('_', '-')}"


def _flag(setting: Setting) -> click.Option:
    what = setting.what.replace("`", "")
    default = f"{setting.default}; " if setting.default else ""
    return click.Option(
        [_name(setting)],
        help=f"{what[0].upper()}{what[1:]}. [{default}{setting.variable}]",
        metavar=setting.form,
        is_flag=setting.default in {"true", "false"},
        default=None,
    )


def _grouped() -> Iterator[click.RichOptionPanel]:
    yield click.RichOptionPanel("The file, and this help", options=["--config", "--help"])
    for group, settings in groupby(described(), key=lambda setting: setting.group):
        yield click.RichOptionPanel(group, options=[_name(setting) for setting in settings])


serve.params += map(_flag, described())
serve.panels += _grouped()

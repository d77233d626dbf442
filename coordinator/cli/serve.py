"""`serve`: run a coordinator."""

import os
from pathlib import Path

import rich_click as click

from coordinator.cli.ending import Exit
from coordinator.settings import Setting, described, load


@click.command()
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="A TOML file with settings.")
def serve(config: Path | None, **flags: str | bool | None) -> None:
    """Run a coordinator.

    A flag wins over the environment (TALLYSTICK_PORT for --port), which wins over the TOML file.
    docs/configuration.md says what each setting accepts.
    """
    from coordinator.cli.crew import crew  # noqa: PLC0415 - it and the web server are only loaded by who serves
    from coordinator.server.serving import serve as run  # noqa: PLC0415 - as above

    settings = load(config, os.environ, flags)
    if run(settings, crew if settings.workers else None):
        raise SystemExit(Exit.REFUSED)


def _flag(setting: Setting) -> click.Option:
    what = setting.what.replace("`", "")
    switch = setting.default in {"true", "false"}
    return click.Option(
        [f"--{setting.name.replace('_', '-')}"],
        help=f"{what[0].upper()}{what[1:]}.",
        is_flag=switch,
        default=None,
    )


serve.params += map(_flag, described())

"""`serve`: run a coordinator."""

import os
from pathlib import Path

import rich_click as click

from coordinator.cli.ending import Exit
from coordinator.settings import load


@click.command()
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), help="A TOML file with settings.")
@click.option("--data-dir", metavar="DIR", help="Where the log and everything beside it lives.")
@click.option("--host", help="Address to listen on.")
@click.option("--port", help="Port to listen on; 0 for any free one.")
@click.option("--allow-anonymous", metavar="ROLES", help="What callers without a key may do: read,work,submit or none.")
@click.option("--valkey", metavar="URL", help="A Valkey server through which tasks go.")
@click.option("--trusted-proxies", metavar="ADDRESSES", help="Proxies whose X-Forwarded-* headers are believed.")
@click.option("--seed-machines", is_flag=True, default=None, help="Register a few machines at the first start.")
def serve(config: Path | None, **flags: str | bool | None) -> None:
    """Run a coordinator.

    A flag wins over the environment (TALLYSTICK_PORT for --port), which wins over the TOML file. docs/configuration.md
    lists all settings.
    """
    from coordinator.serving import serve as run  # noqa: PLC0415 - the web server is only loaded by who serves

    if run(load(config, os.environ, flags)):
        raise SystemExit(Exit.REFUSED)

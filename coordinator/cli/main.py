"""The command `tallystick`.

Its commands are contributed by the floors: each is an entry point of the group `tallystick.commands` in pyproject.toml.
So this floor needs no import of the workers', and a module is imported when its command is called for:
`tallystick tlevel` does not wait for a web server.
"""

import errno
from importlib.metadata import EntryPoints, distribution
from typing import NoReturn

import rich_click as click

from coordinator.cli.ending import Exit, Failure
from core.refusals import BadInput, Refusal

GROUP = "tallystick.commands"


class Commands(click.RichGroup):
    """The contributed commands, and the one place where failures become exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click asks
        """Return the names of the commands."""
        return sorted(contributed().names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as click asks
        """Import a command."""
        for entry in contributed().select(name=cmd_name):
            command = entry.load()
            assert isinstance(command, click.Command)
            return command
        return None

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except Failure as failure:
            _end(ctx, str(failure), failure.exit_code)
        except Refusal as refusal:
            _end(ctx, refusal.sentence, Exit.USAGE if isinstance(refusal, BadInput) else Exit.REFUSED)
        except OSError as trouble:
            if trouble.errno == errno.EPIPE:  # whoever read the output has had enough; click ends quietly
                raise
            _end(ctx, f"{trouble.filename}: {trouble.strerror}." if trouble.filename else str(trouble), Exit.REFUSED)
        except KeyboardInterrupt:
            _end(ctx, "Interrupted.", Exit.INTERRUPTED)


def contributed() -> EntryPoints:
    """Return the entry points of the commands."""
    return distribution("tallystick").entry_points.select(group=GROUP)


def _end(ctx: click.Context, sentence: str, exit_code: Exit) -> NoReturn:
    click.echo(sentence, err=True)
    ctx.exit(exit_code)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tallystick")
def tallystick() -> None:
    """One event-sourced coordinator for distributed number theory."""


def main() -> None:
    """Run the command line."""
    tallystick(prog_name="tallystick")

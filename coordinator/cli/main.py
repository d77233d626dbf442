"""The command `tallystick`.

Its commands are contributed by the floors: each is an entry point of the group `tallystick.commands` in pyproject.toml.
So this floor needs no import of the workers', and a module is imported when its command is called for:
`tallystick tlevel` does not wait for a web server.
"""

import platform
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import EntryPoints, distribution
from typing import NoReturn

import rich_click as click
from click.exceptions import NoArgsIsHelpError

from coordinator.cli.compiled import cut_off
from coordinator.cli.ending import EndsItsOwnWay, Exit, Failure, ends_when_told, how_interrupted, let_go
from coordinator.cli.options import DATA_DIR
from coordinator.cli.terminal.output import Unwritten, attentive
from coordinator.cli.terminal.saying import say
from coordinator.cli.terminal.signs import write_plainly
from core.refusals import BadInput, Later, Refusal

GROUP = "tallystick.commands"
_EXITS = ((BadInput, Exit.USAGE), (Later, Exit.UNREACHABLE), (Refusal, Exit.REFUSED))


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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was asked for, and have it end when it is told to, unless it heeds that by itself."""
        name, command, rest = super().resolve_command(ctx, args)
        if not (ctx.resilient_parsing or isinstance(command, EndsItsOwnWay)):
            ctx.with_resource(ends_when_told())
        return name, command, rest

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except Failure as failure:
            _end(ctx, str(failure), failure.exit_code, failure.quoted)
        except Refusal as refusal:
            _end(ctx, refusal.sentence, next(code for kind, code in _EXITS if isinstance(refusal, kind)))
        except NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else f"tallystick {ctx.invoked_subcommand or ''}".rstrip()
            _end(ctx, f"{_sentence_of(error)} `{command} --help` says what is accepted.", Exit.USAGE)
        except KeyboardInterrupt as interrupt:
            _end(ctx, *how_interrupted(interrupt))
        except EOFError as error:  # of which click says "Aborted." alone
            compiled = cut_off(error)
            if compiled is None:
                raise
            _end(
                ctx, f"{compiled} is cut off, as a full disk leaves it. Remove it: Python makes it anew.", Exit.REFUSED
            )
        except BrokenPipeError:
            ctx.exit(Exit.UNREAD)
        except Exception as error:
            _end_in_trouble(ctx, error)


def contributed() -> EntryPoints:
    """Return the entry points of the commands."""
    return distribution("tallystick").entry_points.select(group=GROUP)


def _sentence_of(error: click.UsageError) -> str:
    """Return what click says of a word on the command line in one line, and with an end."""
    said = " ".join(error.format_message().split())
    return said if said.endswith((".", "?")) else f"{said}."


def _end_in_trouble(ctx: click.Context, error: Exception) -> NoReturn:
    """End where files can't be used; `main` tells of standard output, and any other error is a fault of the program."""
    from coordinator.files.unusable import TROUBLES, sentence_of  # noqa: PLC0415 - SQLite is behind it

    if isinstance(error, Unwritten) or not isinstance(error, TROUBLES):
        raise error
    _end(ctx, sentence_of(error, ctx.meta.get(DATA_DIR)), Exit.REFUSED)


def _end(ctx: click.Context, sentence: str, exit_code: int, quoted: Sequence[str] = ()) -> NoReturn:
    with suppress(OSError):  # where standard error has no room either, the exit code has to tell
        say(sentence, *quoted, err=True)
    ctx.exit(exit_code)


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the version, and those of what it stands on."""
    if wanted and not ctx.resilient_parsing:
        import sqlite3  # noqa: PLC0415 - most commands need none

        versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
        say(f"tallystick {distribution('tallystick').version} ({versions})")
        ctx.exit()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-V",
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def tallystick() -> None:
    """One event-sourced coordinator for distributed number theory."""


def main() -> None:
    """Run the command line."""
    sys.stdout = attentive(sys.stdout)
    for stream in (sys.stdout, sys.stderr):
        write_plainly(stream)
    reason = None
    try:
        tallystick(prog_name="tallystick")
    except Unwritten as error:
        reason = error.strerror
    finally:
        out, err = (let_go(stream) if stream else "" for stream in (sys.stdout, sys.stderr))
        if reason := reason or out:
            if not err:
                say(f"Standard output can't be written: {reason}.", err=True)
            sys.exit(Exit.REFUSED)

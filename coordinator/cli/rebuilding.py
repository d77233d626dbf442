"""Building the tables of a coordinator anew, running or stopped."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from coordinator.cli.ending import Exit, Failure
from coordinator.cli.reaching.background import carry_through
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.bar import progress_bar
from coordinator.setup.credentials import ADMIN_KEY

_ADDRESS = "/api/v1/admin/projections/{}/rebuild"


def rebuild_running(url: str, names: Sequence[str]) -> None:
    """Have a running coordinator build projections anew, and wait for it; Ctrl-C cancels.

    Args:
        url: its address; it is sent the admin key that the environment holds.
        names: of the contexts, or `all`.
    """
    with Coordinator(url, ADMIN_KEY) as there, progress_bar() as report:
        for name in names:
            standing = carry_through(there, _ADDRESS.format(name), report)
            if standing["state"] != "completed":
                said = standing["error"] or "It was cancelled."
                raise Failure(Exit.REFUSED, f"{said} The tables are what they were.")


def rebuild_stopped(directory: Path, names: Sequence[str]) -> None:
    """Build projections anew in the directory of a coordinator that does not run.

    Args:
        directory: the data directory.
        names: of the contexts, or `all`.
    """
    from coordinator.cli.reaching.stopped import on_a_node, require_log  # noqa: PLC0415 - the whole node is behind it
    from coordinator.operations.projections.rebuilding import contexts_named, rebuild  # noqa: PLC0415 - as above
    from coordinator.projecting.building import NotBuilt  # noqa: PLC0415 - as above
    from core.contexts import CONTEXTS  # noqa: PLC0415 - as above

    for name in names:
        contexts_named(name, [context.name for context in CONTEXTS])
    require_log(directory)
    try:
        with progress_bar() as report:
            for name in names:
                on_a_node(directory, partial(rebuild, name=name, report=report))
    except NotBuilt as met:
        raise Failure(Exit.REFUSED, f"{met} The tables are what they were.") from None

"""Having a running coordinator do something long, and showing how far it is."""

import time
from collections.abc import Callable
from typing import Any

from coordinator.cli.ending import Exit, Failure
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.bar import progress_bar
from coordinator.processes.progress import Progress, Report
from coordinator.setup.credentials import ADMIN_KEY

_VERIFICATION = "/api/v1/admin/verification"
_ASK_EVERY_SECONDS = 0.25

Standing = dict[str, Any]
"""How something long stands, as the coordinator says it."""


def _as_it_is(answer: Standing) -> Standing:
    return answer


def carry_through(
    there: Coordinator,
    address: str,
    report: Report,
    query: str = "",
    progress_of: Callable[[Standing], Standing] = _as_it_is,
) -> Standing:
    """Begin something at an address, and wait until it has ended; Ctrl-C cancels it.

    Args:
        there: the coordinator.
        address: POST begins it there, GET says how it stands, DELETE cancels.
        report: told how far it has come.
        query: of the POST.
        progress_of: finds in an answer how it stands.

    Returns:
        The last answer.
    """
    answer: Standing = there.post(address + query, {})
    try:
        while (standing := progress_of(answer))["state"] == "running":
            if standing["stage"]:
                report(Progress(standing["stage"], standing["done"], standing["total"]))
            time.sleep(_ASK_EVERY_SECONDS)
            answer = there.get(address)
    except KeyboardInterrupt:
        there.delete(address)
        raise
    return answer


def verify_running(url: str, *, log_only: bool) -> dict[str, Any]:
    """Have a running coordinator verify its log and tables, and wait for it; Ctrl-C cancels.

    Args:
        url: its address; it is sent the admin key that the environment holds.
        log_only: whether the tables are left out.

    Returns:
        What was found: whether all holds, a sentence, and the verification in detail.
    """
    query = "?log_only=true" if log_only else ""
    with Coordinator(url, ADMIN_KEY) as there, progress_bar() as report:
        answer = carry_through(there, _VERIFICATION, report, query, lambda answer: answer["progress"])
    found = answer["found"]
    if found is None:
        raise Failure(Exit.REFUSED, answer["progress"]["error"] or "The verification was cancelled.")
    return {"holds": found["holds"], "sentence": found["sentence"], **found["verification"]}

"""Verifying the log and every table of a running coordinator, as a background job."""

import asyncio

from coordinator.auditing.verify import Verification
from coordinator.auditing.verifying import Verifying
from coordinator.node import Node
from coordinator.processes.background import BackgroundJob
from coordinator.processes.progress import Progress, Report

VERIFICATION = "the verification"
"""Its name among the background jobs."""


def begin_verification(node: Node, *, log_only: bool) -> BackgroundJob:
    """Begin to verify the log, and the tables unless they are left out.

    Raises:
        Conflict: a verification goes on already.
    """

    async def work(report: Report) -> Verification:
        loop = asyncio.get_running_loop()

        def pass_on(progress: Progress) -> None:
            loop.call_soon_threadsafe(report, progress)

        with Verifying(node.directory, refold=not log_only) as verifying:
            found = await asyncio.to_thread(verifying.result, pass_on)
        for file in found.files:
            if file.difference is not None:
                node.readers[file.name].doubted = True
        return found

    return node.background.begin(VERIFICATION, work)
